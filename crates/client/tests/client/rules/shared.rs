//! Several subscriptions to one subject: the server has one subscription.

use serde_json::json;

use super::harness::Harness;
use crate::server_events::{SOURCE, end, error, order, recovered, resumed, sources, subscribed};

const ALL: &[&str] = &["orders/*"];

#[test]
fn each_subscription_to_a_subject_receives_its_events_from_its_own_confirmation_on() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.subscribe(ALL);
    harness.receive(1, &[order("orders/1", 11)]);
    assert_eq!(harness.delivered(), ["orders/1 11"]);
    assert_eq!(harness.confirmed(), 0);
    harness.receive(1, &[subscribed("2", ALL, &end(11)), order("orders/1", 12)]);
    assert_eq!(harness.delivered(), ["orders/1 12", "orders/1 12"]);
    assert_eq!(harness.confirmed(), 1);
}

#[test]
fn the_server_keeps_a_subject_until_its_last_subscription_closes() {
    let (mut harness, first) = Harness::live(ALL, 10);
    let other = harness.subscribe(ALL);
    harness.receive(1, &[subscribed("2", ALL, &end(10))]);
    harness.sent();
    harness.unsubscribe(first);
    assert_eq!(harness.sent(), [json!(null); 0]);
    harness.receive(1, &[order("orders/1", 11)]);
    assert_eq!(harness.delivered(), ["orders/1 11"]);
    harness.unsubscribe(other);
    assert_eq!(harness.sent(), [json!({"action": "unsubscribe", "id": "3", "subjects": ALL})]);
}

#[test]
fn an_unsubscribe_names_only_the_subjects_that_no_other_subscription_has() {
    let (mut harness, first) = Harness::live(&["orders/*", "profiles/*"], 10);
    harness.subscribe(ALL);
    harness.receive(1, &[subscribed("2", ALL, &end(10))]);
    harness.sent();
    harness.unsubscribe(first);
    assert_eq!(harness.sent(), [json!({"action": "unsubscribe", "id": "3", "subjects": ["profiles/*"]})]);
}

#[test]
fn a_subscribe_has_the_types_of_all_subscriptions_to_its_subjects() {
    let mut harness = Harness::new();
    harness.subscribe_to(ALL, &["order.placed.v1"], None);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &end(10))]);
    harness.subscribe_to(ALL, &["order.cancelled.v1"], None);
    let message = json!({"action": "subscribe", "id": "2", "subjects": ALL, "types": ["order.cancelled.v1", "order.placed.v1"]});
    assert_eq!(harness.sent().pop(), Some(message));
    harness.receive(1, &[subscribed("2", ALL, &end(10)), order("orders/1", 11)]);
    assert_eq!(harness.delivered(), ["orders/1 11"]);
    harness.subscribe(ALL);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "id": "3", "subjects": ALL})]);
}

#[test]
fn subscriptions_to_one_subject_resume_with_one_message_that_names_it_once() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.subscribe(ALL);
    harness.receive(1, &[subscribed("2", ALL, &end(10)), order("orders/1", 11)]);
    harness.reconnect(2);
    let message =
        json!({"action": "subscribe", "id": "1", "subjects": ALL, "after": sources(&[(SOURCE, "e-11")])});
    assert_eq!(harness.sent().pop(), Some(message));
    harness.delivered();
    harness.receive(2, &[resumed("1", &[(SOURCE, recovered("e-0"))]), order("orders/2", 12)]);
    harness.receive(2, &[subscribed("1", ALL, &end(12))]);
    assert_eq!(harness.delivered(), ["orders/2 12", "orders/2 12"]);
}

#[test]
fn a_rejected_subscribe_does_not_end_another_subscription_to_its_subject() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.subscribe(&["orders/*", "no subject/"]);
    harness.receive(1, &[error(Some("2"), "bad-message", false), order("orders/1", 11)]);
    let delivered = harness.delivered();
    assert_eq!(delivered[..2], ["refused orders/* try again", "refused no subject/ try again"]);
    assert!(delivered[2..].contains(&"orders/1 11".to_owned()), "{delivered:?}");
}
