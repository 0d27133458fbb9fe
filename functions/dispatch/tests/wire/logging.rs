//! Nothing is sent that is not in the log.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element};

const OLD: Duration = Duration::from_secs(60);

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
async fn the_bus_and_the_clients_get_the_same_text_with_its_place_in_the_log() {
    let stand_in = start().await;
    let elements = json!([element(1, "orders/1"), element(2, "orders/2")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert_eq!(positions(&stand_in.frames("a=")), ["1", "2"]);
    assert_eq!(details(&stand_in), stand_in.frames("a="));
    assert_eq!(stand_in.items("log").len(), 2, "the origin, and one item");
}

#[tokio::test]
async fn a_batch_that_is_not_in_the_log_reaches_nobody_and_comes_again() {
    let stand_in = start().await;
    stand_in.plan("log PutItem", [Fault::Status(200), Fault::Error(400, "AccessDeniedException")]);
    let error = stand_in.dispatch(json!([element(1, "orders/1")])).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(error.contains("table log") && error.contains("AccessDenied"), "{error}");
    assert!(stand_in.published().is_empty() && stand_in.received("a=").is_empty());
    assert_eq!([stand_in.metric("LogFailures"), stand_in.metric("Records")], [json!(1), Value::Null]);
}

#[tokio::test]
async fn a_log_that_is_too_slow_fails_the_batch_and_what_it_took_keeps_its_place() {
    let stand_in = start().await;
    stand_in.plan("log PutItem", [Fault::Slow(Duration::ZERO), Fault::Slow(Duration::from_millis(600))]);
    let elements = || json!([element(1, "orders/1")]);
    let error = stand_in.dispatch_within(elements(), Duration::from_millis(1200)).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(error.contains("in time"), "{error}");
    assert_eq!(stand_in.received("a="), [""; 0]);
    assert_eq!(stand_in.dispatch(elements()).await.unwrap(), [""; 0]);
    assert_eq!(positions(&stand_in.frames("a=")), ["1"]);
}

#[tokio::test]
async fn what_comes_again_after_the_append_has_the_same_places() {
    let stand_in = start().await;
    let elements = || json!([element(1, "orders/1"), element(2, "orders/2")]);
    // Appended, and nobody heard of it.
    stand_in.plan("connections Query", [Fault::Error(400, "AccessDeniedException")]);
    stand_in.dispatch(elements()).await.unwrap_err();
    stand_in.dispatch(json!([element(3, "orders/3")])).await.unwrap();
    // Sent, but the bus did not take the second.
    stand_in.plan("PutEvents", [Fault::Entries(vec![None, Some("MalformedDetail")])]);
    assert_eq!(stand_in.dispatch(elements()).await.unwrap(), ["e2"]);
    assert_eq!(stand_in.dispatch(json!([element(2, "orders/2")])).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(positions(&stand_in.frames("a=")), ["3", "1", "2", "2"]);
    assert_eq!(details(&stand_in)[3], stand_in.frames("a=")[3]);
}

#[tokio::test]
async fn a_record_without_events_is_not_in_the_log() {
    let stand_in = start().await;
    stand_in.dispatch(json!([{ "eventID": "e1", "pipe": "orders", "events": [] }])).await.unwrap();
    assert_eq!(stand_in.items("log").len(), 0);
}
