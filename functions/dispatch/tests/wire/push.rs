mod batches;
mod damaged;
mod ending;
mod expiry;
mod fanned_out;
mod handed_over;
mod outage;
mod stragglers;

use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, POSITION, StandIn, element, element_with};

const OLD: Duration = Duration::from_secs(60);

/// Three orders, in this order.
fn orders() -> Value {
    json!([element(1, "orders/1"), element(2, "orders/2"), element(3, "orders/3")])
}

/// Two connections that subscribed to all orders. The faults are for `a`.
async fn with_faults(faults: impl IntoIterator<Item = Fault>) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], OLD).await;
    stand_in.connect("b=", &["orders/*"], OLD).await;
    stand_in.plan("a=", faults);
    stand_in
}

/// Whatever happens to `a`, the batch succeeds, and `b` receives everything.
async fn dispatch(stand_in: &StandIn) {
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
}

fn is_stored(stand_in: &StandIn, id: &str) -> bool {
    stand_in.items("connections").iter().any(|item| item["pk"]["S"] == format!("connection#{id}"))
}

#[tokio::test]
async fn each_client_receives_its_events_in_order_and_no_others() {
    let stand_in = StandIn::start().await;
    for (id, patterns) in [
        ("all=", vec!["*", "orders/*", "orders/2"]),
        ("one=", vec!["orders/2"]),
        ("none=", vec!["profiles/*"]),
    ] {
        stand_in.connect(id, &patterns, OLD).await;
    }
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("all="), ["1", "2", "3"]);
    assert_eq!(stand_in.received("one="), ["2"]);
    assert_eq!(stand_in.received("none="), [""; 0]);
}

#[tokio::test]
async fn a_notice_replaces_an_event_after_a_413() {
    let stand_in = with_faults([Fault::Error(413, "PayloadTooLargeException")]).await;
    dispatch(&stand_in).await;
    assert_eq!(stand_in.received("a="), ["1", "1:too-large", "2", "3"]);
    assert!(is_stored(&stand_in, "a="));
}

#[tokio::test]
async fn an_event_of_128_kb_is_sent_and_a_notice_replaces_a_larger_one() {
    let bytes = |data: &str| element_with(1, "orders/1", data)["events"][0].to_string().len();
    let room = 128 * 1024 - bytes("") - POSITION;
    let (at, over) = ("x".repeat(room), "x".repeat(room + 1));
    assert_eq!(bytes(&at) + POSITION, 131_072);
    let stand_in = with_faults([]).await;
    let elements = json!([
        element_with(1, "orders/1", &at),
        element_with(2, "orders/2", &over),
        element_with(3, "orders/3", ""),
    ]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("a="), ["1", "2:too-large", "3"]);
    let notice: Value = serde_json::from_str(&stand_in.frames("a=")[1]).unwrap();
    assert_eq!((&notice["subject"], &notice["data"]["bytes"]), (&json!("orders/2"), &json!(131_073)));
    assert_eq!(stand_in.logged("WARN", "too_large"), [2]);
}
