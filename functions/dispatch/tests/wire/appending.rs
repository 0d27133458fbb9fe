//! Nothing is sent that the log does not hold.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element};

const OLD: Duration = Duration::from_secs(60);

/// Writes to the channel's own partition.
const EVENTS: &str = "log PutItem tablecast/orders";

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], OLD).await;
    stand_in
}

fn positions<'e>(events: impl IntoIterator<Item = &'e String>) -> Vec<String> {
    let position = |event: &String| {
        let event: Value = serde_json::from_str(event).unwrap();
        event["position"].as_str().unwrap().split_once('-').unwrap().1.to_owned()
    };
    events.into_iter().map(position).collect()
}

fn details(stand_in: &StandIn) -> Vec<String> {
    let puts = stand_in.seen().puts();
    puts.iter().flatten().map(|entry| entry["Detail"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn bus_and_clients_receive_the_same_text_with_its_position() {
    let stand_in = start().await;
    let elements = json!([element(1, "orders/1"), element(2, "orders/2")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert_eq!(positions(&stand_in.frames("a=")), ["1", "2"]);
    assert_eq!(details(&stand_in), stand_in.frames("a="));
    assert_eq!(stand_in.items("log").len(), 3, "the events, the end, and the channel's entry");
}

#[tokio::test]
async fn a_batch_that_is_not_appended_fails_and_is_not_sent() {
    let stand_in = start().await;
    // The log begins, and its first event fails.
    stand_in.plan(EVENTS, [Fault::None, Fault::Error(400, "AccessDeniedException")]);
    let error = stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(error.contains("table log") && error.contains("AccessDenied"), "{error}");
    assert!(stand_in.published().is_empty() && stand_in.received("a=").is_empty());
    assert_eq!([stand_in.metric("LogFailures"), stand_in.metric("Records")], [json!(1), Value::Null]);
}

#[tokio::test]
async fn a_slow_append_fails_the_batch_and_its_events_keep_their_positions() {
    let stand_in = start().await;
    stand_in.plan(EVENTS, [Fault::None, Fault::Slow(Duration::from_millis(600))]);
    let elements = || json!([element(1, "orders/1")]);
    let error = stand_in.dispatch_within(elements(), Duration::from_millis(1200)).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(error.contains("in time"), "{error}");
    assert_eq!(stand_in.received("a="), [""; 0]);
    assert_eq!(stand_in.dispatch(elements()).await.unwrap(), [""; 0]);
    assert_eq!(positions(&stand_in.frames("a=")), ["1"]);
}

#[tokio::test]
async fn retried_events_have_the_same_positions() {
    let stand_in = start().await;
    let elements = || json!([element(1, "orders/1"), element(2, "orders/2")]);
    // The events are appended, but not sent.
    stand_in.plan("connections Query", [Fault::Error(400, "AccessDeniedException")]);
    stand_in.dispatch(elements()).await.unwrap_err();
    stand_in.dispatch(json!([element(3, "orders/3")])).await.unwrap();
    // The events are sent, but the bus rejects the second.
    stand_in.plan("PutEvents", [Fault::Entries(vec![None, Some("MalformedDetail")])]);
    assert_eq!(stand_in.dispatch(elements()).await.unwrap(), ["e2"]);
    assert_eq!(stand_in.dispatch(json!([element(2, "orders/2")])).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(positions(&stand_in.frames("a=")), ["3", "1", "2", "2"]);
    assert_eq!(details(&stand_in)[3], stand_in.frames("a=")[3]);
}

#[tokio::test]
async fn a_record_without_events_is_not_appended() {
    let stand_in = start().await;
    stand_in.dispatch(json!([{ "eventID": "e1", "pipe": "orders", "events": [] }])).await.unwrap();
    assert_eq!(stand_in.items("log").len(), 0);
}
