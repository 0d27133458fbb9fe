//! A refused subscription receives nothing, although another one has its events.

use serde_json::json;
use tablecast_client::machine::SubscriptionId;

use super::harness::{Harness, shown};
use crate::server_events::{
    SOURCE, end, error, event, order, recovered, refreshed, resumed, sources, subscribed,
};

const ACME: &[&str] = &["orders/acme/*"];

/// The deliveries of one subscription since the last call.
fn received(harness: &mut Harness, id: SubscriptionId) -> Vec<String> {
    let own = harness.deliveries().into_iter().filter(|(subscription, _)| *subscription == id);
    own.filter_map(|(_, delivery)| shown(&delivery)).filter(|text| text.starts_with("orders")).collect()
}

/// The reply that refuses `orders/*`, and grants the other subjects.
fn refusal(request: &str, granted: &[&str]) -> String {
    let mut subjects = vec![json!({"subject": "orders/*", "granted": false, "reason": "not-granted"})];
    subjects.extend(granted.iter().map(|subject| json!({"subject": subject, "granted": true})));
    let sources = sources(&[(SOURCE, "e-10")]);
    let data = json!({"request": request, "subjects": subjects, "sources": sources});
    event("tablecast.subscribed.v1", data, json!({}))
}

#[test]
fn a_refused_subscription_receives_no_events_although_another_one_has_them() {
    let (mut harness, _) = Harness::live(ACME, 10);
    let refused = harness.subscribe(&["orders/*"]);
    harness.receive(1, &[order("orders/acme/1", 11), refusal("2", &[]), order("orders/acme/1", 12)]);
    assert_eq!(received(&mut harness, refused), [""; 0]);
}

#[test]
fn a_rejected_subscription_receives_no_events_although_another_one_has_them() {
    let (mut harness, _) = Harness::live(ACME, 10);
    let rejected = harness.subscribe(&["orders/*"]);
    harness.receive(1, &[error(Some("2"), "bad-message", false), order("orders/acme/1", 11)]);
    assert_eq!(received(&mut harness, rejected), [""; 0]);
}

#[test]
fn a_subscription_with_a_refused_subject_receives_only_the_events_of_its_others() {
    let (mut harness, _) = Harness::live(ACME, 10);
    let half = harness.subscribe(&["orders/*", "orders/acme/1"]);
    harness.receive(1, &[order("orders/acme/2", 11), order("orders/acme/1", 12)]);
    harness.receive(1, &[refusal("2", &["orders/acme/1"])]);
    harness.receive(1, &[order("orders/acme/2", 13), order("orders/acme/1", 14)]);
    assert_eq!(received(&mut harness, half), ["orders/acme/1 12", "orders/acme/1 14"]);
}

#[test]
fn a_token_that_removes_a_subject_ends_its_events_although_another_has_them() {
    let (mut harness, _) = Harness::live(ACME, 10);
    let other = harness.subscribe(&["orders/acme/1"]);
    harness.receive(1, &[subscribed("2", &["orders/acme/1"], &end(10))]);
    harness.receive(1, &[refreshed(1_000, &["orders/acme/1"], None), order("orders/acme/1", 11)]);
    assert_eq!(received(&mut harness, other), [""; 0]);
}

#[test]
fn a_refused_subscription_receives_events_again_when_a_later_connection_grants_it() {
    let (mut harness, subscription) = Harness::live(ACME, 10);
    harness.receive(1, &[refreshed(1_000, ACME, None)]);
    harness.reconnect(2);
    harness.receive(2, &[resumed("1", &[(SOURCE, recovered("e-11"))]), order("orders/acme/1", 11)]);
    harness.receive(2, &[subscribed("1", ACME, &end(11)), order("orders/acme/1", 12)]);
    assert_eq!(received(&mut harness, subscription), ["orders/acme/1 11", "orders/acme/1 12"]);
}
