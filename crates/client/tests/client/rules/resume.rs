use serde_json::{Value, json};

use super::harness::Harness;
use super::ids;
use crate::server_events::{
    NONE, SOURCE, end, event, not_recovered, order, placed, position, recovered, resumed, sources,
    subscribed, unsubscribed,
};

const ALL: &[&str] = &["orders/*"];

fn after(short: &str) -> Value {
    sources(&[(SOURCE, short)])
}

fn resumed_to(request: &str, end: &str) -> String {
    resumed(request, &[(SOURCE, recovered(end))])
}

#[test]
fn a_client_resumes_after_the_last_event_and_delivers_buffered_events_in_order() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.receive(1, &[order("orders/1", 12), order("orders/1", 13)]);
    harness.reconnect(2);
    let message = json!({"action": "subscribe", "id": "1", "subjects": ALL, "after": after("e-13")});
    assert_eq!(harness.sent(), [message]);
    assert_eq!(harness.delivered(), ids("orders/1", &[12, 13]));
    harness.receive(
        2,
        &[order("orders/1", 16), order("orders/2", 11), order("orders/1", 12), order("orders/1", 15)],
    );
    assert_eq!(harness.delivered(), [""; 0]);
    harness.receive(2, &[resumed_to("1", "e-0"), subscribed("1", ALL, &end(15))]);
    assert_eq!(harness.delivered(), ["orders/2 11", "orders/1 15", "orders/1 16"]);
}

#[test]
fn replayed_events_are_delivered_at_once_and_the_client_resumes_after_them() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.reconnect(2);
    harness.receive(2, &[resumed_to("1", "e-14")]);
    harness.receive(2, &[order("orders/1", 12), order("orders/1", 15), order("orders/1", 13)]);
    assert_eq!(harness.delivered(), ids("orders/1", &[12, 13]));
    harness.reconnect(3);
    assert_eq!(harness.sent().pop().unwrap()["after"], after("e-13"));
}

#[test]
fn events_from_before_the_subscription_are_not_delivered_on_resume() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.reconnect(2);
    harness.receive(2, &[order("orders/1", 10), order("orders/1", 11)]);
    harness.receive(2, &[resumed_to("1", "e-0"), subscribed("1", ALL, &end(11))]);
    assert_eq!(harness.delivered(), ids("orders/1", &[11]));
}

#[test]
fn overlapping_subscriptions_resume_together_after_the_least_position() {
    let mut harness = Harness::new();
    harness.subscribe_to(&["orders/acme/*"], &["order.placed.v1"], None);
    harness.open(1);
    harness.receive(1, &[subscribed("1", &["orders/acme/*"], &end(10))]);
    harness.subscribe_to(ALL, &["order.cancelled.v1"], None);
    harness.subscribe(&["profiles/*"]);
    harness.receive(1, &[subscribed("2", ALL, &end(20))]);
    harness.receive(1, &[subscribed("3", &["profiles/*"], &[("tablecast/profiles", "e-20")])]);
    harness.receive(1, &[order("orders/acme/1", 21)]);
    harness.disconnect(1);
    harness.next_timer();
    harness.sent();
    harness.open(2);
    let subjects = ["orders/acme/*", "orders/*"];
    let types = ["order.cancelled.v1", "order.placed.v1"];
    let first = json!({"action": "subscribe", "id": "1", "subjects": subjects, "types": types,
        "after": after("e-20")});
    assert_eq!(harness.sent(), [first]);
    harness.receive(2, &[resumed_to("1", "e-21"), subscribed("1", &subjects, &end(21))]);
    let others = json!({"action": "subscribe", "id": "2", "subjects": ["profiles/*"],
        "after": sources(&[("tablecast/profiles", "e-20")])});
    assert_eq!(harness.sent(), [others], "those with other types");
}

#[test]
fn a_new_subscription_waits_for_the_replay_of_an_overlapping_one() {
    let (mut harness, _) = Harness::live(&["orders/acme/*"], 10);
    harness.reconnect(2);
    harness.subscribe(ALL);
    assert_eq!(harness.sent().len(), 1);
    harness.receive(2, &[resumed_to("1", "e-12"), order("orders/acme/1", 12)]);
    assert_eq!(harness.delivered(), ["orders/acme/1 12"]);
    harness.receive(2, &[subscribed("1", &["orders/acme/*"], &end(12))]);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "id": "2", "subjects": ALL})]);
}

#[test]
fn a_subscription_resumes_together_with_an_overlapping_one_that_just_started() {
    let mut harness = Harness::new();
    let earlier = harness.subscribe(&["orders/a"]);
    harness.open(1);
    harness.receive(1, &[subscribed("1", &["orders/a"], &end(10))]);
    let paused = harness.unsubscribe(earlier);
    harness.subscribe(ALL);
    harness.add(paused);
    harness.receive(1, &[unsubscribed("2", &["orders/a"])]);
    harness.sent();
    harness.receive(1, &[subscribed("3", ALL, &end(12))]);
    let message = json!({"action": "subscribe", "id": "4", "subjects": ["orders/a", "orders/*"], "after": after("e-10")});
    assert_eq!(harness.sent(), [message]);
}

#[test]
fn a_gap_with_its_reason_comes_before_later_events() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.reconnect(2);
    harness.receive(2, &[order("orders/1", 99)]);
    harness
        .receive(2, &[resumed("1", &[(SOURCE, not_recovered("trimmed"))]), subscribed("1", ALL, &end(98))]);
    assert_eq!(harness.delivered(), ["gap tablecast/orders trimmed", "orders/1 99"]);
}

#[test]
fn a_client_continues_with_the_offsets_of_a_new_epoch_after_a_gap() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.reconnect(2);
    harness.receive(2, &[resumed("1", &[(SOURCE, not_recovered("epoch-changed"))])]);
    harness.receive(2, &[subscribed("1", ALL, &[(SOURCE, "f-3")])]);
    harness.receive(2, &[placed("new", SOURCE, "orders/1", "f-4")]);
    assert_eq!(harness.delivered(), ["gap tablecast/orders epoch-changed", "new f-4"]);
    harness.reconnect(3);
    assert_eq!(harness.sent().pop().unwrap()["after"], after("f-4"));
}

#[test]
fn a_server_without_a_log_is_a_gap() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.reconnect(2);
    harness.receive(2, &[subscribed::<&str>("1", ALL, &[])]);
    assert_eq!(harness.delivered(), ["gap the server position-unknown"]);
}

#[test]
fn a_progress_that_cannot_be_read_is_a_gap() {
    for text in ["", "no progress", r#"{"tablecast/orders":{"epoch":"e","floor":-1,"seen":""}}"#] {
        let mut harness = Harness::new();
        harness.subscribe_to(ALL, &[], Some(text.to_owned()));
        harness.open(1);
        assert_eq!(harness.sent()[0].get("after"), None);
        harness.receive(1, &[subscribed("1", ALL, &end(10))]);
        assert_eq!(harness.delivered(), ["gap tablecast/orders position-unknown"]);
    }
}

#[test]
fn a_position_of_another_form_is_none() {
    let (mut harness, _) = Harness::live(ALL, 10);
    let more = json!({"id": "1", "source": SOURCE, "subject": "orders/1", "position": "yesterday"});
    harness.receive(1, &[event("order.placed.v1", json!({}), more)]);
    assert_eq!(harness.delivered(), ["1"]);
    assert_ne!(position(NONE), position("e-10"));
    harness.reconnect(2);
    assert_eq!(harness.sent()[0]["after"], after("e-10"));
}

#[test]
fn a_subscription_whose_progress_is_lost_has_a_gap_although_another_resumes() {
    for lost in ["", "damaged"] {
        let mut harness = Harness::new();
        harness.subscribe_to(ALL, &[], Some(lost.to_owned()));
        let stored = json!({SOURCE: {"epoch": position("e-0").epoch.to_string(), "floor": 10, "seen": ""}});
        harness.subscribe_to(ALL, &[], Some(stored.to_string()));
        harness.open(1);
        harness.receive(1, &[resumed_to("1", "e-11"), order("orders/1", 11)]);
        harness.receive(1, &[subscribed("1", ALL, &end(11))]);
        let gap = format!("gap {SOURCE} position-unknown");
        assert_eq!(harness.delivered(), ["orders/1 11".to_owned(), gap]);
    }
}
