use serde_json::{Value, json};
use tablecast_config::Access;
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

use crate::stand_in::{StandIn, deadline, event};

fn subscribe(subjects: &[&str]) -> Value {
    json!({ "action": "subscribe", "id": "7", "subjects": subjects })
}

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    stand_in
}

#[tokio::test]
async fn an_acknowledgement_is_sent_once_a_push_finds_the_subscription() {
    let stand_in = start().await;
    let mut replies = stand_in.send(subscribe(&["orders/acme/*", "orders/globex/*"])).await;
    assert_eq!(stand_in.listeners_when_posted(), [1]);
    let sources = replies[0]["data"].as_object_mut().unwrap().remove("sources").unwrap();
    assert!(sources["tablecast/orders"].as_str().unwrap().ends_with("-0"), "{sources}");
    assert_eq!(replies.len(), 1);
    assert_eq!((&replies[0]["type"], &replies[0]["id"]), (&json!("tablecast.subscribed.v1"), &json!("r1")));
    let expected = json!({
        "request": "7",
        "subjects": [
            { "subject": "orders/acme/*", "granted": true },
            { "subject": "orders/globex/*", "granted": false, "reason": "not-granted" },
        ],
    });
    assert_eq!(replies[0]["data"], expected);
    assert_eq!(stand_in.patterns(), ["orders/acme/*"]);
    assert!(stand_in.log().contains("orders/globex/*") && !stand_in.log().contains("\"orders/acme/*"));
}

/// The end of a channel is read after the subscription is written: otherwise events between the two are lost.
#[tokio::test]
async fn a_subscription_costs_two_reads_and_a_write_and_a_refused_one_no_write() {
    let granted = vec!["Query", "TransactWriteItems", "Query"];
    for (segments, subject, calls) in [
        (1, "orders/acme/*", granted.clone()),
        (2, "orders/acme/*", granted.clone()),
        (3, "orders/acme/1", granted.clone()),
        (3, "orders/acme/*", granted[..2].to_vec()),
        (2, "orders/*", vec!["Query"]),
    ] {
        let stand_in = StandIn::start_with(segments).await;
        stand_in.connect(Protocol::Single).await;
        stand_in.calls();
        stand_in.send(subscribe(&[subject])).await;
        let of_the_stand_in = 1;
        let mut seen = stand_in.calls();
        seen.truncate(seen.len() - of_the_stand_in);
        assert_eq!(seen, calls, "{subject}");
    }
}

/// The size by DynamoDB's rule: the bytes of names and texts; a number has one byte for two digits, and one
/// more.
fn size(item: &Value) -> usize {
    let value = |value: &Value| value["S"].as_str().map_or(11, str::len);
    item.as_object().unwrap().iter().map(|(name, attribute)| name.len() + value(attribute)).sum()
}

#[tokio::test]
async fn a_subscription_is_two_small_items() {
    let stand_in = start().await;
    stand_in.send(subscribe(&["orders/acme/*"])).await;
    let items = stand_in.items();
    let sizes: Vec<_> = items.iter().map(|item| (item["pk"]["S"].as_str().unwrap(), size(item))).collect();
    assert_eq!(items.len(), 3);
    // A write unit is 1 KB, and a transaction needs two for each.
    assert!(sizes.iter().all(|(_, size)| *size < 250), "{sizes:?}");
    println!("{sizes:?}");
}

#[tokio::test]
async fn types_are_kept_with_the_subscription() {
    let stand_in = start().await;
    let message =
        json!({ "action": "subscribe", "subjects": ["orders/acme/*"], "types": ["order.placed.v1"] });
    stand_in.send(message).await;
    let listeners =
        stand_in.connections().subscribers(&Pattern::parse("orders/acme/*").unwrap()).await.unwrap();
    assert_eq!(listeners[0].types.iter().collect::<Vec<_>>(), ["order.placed.v1"]);
}

#[tokio::test]
async fn an_ended_subscription_is_not_found_by_a_push() {
    let stand_in = start().await;
    stand_in.send(subscribe(&["orders/acme/*", "orders/acme/1"])).await;
    let message = json!({ "action": "unsubscribe", "subjects": ["orders/acme/*", "orders/acme/2"] });
    let replies = stand_in.send(message).await;
    assert_eq!(stand_in.listeners_when_posted(), [1, 0]);
    assert_eq!(replies[0]["type"], "tablecast.unsubscribed.v1");
    assert_eq!(replies[0]["data"], json!({ "subjects": ["orders/acme/*", "orders/acme/2"] }));
    assert_eq!(stand_in.patterns(), ["orders/acme/1"]);
}

#[tokio::test]
async fn every_reply_to_a_batch_client_is_an_array() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Batch).await;
    for (message, reply) in [
        (json!({ "action": "ping", "id": "1" }), "tablecast.pong.v1"),
        (json!({ "action": "shout", "id": "1" }), "tablecast.error.v1"),
        (subscribe(&["orders/acme/*"]), "tablecast.subscribed.v1"),
    ] {
        let replies = stand_in.send(message).await;
        assert_eq!(replies[0][0]["type"], reply);
    }
}

#[tokio::test]
async fn a_malformed_message_is_answered_with_its_mistake() {
    let stand_in = start().await;
    let subscriber = stand_in.subscribe();
    for (body, code) in [
        ("hello", "bad-message"),
        (r#"{"action":"subscribe"}"#, "bad-message"),
        (r#"{"action":"publish"}"#, "unknown-action"),
        (&format!("{:40000}", ""), "message-too-large"),
    ] {
        let replies = stand_in.send_to(&subscriber, body).await;
        assert_eq!(
            (&replies[0]["type"], &replies[0]["data"]["code"]),
            (&json!("tablecast.error.v1"), &json!(code))
        );
        assert_eq!(replies[0]["data"]["closing"], false);
    }
    assert!(stand_in.closed().is_empty());
}

#[tokio::test]
async fn one_message_can_make_100_subscriptions_and_no_more_are_possible() {
    let stand_in = start().await;
    let many: Vec<_> = (0..100).map(|n| format!("orders/acme/{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    stand_in.send(subscribe(&many)).await;
    assert_eq!(stand_in.patterns().len(), 100);
    let replies = stand_in.send(subscribe(&["orders/acme/100"])).await;
    assert_eq!(replies[0]["data"]["subjects"][0]["reason"], "too-many-subscriptions");
    assert_eq!(stand_in.patterns().len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_messages_all_count_and_exceed_no_limit() {
    let stand_in = start().await;
    let subscriber = stand_in.subscribe();
    let of = |first: usize| {
        let subjects: Vec<_> = (first..first + 30).map(|n| format!("orders/acme/{n}")).collect();
        event(&first.to_string(), &json!({ "action": "subscribe", "subjects": subjects }).to_string())
    };
    let (one, two, three, four) = tokio::join!(
        subscriber.handle(of(0), deadline()),
        subscriber.handle(of(30), deadline()),
        subscriber.handle(of(60), deadline()),
        subscriber.handle(of(90), deadline())
    );
    [one, two, three, four].into_iter().for_each(|handled| handled.unwrap());
    let granted: usize = stand_in.replies().iter().map(granted).sum();
    assert_eq!((granted, stand_in.patterns().len()), (100, 100));
}

fn granted(reply: &Value) -> usize {
    reply["data"]["subjects"].as_array().unwrap().iter().filter(|one| one["granted"] == true).count()
}

#[tokio::test]
async fn an_overtaken_change_is_repeated_a_limited_number_of_times() {
    let stand_in = start().await;
    stand_in.cancel(3);
    let replies = stand_in.send(subscribe(&["orders/acme/*"])).await;
    assert_eq!(replies[0]["data"]["subjects"][0]["granted"], true);
    stand_in.cancel(1000);
    let replies = stand_in.send(subscribe(&["orders/acme/1"])).await;
    assert_eq!(replies[0]["data"]["code"], "unavailable");
    assert_eq!(stand_in.patterns(), ["orders/acme/*"]);
}

#[tokio::test]
async fn every_subject_is_granted_if_clients_need_no_token() {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, None).await;
    let message = subscribe(&["*"]).to_string();
    let replies = stand_in.send_to(&stand_in.subscribe_with(Access::Open), &message).await;
    assert_eq!(granted(&replies[0]), 1);
    let replies = stand_in.send_to(&stand_in.subscribe(), &message).await;
    assert_eq!(granted(&replies[0]), 0, "a token is needed here");
}
