use serde_json::{Value, json};
use tablecast_config::Access;
use tablecast_connections::Identity;
use tablecast_protocol::Protocol;

use crate::stand_in::{StandIn, TOKEN, identity, now};

fn refresh(identity: &Identity) -> Value {
    json!({ "action": "refresh", "token": serde_json::to_string(identity).unwrap() })
}

/// A connection for an hour, with these subscriptions.
async fn with(subjects: &[String]) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    stand_in.say(json!({ "action": "subscribe", "subjects": subjects })).await;
    assert_eq!(stand_in.patterns().len(), subjects.len());
    stand_in
}

fn ends(stand_in: &StandIn) -> Vec<String> {
    let mut ends: Vec<_> =
        stand_in.items().iter().map(|item| item["ends_at"]["N"].as_str().unwrap().to_owned()).collect();
    ends.dedup();
    ends
}

#[tokio::test]
async fn a_new_token_of_the_same_subject_extends_everything() {
    let subjects: Vec<_> = (0..100).map(|n| format!("orders/acme/{n}")).collect();
    let stand_in = with(&subjects).await;
    let later = now() + 7000;
    let answers = stand_in.say(refresh(&identity("ada", "acme", later))).await;
    assert_eq!(answers[0]["type"], "tablecast.refreshed.v1");
    assert_eq!(answers[0]["data"]["removed"], json!([]));
    assert_eq!(ends(&stand_in), [later.to_string()]);
    assert_eq!(stand_in.patterns().len(), 100);
}

#[tokio::test]
async fn what_a_new_token_does_not_grant_is_not_subscribed_to_any_more() {
    let stand_in = with(&["orders/acme/1".into(), "profiles/ada".into()]).await;
    let answers = stand_in.say(refresh(&identity("ada", "globex", now() + 60))).await;
    assert_eq!(answers[0]["data"]["removed"], json!(["orders/acme/1"]));
    assert_eq!(stand_in.patterns(), ["profiles/ada"]);
    let message = json!({ "action": "subscribe", "subjects": ["orders/acme/1", "orders/globex/1"] });
    let answers = stand_in.say(message).await;
    let granted: Vec<_> = [0, 1].map(|n| answers[0]["data"]["subjects"][n]["granted"] == true).into();
    assert_eq!(granted, [false, true]);
}

#[tokio::test]
async fn a_token_of_somebody_else_or_of_nobody_changes_nothing() {
    let stand_in = with(&["orders/acme/1".into()]).await;
    let before = ends(&stand_in);
    for message in [
        refresh(&identity("eve", "acme", now() + 7000)),
        json!({ "action": "refresh", "token": TOKEN }),
        json!({ "action": "refresh", "token": "" }),
    ] {
        let answers = stand_in.say(message).await;
        assert_eq!(answers[0]["data"]["code"], "refresh-refused");
        assert_eq!(answers[0]["data"]["closing"], false);
    }
    assert_eq!(ends(&stand_in), before);
    assert!(stand_in.log().contains("refused a new token"));
}

#[tokio::test]
async fn a_token_that_cannot_be_verified_now_may_be_sent_again() {
    let stand_in = with(&["orders/acme/1".into()]).await;
    let answers = stand_in.say(json!({ "action": "refresh", "token": "later" })).await;
    assert_eq!(answers[0]["data"]["code"], "unavailable");
    assert_eq!(stand_in.patterns(), ["orders/acme/1"]);
}

#[tokio::test]
async fn where_no_token_is_needed_there_is_nothing_to_refresh() {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, None).await;
    let message = refresh(&identity("ada", "acme", now() + 60)).to_string();
    let answers = stand_in.say_to(&stand_in.subscribe_with(Access::Open), &message).await;
    assert_eq!(answers[0]["data"]["code"], "refresh-refused");
}

/// The SDK's lines included, and whatever is wrong with the message.
#[tokio::test]
async fn a_token_is_in_no_line_of_the_log_whatever_comes_of_it() {
    let stand_in = with(&["orders/acme/1".into()]).await;
    let subscriber = stand_in.subscribe();
    for body in [
        refresh(&identity("ada", TOKEN, now() + 60)).to_string(),
        json!({ "action": "refresh", "token": TOKEN }).to_string(),
        json!({ "action": "refresh", "token": [TOKEN] }).to_string(),
        json!({ "action": "refresh", "tokens": TOKEN }).to_string(),
        json!({ "action": TOKEN, "token": TOKEN }).to_string(),
        json!({ "action": "ping", "id": { "token": TOKEN } }).to_string(),
        json!({ "action": "subscribe", "subjects": TOKEN }).to_string(),
        TOKEN.to_owned(),
    ] {
        stand_in.say_to(&subscriber, &body).await;
    }
    let log = stand_in.log();
    assert!(log.contains("refused a new token"));
    let telling: Vec<_> = log.lines().filter(|line| line.contains(TOKEN)).collect();
    assert_eq!(telling, [""; 0]);
}
