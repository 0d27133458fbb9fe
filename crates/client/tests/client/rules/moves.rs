//! Moves to a new connection.

use std::time::Duration;

use serde_json::json;
use tablecast_client::State;

use super::harness::Harness;
use crate::server_events::{
    SOURCE, end, event, not_recovered, order, pong, reconnect, recovered, refused, resumed, subscribed,
};

const ALL: &[&str] = &["orders/*"];

fn resumed_to(request: &str, end: &str) -> String {
    resumed(request, &[(SOURCE, recovered(end))])
}

#[test]
fn a_client_moves_after_90_to_115_minutes_when_the_new_connection_has_caught_up() {
    let (mut harness, _) = Harness::live(ALL, 10);
    while harness.machine.state() == State::Live {
        harness.next_timer();
        for message in harness.sent() {
            harness.receive(1, &[pong(message["id"].as_str(), &end(10))]);
        }
    }
    assert_eq!(harness.now, Duration::from_secs(102 * 60 + 30));
    assert_eq!(harness.opened(), [2]);
    harness.open(2);
    harness.receive(1, &[order("orders/1", 11)]);
    harness.receive(2, &[order("orders/1", 11), order("orders/1", 12)]);
    assert_eq!(harness.delivered(), ["orders/1 11"]);
    assert_eq!(harness.machine.state(), State::Moving);
    harness.receive(2, &[resumed_to("1", "e-0"), subscribed("1", ALL, &end(12))]);
    assert_eq!(harness.delivered(), ["orders/1 12"]);
    assert_eq!(harness.closed(), [(1, "replaced by a new connection".to_owned())]);
    assert_eq!(harness.state_names(), ["moving", "live"]);
    harness.receive(1, &[order("orders/1", 13)]);
    assert_eq!(harness.delivered(), [""; 0]);
}

/// Live on connection 1, while connection 2 is open.
fn moving() -> Harness {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.receive(1, &[reconnect()]);
    assert_eq!(harness.next_timer(), Duration::ZERO);
    assert_eq!(harness.opened(), [2]);
    harness
}

#[test]
fn a_next_connection_that_must_move_too_waits_until_it_is_the_current_one() {
    let mut harness = moving();
    harness.open(2);
    harness.receive(2, &[reconnect()]);
    assert!(harness.machine.wake_at() > harness.now);
    harness.receive(2, &[resumed_to("1", "e-0"), subscribed("1", ALL, &end(10))]);
    assert_eq!(harness.next_timer(), Duration::ZERO);
    assert_eq!(harness.opened(), [3]);
}

#[test]
fn the_next_connection_takes_over_when_the_current_one_ends() {
    let mut harness = moving();
    harness.open(2);
    harness.disconnect(1);
    assert_eq!(harness.machine.state(), State::Subscribing);
    harness.receive(2, &[order("orders/1", 11), resumed_to("1", "e-0"), subscribed("1", ALL, &end(11))]);
    assert_eq!(harness.delivered(), ["orders/1 11"]);
}

#[test]
fn the_current_connection_stays_when_the_next_one_fails_and_the_client_tries_again() {
    let mut harness = moving();
    harness.disconnect(2);
    assert_eq!(harness.machine.state(), State::Live);
    harness.receive(1, &[order("orders/1", 11)]);
    assert_eq!(harness.delivered(), ["orders/1 11"]);
    assert_eq!(harness.next_timer(), Duration::from_millis(250));
    assert_eq!(harness.opened(), [3]);
}

#[test]
fn a_move_resets_the_backoff_if_the_replaced_connection_was_live_for_ten_seconds() {
    for (uptime, delay) in [(9_999, 500), (10_000, 250)] {
        let mut harness = moving();
        harness.disconnect(2);
        harness.next_timer();
        harness.open(3);
        harness.advance(uptime - 250);
        harness.receive(3, &[resumed_to("1", "e-0"), subscribed("1", ALL, &end(10))]);
        harness.disconnect(3);
        assert_eq!((harness.machine.wake_at() - harness.now).as_millis(), delay, "{uptime}");
    }
}

#[test]
fn a_refused_move_leaves_the_current_connection_as_it_is() {
    let mut harness = moving();
    let subscription = harness.subscribe(&["profiles/*"]);
    harness.unsubscribe(subscription);
    harness.open(2);
    harness.receive(2, &[refused(401, "token-expired", "no")]);
    assert_eq!(harness.machine.state(), State::Live);
    assert_eq!(harness.closed().iter().map(|(connection, _)| *connection).collect::<Vec<_>>(), [2]);
}

#[test]
fn a_new_subscription_starts_on_the_current_connection_during_a_move() {
    let mut harness = moving();
    harness.open(2);
    harness.sent();
    harness.subscribe(&["profiles/*"]);
    assert_eq!(harness.sent_on().iter().map(|(connection, _)| *connection).collect::<Vec<_>>(), [1]);
    harness.receive(2, &[resumed_to("1", "e-0"), subscribed("1", ALL, &end(10))]);
    assert_eq!(harness.machine.state(), State::Moving);
    harness.receive(1, &[subscribed("2", &["profiles/*"], &[("tablecast/profiles", "e-20")])]);
    let [(2, message)] = &harness.sent_on()[..] else { panic!("not one message on connection 2") };
    let after = json!({"tablecast/profiles": "000000000000000e-20"});
    assert_eq!(message["after"], after);
    let result = [("tablecast/profiles", recovered("e-0"))];
    harness.receive(
        2,
        &[resumed("2", &result), subscribed("2", &["profiles/*"], &[("tablecast/profiles", "e-20")])],
    );
    assert_eq!(harness.machine.state(), State::Live);
    assert_eq!(harness.delivered(), [""; 0]);
}

#[test]
fn a_loss_during_a_move_that_two_messages_report_is_one_gap() {
    for reason in ["too-wide", "trimmed"] {
        let mut harness = moving();
        harness.open(2);
        harness.subscribe(&["orders/acme/1"]);
        harness.receive(1, &[subscribed("2", &["orders/acme/1"], &end(10))]);
        let lost = |request| resumed(request, &[(SOURCE, not_recovered(reason))]);
        harness.receive(2, &[lost("1"), order("orders/1", 21), subscribed("1", ALL, &end(20))]);
        let both = ["orders/acme/1", "orders/*"];
        assert_eq!(harness.sent().pop().unwrap()["subjects"], json!(both));
        harness.receive(2, &[order("orders/1", 22), lost("2"), subscribed("2", &both, &end(22))]);
        let gap = format!("gap tablecast/orders {reason}");
        assert_eq!(
            harness.delivered(),
            [&gap, "orders/1 21", &gap, "orders/1 22"],
            "one of each subscription"
        );
        assert_eq!(harness.machine.state(), State::Live);
    }
}

#[test]
fn a_second_loss_after_the_gap_of_a_move_is_another_gap() {
    let mut harness = moving();
    harness.open(2);
    harness.subscribe(&["orders/acme/1"]);
    let lost = |request| resumed(request, &[(SOURCE, not_recovered("trimmed"))]);
    harness.receive(1, &[subscribed("2", &["orders/acme/1"], &end(10))]);
    harness.receive(2, &[lost("1"), subscribed("1", ALL, &end(20))]);
    harness.disconnect(1);
    let gap = "gap tablecast/orders trimmed";
    assert_eq!(harness.delivered(), [gap]);
    let both = ["orders/acme/1", "orders/*"];
    harness.receive(2, &[order("orders/1", 21), lost("2"), subscribed("2", &both, &end(22))]);
    assert_eq!(harness.delivered(), [gap, gap], "one of each subscription");
}

#[test]
fn a_refused_subscription_prevents_no_move_and_is_requested_again_after_it() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.subscribe(&["profiles/*"]);
    let subjects = json!([{"subject": "profiles/*", "granted": false, "reason": "not-granted"}]);
    let data = json!({"request": "2", "subjects": subjects, "sources": {}});
    harness.receive(1, &[event("tablecast.subscribed.v1", data, json!({})), reconnect()]);
    harness.next_timer();
    harness.open(2);
    harness.state_names();
    harness.sent();
    harness.receive(2, &[resumed_to("1", "e-10"), subscribed("1", ALL, &end(10))]);
    assert_eq!(harness.closed(), [(1, "replaced by a new connection".to_owned())]);
    assert_eq!(harness.state_names(), ["live"]);
    assert_eq!(harness.sent(), [json!({"action": "subscribe", "subjects": ["profiles/*"], "id": "2"})]);
}
