//! Collections. tests/conformance has a scenario for each rule; these are the cases that no scenario can time.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_client::machine::SubscriptionState;

use super::harness::Harness;
use crate::server_events::{
    SOURCE, end, event, placed, position, reconnect, recovered, resumed, state, subscribed,
};

const ALL: &[&str] = &["orders/*"];

/// An item of the state that this message requested.
fn item(request: &str, number: u64, status: &str) -> String {
    let subject = format!("orders/{number}");
    let more =
        json!({"id": format!("item {number}"), "source": SOURCE, "subject": subject, "snapshot": request});
    event("order.v1", json!({"status": status}), more)
}

fn sets(number: u64, offset: u64, status: &str) -> String {
    let more = json!({"source": SOURCE, "subject": format!("orders/{number}"), "position": position(&format!("e-{offset}"))});
    event("order.v1", json!({"status": status}), more)
}

fn complete() -> Value {
    json!([{"subject": "orders/*", "complete": true, "items": 1}])
}

fn page(next: &str) -> Value {
    json!([{"subject": "orders/*", "complete": false, "items": 1, "next": next}])
}

fn refused(reason: &str) -> Value {
    json!([{"subject": "orders/*", "complete": false, "items": 0, "reason": reason}])
}

/// A collection whose first page is requested with the message 2.
fn loading() -> Harness {
    let mut harness = Harness::new();
    harness.add(SubscriptionState::collection(ALL.iter().map(|one| (*one).to_owned()), "order.v1"));
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &end(10))]);
    let state = harness.sent().pop().unwrap();
    assert_eq!(state, json!({"action": "state", "subjects": ALL, "types": ["order.v1"], "id": "2"}));
    harness
}

#[test]
fn the_next_page_is_requested_at_once_and_events_apply_to_the_snapshot() {
    let mut harness = loading();
    harness.receive(1, &[item("2", 1, "new"), sets(1, 11, "paid"), sets(3, 12, "new")]);
    harness.receive(1, &[state("2", page("a"), &end(10))]);
    assert_eq!(
        harness.sent(),
        [json!({"action": "state", "subjects": ALL, "types": ["order.v1"], "next": "a", "id": "3"})]
    );
    assert_eq!(harness.delivered(), [""; 0]);
    harness.receive(1, &[item("3", 2, "new"), state("3", complete(), &end(11))]);
    assert_eq!(harness.delivered(), [r#"snapshot orders/1=paid orders/2=new orders/3=new"#]);
    assert_eq!(harness.next_timer(), Duration::from_secs(240), "no other request");
}

#[test]
fn a_quota_delays_the_next_request_by_ten_seconds_and_the_backoff() {
    let mut harness = loading();
    let mut waits = Vec::new();
    for (request, reason) in [("2", "unavailable"), ("3", "quota-exceeded"), ("4", "unavailable")] {
        harness.receive(1, &[state(request, refused(reason), &end(10))]);
        let before = harness.now;
        waits.push((harness.next_timer() - before).as_millis());
        assert_eq!(harness.actions(), ["state"]);
    }
    assert_eq!(waits, [250, 10_500, 1_000]);
}

#[test]
fn a_reply_without_progress_is_tried_again_later() {
    let mut harness = loading();
    harness.receive(1, &[state("2", json!([]), &end(10))]);
    assert_eq!(harness.actions(), [""; 0]);
    assert_eq!(harness.next_timer(), Duration::from_millis(250));
    assert_eq!(harness.actions(), ["state"]);
}

#[test]
fn a_collection_that_moves_loads_on_the_second_connection_when_it_has_caught_up() {
    let mut harness = loading();
    harness.receive(1, &[item("2", 1, "new"), state("2", page("a"), &end(10)), reconnect()]);
    harness.sent();
    harness.next_timer();
    harness.open(2);
    assert_eq!(harness.actions(), ["subscribe"]);
    assert!(harness.machine.wake_at() > harness.now, "a timer that does nothing fires for ever");
    let caught_up = [resumed("1", &[(SOURCE, recovered("e-10"))]), subscribed("1", ALL, &end(10))];
    harness.receive(2, &caught_up);
    let again = json!({"action": "state", "subjects": ALL, "types": ["order.v1"], "next": "a", "id": "2"});
    assert_eq!(harness.sent_on(), [(2, again)]);
    harness.receive(2, &[item("2", 2, "new"), state("2", complete(), &end(10))]);
    assert_eq!(harness.delivered(), ["snapshot orders/1=new orders/2=new"]);
}

#[test]
fn the_reply_to_an_earlier_load_changes_nothing() {
    let mut harness = loading();
    harness.receive(1, &[item("2", 1, "new"), state("2", complete(), &end(10))]);
    harness.delivered();
    harness.receive(1, &[item("2", 2, "new"), state("2", complete(), &end(10))]);
    assert_eq!((harness.delivered(), harness.actions()), (vec![], vec![]));
}

#[test]
fn a_collection_and_a_subscription_of_one_subject_receive_each_event() {
    let mut harness = loading();
    harness.receive(1, &[state("2", complete(), &end(10))]);
    harness.subscribe(ALL);
    harness.receive(1, &[subscribed("3", ALL, &end(10))]);
    harness.delivered();
    harness.receive(1, &[sets(1, 11, "new"), placed("orders/2", SOURCE, "orders/2", "e-12")]);
    let delivered = harness.delivered();
    assert_eq!(delivered.len(), 3, "{delivered:?}");
    assert!(delivered.contains(&"set orders/1=new".to_owned()));
    assert!(delivered.contains(&"orders/2 e-12".to_owned()));
}
