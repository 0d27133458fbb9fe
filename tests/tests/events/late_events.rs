//! An operator passes old records through the functions, as `tablecast redrive` does.
//! Events that are older than others of their subject have a mark.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tablecast_tests::bus::Bus;
use tablecast_tests::http::Http;
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::project;
use tablecast_tests::socket::Socket;

const SOURCE: &str = "tablecast/orders/acme";

/// The local mode does not verify signatures.
const SIGNED: (&str, &str) = ("Authorization", "AWS4-HMAC-SHA256 Credential=local");

/// Returns the time an hour ago, before all records of the stream, in seconds.
fn hour_ago() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - 3600
}

/// The payment of an order at a time.
fn payment(order: &str, time: u64) -> Value {
    let fixture = fs::read_to_string(project().join("pipes/fixtures/orders-modify-status.json")).unwrap();
    let mut record: Value = serde_json::from_str(&fixture).unwrap();
    record["eventID"] = format!("payment-of-{order}").into();
    let change = &mut record["dynamodb"];
    change["ApproximateCreationDateTime"] = time.into();
    change["SequenceNumber"] = format!("{:021}", 7).into();
    for image in ["Keys", "OldImage", "NewImage"] {
        change[image]["orderId"]["S"] = order.into();
    }
    record
}

async fn invoke(local: &LocalMode, function: &str, payload: Value) -> Value {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", local.addresses().http);
    let (status, body) = Http::default().post(&url, &[SIGNED], payload.to_string()).await.unwrap();
    assert_eq!(status, 200, "{function}: {}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

async fn redrive(local: &LocalMode, records: Value) {
    let elements = invoke(local, "enrich", records).await;
    assert_eq!(invoke(local, "dispatch", elements).await, json!({ "batchItemFailures": [] }));
}

/// Subject, type and mark.
fn head(event: &Value) -> (String, String, Value) {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    (text("subject"), text("type"), event["late"].clone())
}

fn expected(order: &str, event_type: &str, late: bool) -> (String, String, Value) {
    let mark = if late { json!(true) } else { Value::Null };
    (format!("orders/acme/{order}"), event_type.to_owned(), mark)
}

async fn new_details(bus: &mut Bus) -> Vec<Value> {
    let events = bus.read_new().await;
    events.iter().map(|event| serde_json::from_str(event.detail.get()).unwrap()).collect()
}

#[tokio::test]
async fn an_old_record_that_is_redriven_behind_a_newer_change_is_late() {
    let local = LocalMode::start().await;
    let mut client = local.subscribe(&["orders/acme/*"]).await;
    for status in ["PLACED", "SHIPPED"] {
        local.dynamodb().put("orders", order("1001", status)).await;
    }
    let first = client.event().await;
    client.event().await;
    // Nothing happened to the other order since.
    let time = hour_ago();
    redrive(&local, json!([payment("1001", time), payment("1002", time)])).await;
    let live = [client.event().await, client.event().await];
    let paid = "order.status-changed.v1";
    assert_eq!(live.each_ref().map(head), [expected("1001", paid, true), expected("1002", paid, false)]);

    let mut bus = local.bus();
    let details = new_details(&mut bus).await;
    assert_eq!(details[details.len() - 2..], live);

    let mut again = Socket::connect(&local.addresses().clients, &[]).await.unwrap();
    let after = json!({ SOURCE: first["position"] });
    again.send_json(json!({"action": "subscribe", "subjects": ["orders/acme/*"], "after": after})).await;
    assert_eq!(again.event().await["type"], "tablecast.resumed.v1");
    let mut replayed = Vec::new();
    while replayed.last() != Some(&live[1]) {
        replayed.push(again.event().await);
    }
    assert!(replayed.contains(&live[0]), "{replayed:?}");

    // A retry keeps the mark. It reaches the bus only, because the clients have the event.
    redrive(&local, json!([payment("1001", time)])).await;
    assert_eq!(new_details(&mut bus).await, live[..1]);
}
