use std::sync::Arc;

use serde_json::{Value, json};
use tablecast_client::{Event, State, TOO_LARGE, Validate};

use super::harness::Harness;
use super::ids;
use crate::server_events::{
    SOURCE, end, error, event, order, order_with, pong, recovered, resumed, sources, subscribed, unsubscribed,
};

const ALL: &[&str] = &["orders/*"];

fn resumed_to(request: &str, end: &str) -> String {
    resumed(request, &[(SOURCE, recovered(end))])
}

#[test]
fn an_event_reaches_every_subscription_that_matches_it() {
    let mut harness = Harness::new();
    let subjects = ["orders/*", "orders/acme/*", "orders/globex/*"];
    for subject in subjects {
        harness.subscribe(&[subject]);
    }
    harness.open(1);
    for (id, subject) in ["1", "2", "3"].into_iter().zip(subjects) {
        harness.receive(1, &[subscribed(id, &[subject], &end(0))]);
    }
    harness.receive(1, &[order("orders/acme/1", 1), order("profiles/ada", 2)]);
    assert_eq!(harness.delivered(), ["orders/acme/1 1", "orders/acme/1 1"]);
}

#[test]
fn only_the_types_of_a_subscription_arrive_also_as_event_too_large() {
    let mut harness = Harness::new();
    harness.subscribe_to(ALL, &["order.placed.v1"], None);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &end(0))]);
    let subject = json!({"subject": "orders/1"});
    let too_large =
        |name: &str| event(TOO_LARGE, json!({"type": name}), json!({"id": name, "subject": "orders/1"}));
    let other = event("order.cancelled.v1", json!({}), subject);
    harness.receive(1, &[other, too_large("order.cancelled.v1"), too_large("order.placed.v1")]);
    assert_eq!(harness.delivered(), ["order.placed.v1"]);
}

#[test]
fn the_events_of_a_batch_are_delivered_in_order() {
    let (mut harness, _) = Harness::live(ALL, 0);
    harness.receive(1, &[format!(" [{},{}]", order("orders/1", 1), order("orders/2", 2))]);
    assert_eq!(harness.delivered(), ["orders/1 1", "orders/2 2"]);
}

#[test]
fn a_duplicate_is_delivered_once_by_position_or_by_id() {
    let (mut harness, _) = Harness::live(ALL, 0);
    let other_position = order_with("orders/1", 2, json!({"id": "orders/1 1"}));
    harness.receive(1, &[order("orders/1", 1), order("orders/1", 1), other_position]);
    let without_position = order_with("orders/2", 9, json!({"position": Value::Null}));
    harness.receive(1, &[without_position.clone(), without_position]);
    assert_eq!(harness.delivered(), ["orders/1 1", "orders/2 9"]);
}

#[test]
fn a_late_event_is_delivered_apart_from_others_once_also_from_the_log() {
    let late = |offset| order_with("orders/1", offset, json!({"late": true}));
    let (mut harness, _) = Harness::live(ALL, 0);
    harness.receive(1, &[order("orders/1", 1), late(2), late(2)]);
    assert_eq!(harness.delivered(), ["orders/1 1", "late orders/1 2"]);
    harness.reconnect(2);
    let after = harness.sent().pop().unwrap()["after"].clone();
    assert_eq!(after, sources(&[(SOURCE, "e-2")]), "it counts for the position");
    harness.receive(2, &[resumed_to("1", "e-5"), order("orders/1", 3), late(4), order("orders/1", 5)]);
    harness.receive(2, &[subscribed("1", ALL, &end(5))]);
    assert_eq!(harness.delivered(), ["orders/1 3", "late orders/1 4", "orders/1 5"]);
}

#[test]
fn a_subscription_starts_at_the_acknowledged_position_and_drops_earlier_events() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[order("orders/1", 9), order("orders/1", 11), subscribed("1", ALL, &end(10))]);
    harness.receive(1, &[order("orders/1", 10)]);
    assert_eq!(harness.delivered(), ids("orders/1", &[11]));
}

#[test]
fn unknown_event_types_are_delivered_and_unknown_control_events_ignored() {
    let (mut harness, _) = Harness::live(ALL, 0);
    let more = json!({"id": "new", "subject": "orders/1"});
    harness.receive(1, &[event("order.teleported.v1", json!({}), more.clone())]);
    harness.receive(1, &[event("tablecast.weather.v1", json!({}), more)]);
    assert_eq!(harness.delivered(), ["new"]);
    assert_eq!(harness.machine.state(), State::Live);
}

#[test]
fn unknown_control_events_need_no_data_and_only_an_answer_completes_a_request() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    let unknown = |data| event("tablecast.weather.v1", data, json!({}));
    harness.receive(1, &[unknown(json!({"request": "1"})), unknown(Value::Null), pong(Some("1"), &end(10))]);
    assert_eq!(harness.machine.state(), State::Subscribing);
    harness.receive(1, &[subscribed("1", ALL, &end(10)), order("orders/1", 11)]);
    assert_eq!((harness.delivered(), harness.machine.state()), (ids("orders/1", &[11]), State::Live));
}

#[test]
fn a_validator_does_not_see_unknown_control_events() {
    let mut harness = Harness::with(0.5, Some(Arc::new(|_: &Event| Err("is bad".to_owned()))));
    harness.open(1);
    harness.receive(1, &[event("tablecast.weather.v1", json!({}), json!({}))]);
    assert_eq!(harness.closed(), []);
}

#[test]
fn invalid_events_are_delivered_as_errors_and_invalid_replies_end_the_connection() {
    let validate: Validate = Arc::new(|event: &Event| match event.data::<Value>() {
        Ok(data) if data["bad"] == true => Err("is bad".to_owned()),
        _ => Ok(()),
    });
    for reply in [json!({"bad": true}), json!({"sources": 7})] {
        let mut harness = Harness::with(0.5, Some(validate.clone()));
        harness.subscribe(ALL);
        harness.open(1);
        harness.receive(1, &[subscribed("1", ALL, &end(1))]);
        let bad = order_with("orders/1", 2, json!({"data": {"bad": true}}));
        harness.receive(1, &[bad.clone(), bad, order("orders/1", 3)]);
        assert_eq!(harness.delivered(), ["invalid orders/1 2 is bad", "orders/1 3"]);
        harness.receive(1, &[event("tablecast.pong.v1", reply, json!({}))]);
        assert_eq!(harness.machine.state(), State::Waiting);
    }
}

#[test]
fn a_refusal_is_delivered_once_and_the_granted_subjects_continue() {
    let (mut harness, _) = Harness::live(&["orders/a", "orders/b"], 1);
    let results = json!([{"subject": "orders/a", "granted": false, "reason": "not-granted"},
        {"subject": "orders/b", "granted": true}]);
    let data = json!({"request": "1", "subjects": results, "sources": sources(&[(SOURCE, "e-1")])});
    let reply = event("tablecast.subscribed.v1", data, json!({}));
    for (connection, expected) in
        [(2, &["refused orders/a not-granted", "orders/b 2"][..]), (3, &["orders/b 3"])]
    {
        harness.reconnect(connection);
        harness.receive(connection, &[resumed_to("1", "e-0"), reply.clone(), order("orders/b", connection)]);
        assert_eq!(harness.delivered(), expected);
    }
}

#[test]
fn a_rejected_subscribe_is_a_refusal() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[error(Some("1"), "bad-message", false)]);
    assert_eq!(harness.delivered(), ["refused orders/* try again"]);
    assert_eq!((harness.machine.state(), harness.confirmed()), (State::Live, 0));
}

#[test]
fn a_client_subscribes_again_only_after_the_reply_to_an_unsubscribe() {
    let (mut harness, subscription) = Harness::live(ALL, 0);
    harness.unsubscribe(subscription);
    harness.subscribe(ALL);
    assert_eq!(harness.sent(), [json!({"action": "unsubscribe", "id": "2", "subjects": ALL})]);
    harness.receive(1, &[order("orders/1", 1), unsubscribed("2", ALL)]);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "id": "3", "subjects": ALL})]);
    harness.receive(1, &[order("orders/1", 2), subscribed("3", ALL, &end(1))]);
    assert_eq!(harness.delivered(), ids("orders/1", &[2]));
}

#[test]
fn a_client_unsubscribes_only_after_the_reply_to_a_subscribe() {
    let mut harness = Harness::new();
    let subscription = harness.subscribe(ALL);
    harness.open(1);
    harness.unsubscribe(subscription);
    assert_eq!(harness.actions(), ["subscribe"]);
    harness.receive(1, &[subscribed("1", ALL, &end(0))]);
    assert_eq!(harness.sent(), [json!({"action": "unsubscribe", "id": "2", "subjects": ALL})]);
}
