//! One subscribe or unsubscribe waits for its reply at a time. The next one has everything that waited.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_client::State;
use tablecast_client::machine::SubscriptionState;

use super::harness::Harness;
use crate::server_events::{
    SOURCE, end, order, pong, recovered, resumed, sources, subscribed, unavailable, unsubscribed,
};

fn rows(from: usize, count: usize) -> Vec<String> {
    (from..from + count).map(|number| format!("orders/acme/{number}")).collect()
}

fn texts(subjects: &[String]) -> Vec<&str> {
    subjects.iter().map(String::as_str).collect()
}

fn opened() -> Harness {
    let mut harness = Harness::new();
    harness.open(1);
    harness
}

/// Replies to each message until there are no more. Returns each action, and its number of subjects.
fn serve(harness: &mut Harness) -> Vec<(String, usize)> {
    let mut served = Vec::new();
    while let Some(message) = only(harness.sent()) {
        assert!(message.to_string().len() <= 32 * 1024);
        let subjects = subjects_of(&message);
        let (id, subjects) = (message["id"].as_str().unwrap(), texts(&subjects));
        let reply = match message["action"].as_str().unwrap() {
            "subscribe" => subscribed(id, &subjects, &end(10)),
            _ => unsubscribed(id, &subjects),
        };
        served.push((message["action"].as_str().unwrap().to_owned(), subjects.len()));
        harness.receive(1, &[reply]);
    }
    served
}

/// Only one message waits for its reply.
fn only(mut messages: Vec<Value>) -> Option<Value> {
    assert!(messages.len() <= 1, "{messages:?}");
    messages.pop()
}

fn subjects_of(message: &Value) -> Vec<String> {
    serde_json::from_value(message["subjects"].clone()).unwrap()
}

fn served(expected: &[(&str, usize)]) -> Vec<(String, usize)> {
    expected.iter().map(|(action, count)| ((*action).to_owned(), *count)).collect()
}

#[test]
fn subscriptions_that_are_made_while_a_reply_is_outstanding_share_one_message() {
    let mut harness = opened();
    for subject in rows(1, 4) {
        harness.subscribe(&[&subject]);
    }
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), rows(1, 1));
    harness.receive(1, &[subscribed("1", &["orders/acme/1"], &end(10))]);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "id": "2", "subjects": rows(2, 3)})]);
    harness.confirmed();
    harness.receive(1, &[subscribed("2", &texts(&rows(2, 3)), &end(10)), order("orders/acme/3", 11)]);
    assert_eq!(harness.confirmed(), 3);
    assert_eq!(harness.delivered(), ["orders/acme/3 11"]);
}

#[test]
fn a_page_with_100_live_rows_turns_with_three_messages_and_every_row_becomes_ready() {
    let mut harness = opened();
    let first: Vec<_> = rows(0, 100).iter().map(|subject| harness.subscribe(&[subject])).collect();
    assert_eq!(serve(&mut harness), served(&[("subscribe", 1), ("subscribe", 99)]));
    assert_eq!(harness.confirmed(), 100);
    for id in first {
        harness.unsubscribe(id);
    }
    for subject in rows(100, 100) {
        harness.subscribe(&[&subject]);
    }
    let expected = served(&[("unsubscribe", 1), ("unsubscribe", 99), ("subscribe", 100)]);
    assert_eq!(serve(&mut harness), expected);
    assert_eq!(harness.confirmed(), 100);
}

#[test]
fn live_rows_resume_with_one_message_after_the_least_position_of_each_source() {
    let mut harness = opened();
    for subject in rows(1, 50) {
        harness.subscribe(&[&subject]);
    }
    serve(&mut harness);
    harness.receive(1, &[order("orders/acme/1", 12)]);
    harness.effects.clear();
    harness.reconnect(2);
    let after = sources(&[(SOURCE, "e-10")]);
    let message = json!({"action": "subscribe", "id": "1", "subjects": rows(1, 50), "after": after});
    assert_eq!(harness.sent(), [message]);
    harness.receive(2, &[resumed("1", &[(SOURCE, recovered("e-13"))])]);
    harness.receive(2, &[order("orders/acme/1", 12), order("orders/acme/2", 13)]);
    harness.receive(2, &[subscribed("1", &texts(&rows(1, 50)), &end(13))]);
    assert_eq!(harness.delivered(), ["orders/acme/2 13"]);
    assert_eq!(harness.confirmed(), 50);
}

#[test]
fn subscriptions_with_other_types_have_messages_of_their_own() {
    let mut harness = Harness::new();
    harness.subscribe_to(&["orders/1"], &["order.placed.v1"], None);
    harness.subscribe(&["orders/2"]);
    harness.subscribe_to(&["orders/3"], &["order.placed.v1"], None);
    harness.open(1);
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), ["orders/1", "orders/3"]);
    harness.receive(1, &[subscribed("1", &["orders/1", "orders/3"], &end(10))]);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "id": "2", "subjects": ["orders/2"]})]);
}

#[test]
fn a_new_subscription_is_in_no_message_that_resumes_others() {
    let (mut harness, _) = Harness::live(&["orders/1"], 10);
    harness.disconnect(1);
    harness.subscribe(&["orders/2"]);
    harness.next_timer();
    harness.open(2);
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), ["orders/1"]);
    let resumed = resumed("1", &[(SOURCE, recovered("e-10"))]);
    harness.receive(2, &[resumed, subscribed("1", &["orders/1"], &end(10))]);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "id": "2", "subjects": ["orders/2"]})]);
}

#[test]
fn a_message_has_at_most_100_subjects() {
    let mut harness = Harness::new();
    let live: Vec<_> = rows(0, 120).iter().map(|subject| harness.subscribe(&[subject])).collect();
    harness.open(1);
    assert_eq!(serve(&mut harness), served(&[("subscribe", 100), ("subscribe", 20)]));
    for id in live {
        harness.unsubscribe(id);
    }
    let expected = served(&[("unsubscribe", 1), ("unsubscribe", 100), ("unsubscribe", 19)]);
    assert_eq!(serve(&mut harness), expected);
}

#[test]
fn a_message_has_at_most_32_kb() {
    let mut harness = Harness::new();
    for subject in rows(0, 100) {
        harness.subscribe(&[&format!("{subject}/{}", "x".repeat(480))]);
    }
    harness.open(1);
    serve(&mut harness);
    assert_eq!(harness.confirmed(), 100);
}

#[test]
fn an_unsubscribe_has_at_most_32_kb() {
    let mut harness = Harness::new();
    let rows = rows(0, 100).into_iter().map(|subject| format!("{subject}/{}", "x".repeat(480)));
    let rows: Vec<_> = rows.map(|subject| harness.subscribe(&[&subject])).collect();
    harness.open(1);
    serve(&mut harness);
    rows.into_iter().for_each(|id| drop(harness.unsubscribe(id)));
    let served = serve(&mut harness);
    assert_eq!(served.iter().map(|(_, count)| count).sum::<usize>(), 100);
    assert!(served.iter().all(|(action, _)| action == "unsubscribe"));
}

#[test]
fn a_message_does_not_leave_out_sources_because_of_other_subscriptions() {
    let ends = |name: &str| (0..250).map(|number| format!("{name}/{number}")).collect::<Vec<_>>();
    let positions =
        |ends: &[String]| ends.iter().map(|end| (end.clone(), "e-1")).collect::<Vec<(String, &str)>>();
    let mut harness = Harness::new();
    harness.subscribe(&["a/1"]);
    harness.open(1);
    for (id, name) in [("1", "a"), ("2", "b")] {
        let positions = positions(&ends(name));
        let ends: Vec<_> = positions.iter().map(|(source, position)| (source.as_str(), *position)).collect();
        let subject = format!("{name}/1");
        harness.receive(1, &[subscribed(id, &[&subject], &ends)]);
        if name == "a" {
            harness.subscribe(&["b/1"]);
        }
    }
    harness.sent();
    harness.reconnect(2);
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), ["a/1"]);
}

#[test]
fn a_check_for_lost_events_resumes_one_message_after_the_other() {
    let mut harness = Harness::new();
    harness.subscribe(&["orders/1"]);
    harness.subscribe_to(&["orders/2"], &["order.placed.v1"], None);
    harness.open(1);
    serve(&mut harness);
    harness.advance(300_000);
    let ping = harness.sent().pop().unwrap();
    harness.receive(1, &[unavailable(ping["id"].as_str())]);
    harness.advance(240_000);
    let ping = harness.sent().pop().unwrap();
    harness.receive(1, &[pong(ping["id"].as_str(), &end(12))]);
    for subject in ["orders/1", "orders/2"] {
        let message = only(harness.sent()).unwrap();
        assert_eq!(subjects_of(&message), [subject]);
        let id = message["id"].as_str().unwrap();
        let resumed = resumed(id, &[(SOURCE, recovered("e-12"))]);
        harness.receive(1, &[resumed, subscribed(id, &[subject], &end(12))]);
    }
    assert_eq!(harness.sent(), [json!(null); 0]);
}

#[test]
fn a_subscription_that_closes_while_it_waits_is_in_no_message() {
    let (mut harness, _) = Harness::live(&["orders/1"], 10);
    harness.subscribe(&["orders/2"]);
    let second = harness.subscribe(&["orders/3"]);
    harness.subscribe(&["orders/4"]);
    harness.unsubscribe(second);
    harness.sent();
    harness.receive(1, &[subscribed("2", &["orders/2"], &end(10))]);
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), ["orders/4"]);
}

#[test]
fn a_pattern_that_overlaps_another_new_subject_has_a_message_of_its_own() {
    let mut harness = Harness::new();
    for subject in ["orders/acme/*", "orders/*", "orders/acme/*", "profiles/*"] {
        harness.subscribe(&[subject]);
    }
    harness.open(1);
    let first = ["orders/acme/*", "profiles/*"];
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), first);
    harness.receive(1, &[subscribed("1", &first, &end(10))]);
    assert_eq!(subjects_of(&only(harness.sent()).unwrap()), ["orders/*"]);
}

/// Has just sent 50 messages.
fn sent_50() -> Harness {
    let mut harness = opened();
    for subject in rows(0, 50) {
        harness.subscribe(&[&subject]);
        assert_eq!(serve(&mut harness), served(&[("subscribe", 1)]));
    }
    harness
}

#[test]
fn after_50_messages_what_waits_shares_one_message_each_200_ms() {
    let mut harness = sent_50();
    let rows: Vec<_> = rows(50, 3).iter().map(|subject| harness.subscribe(&[subject])).collect();
    assert_eq!(harness.sent(), [json!(null); 0]);
    assert_eq!(harness.next_timer(), Duration::from_millis(200));
    assert_eq!(serve(&mut harness), served(&[("subscribe", 3)]));
    harness.unsubscribe(rows[0]);
    assert_eq!(harness.sent(), [json!(null); 0]);
    assert_eq!(harness.next_timer(), Duration::from_millis(400));
    assert_eq!(serve(&mut harness), served(&[("unsubscribe", 1)]));
    assert!(harness.next_timer() > Duration::from_secs(1), "nothing waits");
}

#[test]
fn after_50_messages_the_state_of_a_collection_waits_too() {
    let mut harness = sent_50();
    harness.add(SubscriptionState::collection(["orders/*".to_owned()], "order.v1"));
    harness.next_timer();
    assert_eq!(serve(&mut harness), served(&[("subscribe", 1)]));
    assert_eq!(harness.next_timer(), Duration::from_millis(400));
    assert_eq!(harness.actions(), ["state"]);
}

#[test]
fn rows_that_scroll_fast_never_send_too_many_messages() {
    let mut harness = opened();
    let mut shown = std::collections::VecDeque::new();
    // docs/reference/limits.md: 100 at once, and 10 a second.
    let mut allowed = 100_usize;
    for subject in rows(0, 600) {
        shown.push_back(harness.subscribe(&[&subject]));
        if shown.len() > 20 {
            harness.unsubscribe(shown.pop_front().unwrap());
        }
        allowed -= serve(&mut harness).len();
        harness.advance(100);
        allowed = 100.min(allowed + 1 - serve(&mut harness).len());
    }
    harness.advance(1_000);
    serve(&mut harness);
    assert_eq!(harness.machine.state(), State::Live);
}
