//! Subscriptions that are wider than a channel: they receive everything live, and cannot resume.

use std::time::Duration;

use serde_json::json;
use tablecast_client::machine::SubscriptionId;

use super::harness::{Harness, shown};
use crate::server_events::{
    NONE, placed as placed_in, pong, reconnect, recovered, resumed, sources, subscribed, too_wide,
    unavailable,
};

const ALL: &[&str] = &["orders/*"];
const ACME: &[&str] = &["orders/acme/*"];
const BOTH: &[&str] = &["orders/*", "orders/acme/*"];
const WIDE: &str = "tablecast/orders/*";
const CHANNEL: &str = "tablecast/orders/acme";
const WIDE_GAP: &str = "gap tablecast/orders/* too-wide";

fn placed(channel: &str, offset: u64) -> String {
    let source = format!("tablecast/orders/{channel}");
    placed_in(channel, &source, &format!("orders/{channel}/1"), &format!("e-{offset}"))
}

/// An event of an item of the channel `acme`. Its id is `acme e-<offset>`.
fn placed_item(item: &str, offset: u64) -> String {
    placed_in("acme", CHANNEL, &format!("orders/acme/{item}"), &format!("e-{offset}"))
}

fn resumed_to(request: &str, end: &str) -> String {
    resumed(request, &[(WIDE, too_wide()), (CHANNEL, recovered(end))])
}

fn subscribed_at(request: &str, subjects: &[&str], end: &str) -> String {
    subscribed(request, subjects, &[(WIDE, NONE), (CHANNEL, end)])
}

/// Live on connection 1, with a wide subscription and one within a channel.
fn live() -> (Harness, SubscriptionId) {
    let mut harness = Harness::new();
    let wide = harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &[(WIDE, NONE)])]);
    harness.subscribe(ACME);
    harness.receive(1, &[subscribed("2", ACME, &[(CHANNEL, "e-10")])]);
    harness.effects.clear();
    (harness, wide)
}

/// Reconnects on connection 2. Only events of the channel are replayed.
fn resume(harness: &mut Harness) {
    harness.reconnect(2);
    let after = sources(&[(WIDE, NONE), (CHANNEL, "e-11")]);
    let message = json!({"action": "subscribe", "id": "1", "subjects": BOTH, "after": after});
    assert_eq!(harness.sent().pop(), Some(message));
    harness.delivered();
    harness.receive(2, &[placed("globex", 8), placed("acme", 14), resumed_to("1", "e-12")]);
    harness.receive(2, &[placed("acme", 12), placed("acme", 13), subscribed_at("1", BOTH, "e-13")]);
}

#[test]
fn only_a_subscription_that_is_too_wide_has_a_gap_and_the_others_resume() {
    let (mut harness, wide) = live();
    harness.receive(1, &[placed("acme", 11), placed("globex", 7)]);
    assert_eq!(harness.delivered(), ["acme e-11", "acme e-11", "globex e-7"]);
    resume(&mut harness);
    let deliveries = harness.deliveries();
    let of = |is_wide: bool| {
        let own = deliveries.iter().filter(|(id, _)| (*id == wide) == is_wide);
        own.filter_map(|(_, delivery)| shown(delivery)).collect::<Vec<_>>()
    };
    assert_eq!(of(true), [WIDE_GAP, "acme e-14", "globex e-8"]);
    assert_eq!(of(false), ["acme e-12", "acme e-13", "acme e-14"]);
}

#[test]
fn a_wide_subscription_resumes_alone_and_has_one_gap_on_each_connection() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &[(WIDE, NONE)]), placed("acme", 11)]);
    for connection in [2, 3] {
        harness.reconnect(connection);
        assert_eq!(harness.sent().pop().unwrap()["after"], sources(&[(WIDE, NONE)]));
        harness.delivered();
        harness.receive(connection, &[resumed("1", &[(WIDE, too_wide())]), placed("acme", 12 + connection)]);
        harness.receive(connection, &[subscribed("1", ALL, &[(WIDE, NONE)])]);
        assert_eq!(harness.delivered(), [WIDE_GAP.to_owned(), format!("acme e-{}", 12 + connection)]);
    }
}

#[test]
fn a_live_subscription_that_is_too_wide_has_no_gap_in_a_check_for_lost_events() {
    let (mut harness, _) = live();
    harness.receive(1, &[placed("acme", 11)]);
    resume(&mut harness);
    harness.next_timer();
    let ping = harness.sent().pop().unwrap();
    harness.receive(2, &[unavailable(ping["id"].as_str())]);
    harness.delivered();
    harness.now += Duration::from_secs(300);
    harness.receive(2, &[pong(None, &[(WIDE, NONE), (CHANNEL, "e-16")])]);
    let check = harness.sent().pop().unwrap();
    assert_eq!(check["after"], sources(&[(WIDE, NONE), (CHANNEL, "e-14")]));
    let id = check["id"].as_str().unwrap();
    harness
        .receive(2, &[resumed_to(id, "e-16"), placed("globex", 9), placed("acme", 15), placed("acme", 16)]);
    harness.receive(2, &[subscribed_at(id, BOTH, "e-16")]);
    let mut delivered = harness.delivered();
    delivered.sort();
    assert_eq!(delivered, ["acme e-15", "acme e-15", "acme e-16", "acme e-16", "globex e-9"]);
}

#[test]
fn a_live_wide_subscription_has_a_gap_in_a_channel_that_only_another_one_resumes() {
    let (mut harness, wide) = live();
    let bookmark = r#"{"tablecast/orders/acme":{"epoch":"000000000000000e","floor":3,"seen":""}}"#;
    harness.subscribe_to(&["orders/acme/1"], &[], Some(bookmark.to_owned()));
    let message = harness.sent().pop().unwrap();
    let id = message["id"].as_str().unwrap();
    harness.receive(1, &[resumed_to(id, "e-12"), placed("acme", 4), placed("globex", 5), placed("acme", 13)]);
    harness.receive(1, &[subscribed_at(id, &["orders/*", "orders/acme/*", "orders/acme/1"], "e-12")]);
    let deliveries = harness.deliveries();
    let own = deliveries.iter().filter(|(id, _)| *id == wide).filter_map(|(_, delivery)| shown(delivery));
    assert_eq!(
        own.collect::<Vec<_>>(),
        ["gap tablecast/orders/acme position-unknown", "acme e-13", "globex e-5"]
    );
}

#[test]
fn a_replay_for_a_subscription_that_joins_a_move_is_no_news_to_a_wide_one() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &[(WIDE, NONE)]), placed("acme", 2), reconnect()]);
    harness.next_timer();
    harness.open(2);
    harness.subscribe(ACME);
    harness.receive(1, &[subscribed("2", ACME, &[(CHANNEL, "e-2")])]);
    harness.receive(2, &[resumed("1", &[(WIDE, too_wide())]), placed("acme", 2)]);
    harness.receive(2, &[subscribed("1", ALL, &[(WIDE, NONE)])]);
    let message = harness.sent().pop().unwrap();
    assert_eq!(message["after"], sources(&[(CHANNEL, "e-2"), (WIDE, NONE)]));
    harness.receive(2, &[resumed_to("2", "e-2"), placed("acme", 1), placed("acme", 2)]);
    harness.receive(2, &[subscribed_at("2", &["orders/acme/*", "orders/*"], "e-2")]);
    let events: Vec<_> = harness.delivered().into_iter().filter(|item| item != WIDE_GAP).collect();
    assert_eq!(events, ["acme e-2"]);
}

#[test]
fn a_wide_subscription_delivers_each_event_of_hundreds_of_channels_once() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &[(WIDE, NONE)])]);
    for expected in [1_500, 0] {
        for channel in 0..500 {
            for offset in [1, 2, 3] {
                harness.receive(1, &[placed(&format!("c{channel}"), offset)]);
            }
        }
        assert_eq!(harness.delivered().len(), expected);
    }
}

#[test]
fn a_wide_subscription_delivers_each_event_of_one_connection_in_any_order() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &[(WIDE, NONE)]), placed_item("1", 6), placed_item("1", 5)]);
    harness.receive(1, &[placed_item("1", 5), placed_item("1", 6), placed_item("1", 7)]);
    assert_eq!(harness.delivered(), ["acme e-6", "acme e-5", "acme e-7"]);
}

#[test]
fn a_wide_subscription_drops_an_event_that_an_earlier_connection_overtook() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open(1);
    harness.receive(1, &[subscribed("1", ALL, &[(WIDE, NONE)]), placed_item("1", 6), placed_item("1", 4)]);
    harness.receive(1, &[placed_item("2", 7)]);
    harness.reconnect(2);
    harness.receive(2, &[resumed("1", &[(WIDE, too_wide())]), placed_item("2", 3)]);
    harness.receive(2, &[subscribed("1", ALL, &[(WIDE, NONE)]), placed_item("1", 5), placed_item("3", 1)]);
    harness.receive(2, &[placed_item("1", 9), placed_item("1", 8)]);
    let delivered = ["acme e-6", "acme e-4", "acme e-7", WIDE_GAP, "acme e-1", "acme e-9", "acme e-8"];
    assert_eq!(harness.delivered(), delivered);
    (0..20_000).for_each(|n| harness.receive(2, &[placed(&format!("c{n}"), 2)]));
    harness.receive(2, &[placed_item("2", 3)]);
    assert_eq!(harness.delivered().pop().unwrap(), "acme e-3", "the newest event of a subject is forgotten");
}
