use std::time::Duration;

use serde_json::json;
use tablecast_client::machine::{NEVER, State};

use super::harness::Harness;
use crate::server_events::{end, error, pong, refused, subscribed, unavailable};

const ALL: &[&str] = &["orders/*"];

#[test]
fn a_client_connects_subscribes_and_is_live() {
    let mut harness = Harness::new();
    harness.subscribe_to(ALL, &["order.placed.v1"], None);
    assert_eq!(harness.opened(), [1]);
    harness.open(1);
    let subscribe = json!({"action": "subscribe", "id": "1", "subjects": ALL, "types": ["order.placed.v1"]});
    assert_eq!(harness.sent(), [subscribe]);
    harness.receive(1, &[subscribed("1", ALL, &end(7))]);
    assert_eq!(harness.state_names(), ["connecting", "subscribing", "live"]);
    assert_eq!(harness.confirmed(), 1);
}

#[test]
fn reconnects_wait_for_random_times_whose_bound_doubles_up_to_30_seconds() {
    let mut harness = Harness::with(0.999, None);
    let delays = (1..=8).map(|connection| {
        harness.disconnect(connection);
        let delay = harness.machine.wake_at() - harness.now;
        harness.next_timer();
        delay.as_millis()
    });
    assert_eq!(delays.collect::<Vec<_>>(), [499, 999, 1998, 3996, 7992, 15984, 29970, 29970]);
}

#[test]
fn only_a_connection_that_was_live_for_ten_seconds_resets_the_backoff() {
    for (is_answered, uptime, expected) in [(true, 9_999, 999), (true, 10_000, 499), (false, 10_000, 999)] {
        let mut harness = Harness::with(0.999, None);
        harness.subscribe(ALL);
        harness.reconnect(2);
        if is_answered {
            harness.receive(2, &[subscribed("1", ALL, &end(1))]);
        }
        harness.advance(uptime);
        harness.disconnect(2);
        assert_eq!((harness.machine.wake_at() - harness.now).as_millis(), expected, "{uptime}");
    }
}

#[test]
fn a_client_reconnects_when_the_open_or_the_reply_to_a_subscribe_times_out() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.advance(29_999);
    assert_eq!(harness.closed(), []);
    harness.advance(1);
    harness.next_timer();
    harness.open(2);
    harness.advance(59_999);
    harness.advance(1);
    let reasons = [(1, "the connection did not open within 30 s"), (2, "no reply to subscribe within 60 s")];
    assert_eq!(harness.closed(), reasons.map(|(connection, reason)| (connection, reason.to_owned())));
}

#[test]
fn a_client_reconnects_after_other_errors_and_after_a_frame_without_an_event() {
    for frame in [
        unavailable(Some("1")),
        error(None, "expired", true),
        r#"{"message": "Internal server error", "connectionId": "a=", "requestId": "b="}"#.to_owned(),
        "{".to_owned(),
        "[1]".to_owned(),
        "null".to_owned(),
        r#"{"specversion":"1.0","id":"","source":"s","type":"t"}"#.to_owned(),
    ] {
        let mut harness = Harness::new();
        harness.subscribe(ALL);
        harness.open(1);
        harness.receive(1, std::slice::from_ref(&frame));
        assert_eq!(harness.machine.state(), State::Waiting, "{frame}");
        assert_eq!(harness.closed().len(), 1, "{frame}");
    }
}

#[test]
fn a_client_without_subscriptions_pings_once_soon_after_the_connection_opened() {
    let mut harness = Harness::new();
    harness.open(1);
    assert_eq!(harness.sent(), [json!(null); 0]);
    assert_eq!(harness.next_timer(), Duration::from_millis(500));
    assert_eq!(harness.actions(), ["ping"]);
    assert_eq!(harness.machine.state(), State::Subscribing);
    harness.receive(1, &[pong(Some("1"), &end(1))]);
    assert_eq!(harness.machine.state(), State::Live);
}

#[test]
fn a_subscription_soon_after_the_connection_opened_needs_no_ping() {
    let mut harness = Harness::new();
    harness.open(1);
    harness.advance(499);
    harness.subscribe(ALL);
    harness.advance(1);
    assert_eq!(harness.actions(), ["subscribe"]);
}

#[test]
fn the_explanation_of_a_refusal_is_the_reason_of_the_state() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[refused(401, "token-expired", "The token expired at 09:00: get a new one.")]);
    let (state, reason) = harness.states().pop().unwrap();
    assert_eq!(
        (state.as_str(), reason.status(), reason.code()),
        ("waiting", Some(401), Some("token-expired"))
    );
    let text = "the server refused the connection (401 token-expired): The token expired at 09:00: get a new one. \
                (check where the token comes from)";
    assert_eq!(reason.to_string(), text);
    assert_eq!(harness.machine.wake_at(), Duration::from_millis(250));
}

#[test]
fn a_client_reconnects_or_pings_at_once_after_a_wake_with_one_ping_at_a_time() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.disconnect(1);
    harness.wake();
    assert_eq!(harness.opened(), [1, 2]);
    harness.open(2);
    harness.receive(2, &[subscribed("1", ALL, &end(1))]);
    harness.sent();
    harness.wake();
    harness.wake();
    assert_eq!(harness.actions(), ["ping"]);
    harness.receive(2, &[pong(Some("2"), &end(1))]);
    harness.wake();
    assert_eq!(harness.actions(), ["ping"]);
    harness.advance(10_000);
    assert_eq!(harness.closed().pop().unwrap().1, "no reply to ping within 10 s");
}

#[test]
fn a_closed_client_does_nothing() {
    let (mut harness, _) = Harness::live(ALL, 1);
    harness.close();
    assert_eq!(harness.closed(), [(1, "closed by the application".to_owned())]);
    harness.disconnect(1);
    harness.subscribe(&["profiles/*"]);
    harness.advance(1_000_000_000);
    assert_eq!((harness.opened(), harness.sent()), (vec![], vec![]));
    assert_eq!((harness.machine.wake_at(), harness.machine.state()), (NEVER, State::Closed));
}
