use std::time::Duration;

use serde_json::{Value, json};
use tablecast_client::State;
use tablecast_client::machine::Delivery;

use super::harness::Harness;
use crate::server_events::{
    SOURCE, end, not_recovered, order, pong, recovered, refreshed, resumed, sources, subscribed, unavailable,
};

const ALL: &[&str] = &["orders/*"];

/// The interval of pings.
const FOUR_MINUTES: Duration = Duration::from_secs(240);

fn milliseconds(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// Replies to so many pings, each with a log end. Returns the other messages.
fn reply_to_pings(harness: &mut Harness, count: u64, log_end: impl Fn(u64) -> u64) -> Vec<Value> {
    let mut others = Vec::new();
    for number in 1..=count {
        harness.next_timer();
        let mut sent = harness.sent();
        let ping = sent.remove(0);
        harness.receive(1, &[pong(ping["id"].as_str(), &end(log_end(number)))]);
        others.extend(sent.into_iter().chain(harness.sent()));
    }
    others
}

fn advances(harness: &mut Harness) -> Vec<u64> {
    let offset = |delivery| match delivery {
        Delivery::Advance(positions) => {
            positions.get(SOURCE).map(|position: &tablecast_protocol::Position| position.offset)
        }
        _ => None,
    };
    harness.deliveries().into_iter().filter_map(|(_, delivery)| offset(delivery)).collect()
}

#[test]
fn a_client_pings_and_reconnects_without_a_pong() {
    let (mut harness, _) = Harness::live(ALL, 1);
    assert_eq!(harness.next_timer(), FOUR_MINUTES);
    assert_eq!(harness.sent(), [json!({"action": "ping", "id": "2"})]);
    harness.receive(1, &[pong(Some("2"), &end(1))]);
    assert_eq!(harness.next_timer(), 2 * FOUR_MINUTES);
    assert_eq!(harness.next_timer(), 2 * FOUR_MINUTES + Duration::from_secs(10));
    assert_eq!(harness.closed(), [(1, "no reply to ping within 10 s".to_owned())]);
}

#[test]
fn an_idle_subscription_advances_with_the_log_without_other_messages() {
    let (mut harness, _) = Harness::live(ALL, 10);
    assert_eq!(reply_to_pings(&mut harness, 20, |number| 10_000 * number), [json!(null); 0]);
    assert_eq!(advances(&mut harness), (1..20).map(|number| 10_000 * number).collect::<Vec<_>>());
    harness.reconnect(2);
    assert_eq!(harness.sent()[0]["after"], sources(&[(SOURCE, "e-190000")]));
}

#[test]
fn a_subscription_advances_to_a_log_end_when_a_pong_arrives_200_seconds_later() {
    for (time, expected) in [(199_999, vec![]), (200_000, vec![20])] {
        let (mut harness, _) = Harness::live(ALL, 10);
        harness.receive(1, &[pong(None, &end(20))]);
        harness.now += milliseconds(time);
        assert_eq!(advances(&mut harness), [0; 0]);
        harness.receive(1, &[pong(None, &end(30))]);
        assert_eq!(advances(&mut harness), expected, "{time}");
    }
}

#[test]
fn a_subscription_advances_no_further_than_the_newest_pong_and_not_back() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.receive(1, &[pong(None, &end(20))]);
    harness.now += milliseconds(200_000);
    harness.receive(1, &[pong(None, &end(14)), order("orders/1", 15), order("orders/2", 14)]);
    assert_eq!(harness.delivered(), ["orders/1 15"]);
    harness.now += milliseconds(200_000);
    harness.receive(1, &[pong(None, &end(12))]);
    harness.reconnect(2);
    assert_eq!(harness.sent().pop().unwrap()["after"], sources(&[(SOURCE, "e-15")]));
}

#[test]
fn the_log_ends_of_another_connection_count_for_nothing() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.receive(1, &[pong(None, &end(20))]);
    harness.reconnect(2);
    harness.receive(2, &[resumed("1", &[(SOURCE, recovered("e-10"))]), subscribed("1", ALL, &end(10))]);
    harness.now += milliseconds(200_000);
    advances(&mut harness);
    harness.receive(2, &[pong(None, &end(30))]);
    assert_eq!(advances(&mut harness), [0; 0]);
}

#[test]
fn events_that_arrive_after_a_pong_with_a_later_log_end_are_delivered() {
    let (mut harness, _) = Harness::live(ALL, 10);
    reply_to_pings(&mut harness, 2, |number| 11 + number);
    harness.receive(1, &[order("orders/1", 14), order("orders/2", 13)]);
    assert_eq!(harness.delivered(), ["orders/1 14", "orders/2 13"]);
}

#[test]
fn no_advance_to_an_earlier_epoch_or_in_other_sources_or_during_a_subscribe() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.receive(1, &[pong(None, &[(SOURCE, "d-20"), ("tablecast/profiles", "e-20")])]);
    harness.now += milliseconds(200_000);
    harness.receive(1, &[pong(None, &end(30))]);
    assert_eq!(advances(&mut harness), [0; 0]);
    harness.subscribe(&["profiles/*"]);
    harness.now += milliseconds(200_000);
    harness.receive(1, &[pong(None, &end(40))]);
    assert_eq!(advances(&mut harness), [0; 0]);
}

#[test]
fn a_subscription_that_a_new_token_does_not_grant_does_not_advance() {
    let (mut harness, _) = Harness::live(ALL, 10);
    harness.receive(1, &[refreshed(1_000_000, ALL, None), pong(None, &end(20))]);
    harness.now += milliseconds(200_000);
    harness.receive(1, &[pong(None, &end(30))]);
    assert_eq!(advances(&mut harness), [0; 0]);
}

#[test]
fn a_subscription_advances_while_the_server_grants_one_of_its_subjects() {
    let (mut harness, _) = Harness::live(&["orders/*", "profiles/*"], 10);
    harness.receive(1, &[refreshed(1_000_000, &["profiles/*"], None), pong(None, &end(20))]);
    harness.now += milliseconds(200_000);
    harness.receive(1, &[pong(None, &end(30))]);
    assert_eq!(advances(&mut harness), [20]);
}

/// The next ping gets the reply `unavailable`.
fn fail(harness: &mut Harness) {
    harness.next_timer();
    let ping = harness.sent().pop().unwrap();
    harness.receive(1, &[unavailable(ping["id"].as_str())]);
    assert_eq!(harness.machine.state(), State::Live);
}

#[test]
fn a_client_checks_for_lost_events_after_an_unavailable_ping_every_five_minutes() {
    let (mut harness, _) = Harness::live(ALL, 10);
    fail(&mut harness);
    let check = reply_to_pings(&mut harness, 1, |_| 12).pop().unwrap();
    let expected =
        json!({"action": "subscribe", "id": "4", "subjects": ALL, "after": sources(&[(SOURCE, "e-10")])});
    assert_eq!(check, expected);
    harness.receive(1, &[order("orders/1", 13), order("orders/1", 12)]);
    harness.receive(1, &[resumed("4", &[(SOURCE, recovered("e-0"))]), subscribed("4", ALL, &end(12))]);
    assert_eq!(harness.delivered(), ["orders/1 12", "orders/1 13"]);
    assert_eq!(harness.state_names(), [""; 0]);
    fail(&mut harness);
    harness.receive(1, &[pong(None, &end(20))]);
    assert_eq!(harness.sent(), [json!(null); 0], "four minutes after the check before");
    assert_eq!(reply_to_pings(&mut harness, 1, |_| 20).len(), 1);
}

#[test]
fn too_much_is_a_gap_after_a_reconnect_but_not_in_a_check_for_lost_events() {
    let too_much = |request| resumed(request, &[(SOURCE, not_recovered("too-much"))]);
    let (mut harness, _) = Harness::live(ALL, 10);
    fail(&mut harness);
    harness.now += milliseconds(300_000);
    harness.receive(1, &[pong(None, &end(50_000))]);
    assert_eq!(harness.actions(), ["subscribe"]);
    harness.receive(1, &[order("orders/1", 50_001), too_much("3"), order("orders/2", 49_999)]);
    harness.receive(1, &[subscribed("3", ALL, &end(50_000))]);
    assert_eq!(harness.delivered(), ["orders/2 49999", "orders/1 50001"]);
    harness.reconnect(2);
    harness.receive(2, &[too_much("1"), subscribed("1", ALL, &end(99_999))]);
    assert_eq!(harness.delivered(), ["gap tablecast/orders too-much"]);
}
