//! The trace of a change, from its writer to the bus, to a client and to a client that resumes.
#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::PipeFiles;
use tablecast_tests::socket::Socket;

const SOURCE: &str = "tablecast/orders/acme";
const PLACED: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const PAID: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

fn with_traces() -> PipeFiles {
    PipeFiles::changed(|text| text.replace("\nsubject:", "\ntrace: new.?traceparent\nsubject:"))
}

/// The writer of an order stores its trace in the item.
fn traced(status: &str, traceparent: &str) -> Value {
    let mut order = order("1001", status);
    order["traceparent"] = json!({ "S": traceparent });
    order
}

fn traces(events: &[Value]) -> Vec<Value> {
    events.iter().map(|event| event["traceparent"].clone()).collect()
}

#[tokio::test]
async fn every_reader_of_an_event_has_the_trace_of_its_change() {
    let local = LocalMode::start_with(&with_traces().arguments()).await;
    let mut client = local.subscribe(&["orders/acme/*"]).await;
    for item in [
        traced("PLACED", PLACED),
        traced("PAID", PAID),
        // Another writer, without traces, keeps what the item has. The last trace is not valid.
        traced("SHIPPED", PAID),
        traced("DELIVERED", "none"),
    ] {
        local.dynamodb().put("orders", item).await;
    }
    let mut live = Vec::new();
    while live.len() < 4 {
        live.push(client.event().await);
    }
    assert_eq!(traces(&live), [json!(PLACED), json!(PAID), Value::Null, Value::Null]);

    let mut bus = local.bus();
    let details = bus.read_new().await.iter().map(|event| event.detail.get().to_owned());
    let details: Vec<Value> = details.map(|detail| serde_json::from_str(&detail).unwrap()).collect();
    assert_eq!(details, live);

    let mut again = Socket::connect(&local.addresses().clients, &[]).await.unwrap();
    let after = json!({ SOURCE: live[0]["position"] });
    again.send_json(json!({"action": "subscribe", "subjects": ["orders/acme/*"], "after": after})).await;
    assert_eq!(again.event().await["type"], "tablecast.resumed.v1");
    let mut replayed = Vec::new();
    while replayed.last() != live.last() {
        replayed.push(again.event().await);
    }
    assert!(replayed.ends_with(&live[1..]), "{replayed:#?}");
    local.wait_for_log(&["the trace of records is not valid"]).await;
}
