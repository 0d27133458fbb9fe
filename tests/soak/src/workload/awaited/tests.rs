use serde_json::Value;

use super::*;
use crate::oracle::observations::{Outcome, SubscriptionLog};

const PLACE: Place = Place { client: 0, subscription: 0 };

fn awaited() -> Awaited {
    let patterns = vec!["orders/acme/*".to_owned()];
    let subscription = SubscriptionLog { patterns, ..SubscriptionLog::default() };
    let client = ClientLog { subscriptions: vec![subscription], ..ClientLog::default() };
    let mut awaited = Awaited::new(&[client]);
    awaited.ready(PLACE);
    awaited
}

fn event(version: u64) -> (Received, u64) {
    let expected = Expected { event_type: "order.v1", version, data: Value::Null };
    let (subject, event_type) = ("orders/acme/1".to_owned(), "order.v1".to_owned());
    let key = key_of(&subject, &expected);
    (Received { subject, event_type, version, ..Received::default() }, key)
}

fn write(awaited: &mut Awaited, version: u64) {
    let events = vec![Expected { event_type: "order.v1", version, data: Value::Null }];
    let write = Write {
        kind: "put",
        subject: "orders/acme/1".to_owned(),
        version,
        started: 0,
        is_certain: true,
        may_be_late: false,
        outcome: Outcome::Events(Vec::new()),
    };
    awaited.write(&write, &events);
}

#[test]
fn an_event_is_awaited_until_it_is_everywhere() {
    let mut awaited = awaited();
    write(&mut awaited, 1);
    assert_eq!(awaited.len(), 1);
    let (received, key) = event(1);
    awaited.publish(&received, key);
    assert_eq!(awaited.len(), 1);
    awaited.receive(PLACE, &received, key);
    assert_eq!(awaited.len(), 0);
}

#[test]
fn an_event_can_arrive_before_the_answer_to_its_write() {
    let mut awaited = awaited();
    let (received, key) = event(1);
    awaited.publish(&received, key);
    awaited.receive(PLACE, &received, key);
    write(&mut awaited, 1);
    assert_eq!(awaited.len(), 0);
}

#[test]
fn a_gap_ends_the_wait_for_its_source() {
    let mut awaited = awaited();
    write(&mut awaited, 1);
    let (received, key) = event(1);
    awaited.publish(&received, key);
    awaited.gap(PLACE, "tablecast/documents/acme");
    assert_eq!(awaited.len(), 1);
    awaited.gap(PLACE, "tablecast/orders/acme");
    assert_eq!(awaited.len(), 0);
}
