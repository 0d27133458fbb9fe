//! A failure leaves a count and, where API Gateway fails, the cause.

use std::time::SystemTime;

use serde_json::{Value, json};
use tablecast_protocol::Protocol;

use crate::stand_in::{StandIn, StatusCode, Trusting};

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    stand_in
}

/// The metrics since the last call.
fn metrics(subscribe: &subscribe::Subscribe<Trusting>) -> Option<Value> {
    Some(subscribe.take_metrics()?.line("tablecast", &Default::default(), SystemTime::now()))
}

#[tokio::test]
async fn a_message_without_failures_has_no_metrics() {
    let stand_in = start().await;
    let subscribe = stand_in.subscribe();
    stand_in.send_to(&subscribe, &json!({ "action": "ping" }).to_string()).await;
    stand_in.send_to(&subscribe, "not json").await;
    assert_eq!(metrics(&subscribe), None);
}

#[tokio::test]
async fn an_unavailable_reply_is_counted_once() {
    let stand_in = start().await;
    let subscribe = stand_in.subscribe();
    let replies =
        stand_in.send_to(&subscribe, &json!({ "action": "refresh", "token": "later" }).to_string()).await;
    assert_eq!(replies[0]["data"]["code"], "unavailable");
    let line = metrics(&subscribe).unwrap();
    assert_eq!([&line["Function"], &line["Unavailable"]], [&json!("subscribe"), &json!(1)]);
    assert_eq!([&line["Refused"], &line["Unsent"], &line["Contended"]], [0, 0, 0]);
    assert_eq!(metrics(&subscribe), None);
}

#[tokio::test]
async fn contention_of_one_clients_messages_is_counted_on_its_own() {
    let stand_in = start().await;
    let subscribe = stand_in.subscribe();
    stand_in.cancel(1000);
    let message = json!({ "action": "subscribe", "subjects": ["orders/acme/1"] });
    stand_in.send_to(&subscribe, &message.to_string()).await;
    let line = metrics(&subscribe).unwrap();
    assert_eq!([&line["Contended"], &line["Unavailable"]], [1, 0]);
}

#[tokio::test]
async fn frames_that_api_gateway_does_not_accept_are_counted_by_their_cause() {
    for (status, expected) in [(403, [1, 0]), (429, [0, 1]), (503, [0, 1])] {
        let stand_in = start().await;
        stand_in.at_each_post(move |_| Box::pin(async move { StatusCode::from_u16(status).unwrap() }));
        let subscribe = stand_in.subscribe();
        stand_in.send_to(&subscribe, &json!({ "action": "ping" }).to_string()).await;
        let line = metrics(&subscribe).unwrap();
        assert_eq!([&line["Refused"], &line["Unsent"]], expected, "{status}");
        assert!(stand_in.log().contains("could not send a frame"), "{}", stand_in.log());
        assert!(stand_in.log().contains(&status.to_string()), "{}", stand_in.log());
    }
}

#[tokio::test]
async fn a_client_that_is_gone_is_no_failure() {
    let stand_in = start().await;
    stand_in.at_each_post(|_| Box::pin(async { StatusCode::GONE }));
    let subscribe = stand_in.subscribe();
    stand_in.send_to(&subscribe, &json!({ "action": "ping" }).to_string()).await;
    assert_eq!(metrics(&subscribe), None);
}
