use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn traced(n: usize) -> Value {
    let mut element = element(n, "orders/1");
    element["events"][0]["traceparent"] = PARENT.into();
    element
}

fn traceparent(event: &str) -> Value {
    serde_json::from_str::<Value>(event).unwrap()["traceparent"].clone()
}

#[tokio::test]
async fn the_bus_the_log_and_a_client_have_the_trace_of_a_change() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/1"], Duration::from_secs(60)).await;
    assert_eq!(stand_in.dispatch(json!([traced(1), element(2, "orders/1")])).await.unwrap(), [""; 0]);
    let entries = stand_in.seen().puts()[0].clone();
    let header = "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1";
    let headers: Vec<_> = entries.iter().map(|entry| entry.get("TraceHeader").cloned()).collect();
    assert_eq!(headers, [Some(json!(header)), None]);
    let on_bus: Vec<_> = entries.iter().map(|entry| traceparent(entry["Detail"].as_str().unwrap())).collect();
    let pushed: Vec<_> = stand_in.frames("a=").iter().map(|frame| traceparent(frame)).collect();
    assert_eq!((on_bus, pushed), (vec![json!(PARENT), Value::Null], vec![json!(PARENT), Value::Null]));
}

#[tokio::test]
async fn records_with_an_invalid_trace_are_delivered_and_counted() {
    let stand_in = StandIn::start().await;
    let mut invalid = element(1, "orders/1");
    invalid["invalid_trace"] = "is not a text".into();
    assert_eq!(stand_in.dispatch(json!([element(2, "orders/1")])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.metric("InvalidTraces"), Value::Null, "no pipe without traces pays for the metric");
    assert_eq!(stand_in.dispatch(json!([invalid, element(3, "orders/1")])).await.unwrap(), [""; 0]);
    assert_eq!((stand_in.metric("InvalidTraces"), stand_in.metric("Published")), (json!(1), json!(2)));
    assert_eq!(stand_in.logged("WARN", "reason"), ["is not a text"]);
    assert_eq!(stand_in.logged("WARN", "event_id"), ["e1"]);
}

#[tokio::test]
async fn lines_about_failed_and_rejected_records_have_their_trace_ids() {
    let stand_in = StandIn::start().await;
    stand_in.plan("PutEvents", [Fault::Entries(vec![Some("MalformedDetail")])]);
    let rejected = json!({ "path": "dynamodb.Keys", "reason": "odd", "record": "", "trace_id": ID });
    let rejected = json!({ "eventID": "e2", "pipe": "orders", "rejected": rejected });
    assert_eq!(stand_in.dispatch(json!([traced(1), rejected])).await.unwrap(), ["e1"]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.logged("ERROR", "trace_id"), [ID], "the bus rejected the event");
    assert_eq!(stand_in.logged("WARN", "trace_id"), [ID], "the record is stored");
}

#[tokio::test]
async fn the_line_about_a_channel_that_fails_names_its_first_event() {
    let stand_in = StandIn::start().await;
    stand_in.plan("log PutItem", vec![Fault::Error(400, "AccessDeniedException"); 20]);
    assert!(stand_in.dispatch(json!([traced(1), element(2, "orders/1")])).await.is_err());
    assert_eq!(stand_in.logged("ERROR", "event_id"), ["e1"]);
    assert_eq!(stand_in.logged("ERROR", "trace_id"), [ID]);
}
