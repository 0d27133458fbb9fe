use serde_json::{Value, json};
use tablecast_config::Access;
use tablecast_connections::Identity;
use tablecast_protocol::Protocol;
use tablecast_stand_in::{Fault, logs};

use crate::stand_in::{StandIn, TOKEN, identity, now};

fn refresh(identity: &Identity) -> Value {
    json!({ "action": "refresh", "token": serde_json::to_string(identity).unwrap() })
}

/// A connection for an hour, with these subscriptions.
async fn with(subjects: &[String]) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    stand_in.send(json!({ "action": "subscribe", "subjects": subjects })).await;
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
async fn a_new_token_of_the_same_subject_extends_all_subscriptions() {
    let subjects: Vec<_> = (0..100).map(|n| format!("orders/acme/{n}")).collect();
    let stand_in = with(&subjects).await;
    let later = now() + 7000;
    let replies = stand_in.send(refresh(&identity("ada", "acme", later))).await;
    assert_eq!(replies[0]["type"], "tablecast.refreshed.v1");
    assert_eq!(replies[0]["data"]["removed"], json!([]));
    assert_eq!(ends(&stand_in), [later.to_string()]);
    assert_eq!(stand_in.patterns().len(), 100);
}

#[tokio::test]
async fn a_new_token_ends_subscriptions_that_it_does_not_grant() {
    let stand_in = with(&["orders/acme/1".into(), "profiles/ada".into()]).await;
    let replies = stand_in.send(refresh(&identity("ada", "globex", now() + 60))).await;
    assert_eq!(replies[0]["data"]["removed"], json!(["orders/acme/1"]));
    assert_eq!(stand_in.patterns(), ["profiles/ada"]);
    let message = json!({ "action": "subscribe", "subjects": ["orders/acme/1", "orders/globex/1"] });
    let replies = stand_in.send(message).await;
    let granted: Vec<_> = [0, 1].map(|n| replies[0]["data"]["subjects"][n]["granted"] == true).into();
    assert_eq!(granted, [false, true]);
}

#[tokio::test]
async fn the_reply_has_the_subscriptions_that_an_earlier_attempt_ended() {
    let subjects: Vec<_> = (0..55).map(|n| format!("orders/acme/{n:02}")).collect();
    let stand_in = with(&subjects).await;
    // A transaction ends 49 of them.
    let overtaken = Fault::Cancelled("ConditionalCheckFailed");
    stand_in.plan("connections TransactWriteItems", [Fault::None, overtaken]);
    let replies = stand_in.send(refresh(&identity("ada", "globex", now() + 60))).await;
    assert!(stand_in.all_faults_fired());
    assert_eq!(replies[0]["data"]["removed"], json!(subjects));
    assert_eq!(stand_in.patterns(), [""; 0]);
}

/// The client cannot know which subscriptions have ended.
#[tokio::test]
async fn a_connection_is_closed_if_a_refresh_that_ends_subscriptions_fails() {
    for (tenant, is_closed) in [("globex", true), ("acme", false)] {
        let stand_in = with(&["orders/acme/1".into(), "profiles/ada".into()]).await;
        stand_in.plan("connections TransactWriteItems", [Fault::Error(400, "AccessDeniedException")]);
        let replies = stand_in.send(refresh(&identity("ada", tenant, now() + 60))).await;
        assert_eq!((replies.is_empty(), stand_in.items().is_empty()), (is_closed, is_closed), "{tenant}");
    }
}

/// The log names the claim and the pipe, and never the value of a claim.
#[tokio::test]
async fn the_log_says_which_claim_fills_no_grant() {
    let stand_in = with(&["orders/acme/1".into()]).await;
    stand_in.send(refresh(&identity("ada", "a-secret/tenant", now() + 60))).await;
    stand_in.send(json!({ "action": "subscribe", "subjects": ["orders/acme/1"] })).await;
    let log = stand_in.log();
    for message in ["a new token ended subscriptions", "refused subjects of a subscription"] {
        let reason = "pipe orders: claims.tenant is empty or contains / or *";
        assert!(log.lines().any(|line| line.contains(message) && line.contains(reason)), "{message}: {log}");
    }
    assert!(!log.contains("a-secret"), "{log}");
}

#[tokio::test]
async fn a_token_of_another_subject_or_an_invalid_token_changes_nothing() {
    let stand_in = with(&["orders/acme/1".into()]).await;
    let before = ends(&stand_in);
    for message in [
        refresh(&identity("eve", "acme", now() + 7000)),
        json!({ "action": "refresh", "token": TOKEN }),
        json!({ "action": "refresh", "token": "" }),
    ] {
        let replies = stand_in.send(message).await;
        assert_eq!(replies[0]["data"]["code"], "refresh-refused");
        assert_eq!(replies[0]["data"]["closing"], false);
    }
    assert_eq!(ends(&stand_in), before);
    assert!(stand_in.log().contains("refused a new token"));
}

#[tokio::test]
async fn a_token_that_cannot_be_verified_now_can_be_sent_again() {
    let stand_in = with(&["orders/acme/1".into()]).await;
    let replies = stand_in.send(json!({ "action": "refresh", "token": "later" })).await;
    assert_eq!(replies[0]["data"]["code"], "unavailable");
    assert_eq!(stand_in.patterns(), ["orders/acme/1"]);
}

#[tokio::test]
async fn refresh_is_refused_if_clients_need_no_token() {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, None).await;
    let message = refresh(&identity("ada", "acme", now() + 60)).to_string();
    let replies = stand_in.send_to(&stand_in.subscribe_with(Access::Open), &message).await;
    assert_eq!(replies[0]["data"]["code"], "refresh-refused");
}

/// Includes the lines of the SDK, and malformed messages.
#[tokio::test]
async fn no_log_line_contains_a_token() {
    logs::capture_sdk();
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
        stand_in.send_to(&subscriber, &body).await;
    }
    let log = stand_in.log();
    assert!(log.contains("refused a new token") && log.contains("aws_smithy_runtime"));
    let telling: Vec<_> = log.lines().filter(|line| line.contains(TOKEN)).collect();
    assert_eq!(telling, [""; 0]);
}
