//! A message leaves one line of metrics: what it did, what failed, and where API Gateway fails, the cause.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};
use tablecast_protocol::Protocol;

use crate::resuming::{SOURCE, start as start_with_events};
use crate::stand_in::{StandIn, StatusCode, Trusting, identity, now};

type Subscribe = subscribe::Subscribe<Trusting>;

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    stand_in
}

/// The metrics since the last call, without their time. Each is one that its line declares.
fn metrics(subscribe: &Subscribe) -> Option<Value> {
    let line = subscribe.take_metrics(Duration::from_millis(7))?;
    let mut line = line.line("tablecast", &Default::default(), SystemTime::now());
    assert_eq!([&line["Function"], &line["Duration"]], [&json!("subscribe"), &json!(7)]);
    let names = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].take();
    let names = names.as_array().unwrap().iter().map(|metric| metric["Name"].as_str().unwrap());
    let members = names.filter(|name| *name != "Duration").map(|name| (name.to_owned(), line[name].clone()));
    Some(Value::Object(members.collect::<Map<_, _>>()))
}

/// Sends messages to one connection. Returns the metrics of all of them.
async fn measured(stand_in: &StandIn, messages: &[Value]) -> Option<Value> {
    let subscribe = stand_in.subscribe();
    for message in messages {
        let body = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
        stand_in.send_to(&subscribe, &body).await;
    }
    metrics(&subscribe)
}

fn ping() -> Value {
    json!({ "action": "ping" })
}

#[tokio::test]
async fn a_ping_without_failures_has_no_metrics() {
    assert_eq!(measured(&start().await, &[ping()]).await, None);
}

#[tokio::test]
async fn subjects_are_counted_by_what_became_of_them() {
    let stand_in = start().await;
    let messages = [
        json!({ "action": "subscribe", "subjects": ["orders/acme/*", "orders/globex/*"] }),
        json!({ "action": "unsubscribe", "subjects": ["orders/acme/*"] }),
    ];
    let expected = json!({ "Subscribed": 1, "NotGranted": 1, "Unsubscribed": 1 });
    assert_eq!(measured(&stand_in, &messages).await, Some(expected));
    let full = [0..60, 60..110].map(|orders| {
        let subjects = orders.map(|order| format!("orders/acme/{order}")).collect::<Vec<_>>();
        json!({ "action": "subscribe", "subjects": subjects })
    });
    let expected = json!({ "Subscribed": 100, "TooManySubscriptions": 10 });
    assert_eq!(measured(&stand_in, &full).await, Some(expected));
}

#[tokio::test]
async fn a_resume_counts_its_channels_by_outcome_and_its_size() {
    let (stand_in, _, positions) = start_with_events(Protocol::Single).await;
    let resume =
        |after: Value| json!({ "action": "subscribe", "subjects": ["orders/acme/*"], "after": after });
    let line = measured(&stand_in, &[resume(json!({ SOURCE: positions[0].to_string() }))]).await.unwrap();
    let replies = stand_in.replies();
    let bytes: u64 = replies[1..3].iter().map(|event| event.to_string().len() as u64).sum();
    let expected = json!({ "ReplayedBytes": bytes, "Subscribed": 1, "Recovered": 1, "ReplayedEvents": 2 });
    assert_eq!(line, expected);
    let after = json!({ SOURCE: "0000000000000000-1", "tablecast/users": "1.1", "tablecast/orders/": "x" });
    let line = measured(&stand_in, &[resume(after)]).await.unwrap();
    let expected = json!({ "Subscribed": 1, "Unrecovered": 3, "PositionUnknown": 2, "EpochChanged": 1 });
    assert_eq!(line, expected);
}

/// Each reconnect of such a client would count, and hide the others.
#[tokio::test]
async fn a_source_wider_than_a_channel_counts_as_neither() {
    let stand_in = StandIn::start_with(3).await;
    stand_in.connect(Protocol::Single).await;
    let resume = json!({ "action": "subscribe", "subjects": ["orders/acme/*"], "after": { "tablecast/orders/acme/*": "0" } });
    let line = measured(&stand_in, &[resume]).await.unwrap();
    assert_eq!(line, json!({ "Subscribed": 1, "TooWide": 1 }));
}

#[tokio::test]
async fn errors_of_clients_are_counted_by_their_code() {
    let large = json!({ "action": "ping", "id": "x".repeat(200_000) });
    let refused = json!({ "action": "refresh", "token": "no" });
    for (message, expected) in [
        (json!("not json"), "BadMessage"),
        (json!({ "action": "fly" }), "UnknownAction"),
        (large, "MessageTooLarge"),
        (refused, "RefreshRefused"),
    ] {
        assert_eq!(measured(&start().await, &[message]).await, Some(json!({ expected: 1 })));
    }
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, Some(identity("ada", "acme", now() - 1))).await;
    assert_eq!(measured(&stand_in, &[ping()]).await, Some(json!({ "Expired": 1 })));
}

#[tokio::test]
async fn a_new_token_is_counted() {
    let identity = serde_json::to_string(&json!({
        "principal": "ada", "claims": r#"{"tenant":"acme"}"#, "token_expires_at": now() + 7200,
    }));
    let refresh = json!({ "action": "refresh", "token": identity.unwrap() });
    assert_eq!(measured(&start().await, &[refresh]).await, Some(json!({ "Refreshed": 1 })));
}

#[tokio::test]
async fn an_unavailable_reply_is_counted_once() {
    let stand_in = start().await;
    let subscribe = stand_in.subscribe();
    let replies =
        stand_in.send_to(&subscribe, &json!({ "action": "refresh", "token": "later" }).to_string()).await;
    assert_eq!(replies[0]["data"]["code"], "unavailable");
    assert_eq!(metrics(&subscribe), Some(json!({ "Unavailable": 1 })));
    assert_eq!(metrics(&subscribe), None);
}

#[tokio::test]
async fn contention_of_one_clients_messages_is_counted_on_its_own() {
    let stand_in = start().await;
    stand_in.cancel(1000);
    let message = json!({ "action": "subscribe", "subjects": ["orders/acme/1"] });
    assert_eq!(measured(&stand_in, &[message]).await, Some(json!({ "Contended": 1 })));
}

#[tokio::test]
async fn frames_that_api_gateway_does_not_accept_are_counted_by_their_cause() {
    for (status, expected) in [(403, "Refused"), (429, "Unsent"), (503, "Unsent")] {
        let stand_in = start().await;
        stand_in.at_each_post(move |_| Box::pin(async move { StatusCode::from_u16(status).unwrap() }));
        assert_eq!(measured(&stand_in, &[ping()]).await, Some(json!({ expected: 1 })), "{status}");
        assert!(stand_in.log().contains("could not send a frame"), "{}", stand_in.log());
        assert!(stand_in.log().contains(&status.to_string()), "{}", stand_in.log());
    }
}

#[tokio::test]
async fn a_client_that_is_gone_is_no_failure() {
    let stand_in = start().await;
    stand_in.at_each_post(|_| Box::pin(async { StatusCode::GONE }));
    assert_eq!(measured(&stand_in, &[ping()]).await, None);
}

#[tokio::test]
async fn a_message_of_an_unknown_connection_is_counted_and_logged() {
    let stand_in = StandIn::start().await;
    assert_eq!(measured(&stand_in, &[ping()]).await, Some(json!({ "Unknown": 1 })));
    assert!(stand_in.log().contains("closed a connection that is not stored"), "{}", stand_in.log());
}
