//! The sources whose positions a subscription remembers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use tablecast_client::Event;
use tablecast_client::machine::{Delivery, Progress};

use super::harness::Harness;
use crate::server_events::{NONE, placed as placed_in, pong, sources, subscribed, unsubscribed};

const WIDE: &str = "tablecast/orders/*";

/// `orders/<n>/*`, in a channel of its own.
fn subject(n: usize) -> String {
    format!("orders/{n}/*")
}

fn source(n: usize) -> String {
    format!("tablecast/orders/{n}")
}

fn ends(count: usize, short: &str) -> Vec<(String, String)> {
    (0..count).map(|n| (source(n), short.to_owned())).collect()
}

fn refs(ends: &[(String, String)]) -> Vec<(&str, &str)> {
    ends.iter().map(|(source, short)| (source.as_str(), short.as_str())).collect()
}

fn placed(channel: usize, short: &str) -> String {
    placed_in(&channel.to_string(), &source(channel), &format!("orders/{channel}/1"), short)
}

fn live(subjects: &[&str], ends: &[(&str, &str)]) -> Harness {
    let mut harness = Harness::new();
    harness.subscribe(subjects);
    harness.open(1);
    harness.receive(1, &[subscribed("1", subjects, ends)]);
    harness
}

/// Adds the deliveries of the first subscription. Returns the number of the sources in the progress.
fn known(harness: &mut Harness, app: &mut Progress) -> usize {
    let deliveries = harness.deliveries();
    let first = deliveries[0].0;
    deliveries.iter().filter(|(id, _)| *id == first).for_each(|(_, delivery)| app.add(delivery));
    app.last().count()
}

/// Sends a ping, and returns its id.
fn ping(harness: &mut Harness) -> String {
    harness.next_timer();
    harness.sent().pop().unwrap()["id"].as_str().unwrap().to_owned()
}

/// The positions of the last subscribe.
fn after(harness: &mut Harness) -> Value {
    harness.sent().pop().unwrap()["after"].clone()
}

#[test]
fn events_of_1_000_channels_that_the_server_did_not_list_leave_no_position() {
    let mut harness = live(&["orders/*"], &[(WIDE, NONE)]);
    let mut app = Progress::default();
    (0..1_000).for_each(|n| harness.receive(1, &[placed(n, "e-7")]));
    assert_eq!(known(&mut harness, &mut app), 1);
    let text = r#"{"tablecast/orders/*":{"epoch":"0000000000000000","floor":0,"seen":""}}"#;
    assert_eq!(app.text(), text);
    harness.reconnect(2);
    assert_eq!(after(&mut harness), sources(&[(WIDE, NONE)]));
}

#[test]
fn a_pong_forgets_the_sources_that_it_does_not_list_of_1_000() {
    let subjects: Vec<_> = (0..1_000).map(subject).collect();
    let subjects: Vec<_> = subjects.iter().map(String::as_str).collect();
    let mut harness = live(&subjects, &refs(&ends(1_000, "e-5")));
    let mut app = Progress::default();
    (0..1_000).for_each(|n| harness.receive(1, &[placed(n, "e-6")]));
    assert_eq!(known(&mut harness, &mut app), 1_000);
    let id = ping(&mut harness);
    harness.receive(1, &[pong(Some(&id), &refs(&ends(10, "e-6")))]);
    assert_eq!(known(&mut harness, &mut app), 10);
    let id = ping(&mut harness);
    harness.receive(1, &[pong(Some(&id), &refs(&ends(10, "e-6"))), placed(10, "e-7"), placed(9, "e-7")]);
    assert_eq!(known(&mut harness, &mut app), 10);
    harness.reconnect(2);
    let after = after(&mut harness);
    assert_eq!(after.as_object().unwrap().len(), 10);
    assert_eq!(after[source(9)], "000000000000000e-7");
}

#[test]
fn a_subscription_forgets_the_sources_of_another_one_that_closed() {
    let mut harness = live(&["orders/*"], &[(WIDE, NONE)]);
    let other = harness.subscribe(&["orders/1/*"]);
    harness.receive(1, &[subscribed("2", &["orders/1/*"], &refs(&ends(2, "e-5"))[1..])]);
    harness.reconnect(2);
    let both = [(WIDE, NONE), ("tablecast/orders/1", "e-5")];
    harness.receive(2, &[subscribed("1", &["orders/*", "orders/1/*"], &both)]);
    let mut app = Progress::default();
    assert_eq!(known(&mut harness, &mut app), 2);
    harness.unsubscribe(other);
    harness.receive(2, &[unsubscribed("2", &["orders/1/*"])]);
    let id = ping(&mut harness);
    harness.receive(2, &[pong(Some(&id), &[(WIDE, NONE)])]);
    assert_eq!(known(&mut harness, &mut app), 1);
}

#[test]
fn a_pong_to_an_earlier_ping_does_not_forget_the_sources_of_a_new_subscription() {
    let mut harness = live(&["orders/1/*"], &[("tablecast/orders/1", "e-5")]);
    let id = ping(&mut harness);
    harness.subscribe(&["orders/2/*"]);
    harness.receive(1, &[subscribed("3", &["orders/2/*"], &[("tablecast/orders/2", "e-5")])]);
    harness.receive(1, &[pong(Some(&id), &[("tablecast/orders/1", "e-5")])]);
    harness.reconnect(2);
    let after = sources(&[("tablecast/orders/1", "e-5"), ("tablecast/orders/2", "e-5")]);
    assert_eq!(harness.sent().last().unwrap()["after"], after);
}

#[test]
fn a_subscription_remembers_positions_in_a_source_that_a_pong_lists_first() {
    let mut harness = live(&["orders/1/*"], &[("tablecast/orders/1", "e-5")]);
    let id = ping(&mut harness);
    let listed = [("tablecast/orders/1", "e-5"), ("tablecast/orders", "f-3"), ("tablecast/orders/1/*", NONE)];
    harness.receive(1, &[pong(Some(&id), &listed)]);
    harness.receive(1, &[placed_in("new", "tablecast/orders", "orders/1/1", "f-4")]);
    harness.reconnect(2);
    let expected =
        [("tablecast/orders/1", "e-5"), ("tablecast/orders/1/*", NONE), ("tablecast/orders", "f-4")];
    assert_eq!(after(&mut harness), sources(&expected));
}

#[test]
fn a_message_names_at_most_400_sources_those_with_a_log_first() {
    let subjects: Vec<_> = ["orders/*".to_owned()].into_iter().chain((0..400).map(subject)).collect();
    let subjects: Vec<_> = subjects.iter().map(String::as_str).collect();
    let logs = ends(400, "e-5");
    let all: Vec<_> = [(WIDE, NONE)].into_iter().chain(refs(&logs)).collect();
    let mut harness = live(&subjects, &all);
    harness.reconnect(2);
    assert_eq!(after(&mut harness), sources(&refs(&logs)));
}

#[test]
fn a_thousand_sources_remember_20_000_offsets_together_and_forget_the_oldest() {
    let mut progress = Progress::default();
    progress.add(&Delivery::Sources((0..1_000).map(source).collect()));
    let event = |n: usize| {
        let text = placed(n % 1_000, &format!("e-{}", 2 * (n / 1_000) + 1));
        Arc::new(Event::parse(&text).unwrap())
    };
    (0..30_000).for_each(|n| progress.add(&Delivery::Event(event(n))));
    let stored: BTreeMap<String, Value> = serde_json::from_str(&progress.text()).unwrap();
    let offsets = stored.values().map(|own| own["seen"].as_str().unwrap().split(',').count());
    assert_eq!(offsets.sum::<usize>(), 20_000);
    assert!((0..30_000).all(|n| progress.has(&event(n))));
    assert_eq!(Progress::restore(&progress.text()).text(), progress.text());
}

#[test]
fn the_least_progress_has_the_events_that_all_have() {
    let progress = |floor: u64, seen: &str| {
        Progress::restore(&format!(
            r#"{{"s":{{"epoch":"000000000000000e","floor":{floor},"seen":"{seen}"}}}}"#
        ))
    };
    let all = [progress(5, "7-9,12"), progress(8, "9-10,12"), Progress::default()];
    let least = r#"{"s":{"epoch":"000000000000000e","floor":5,"seen":"7-9,12"}}"#;
    assert_eq!(Progress::least(&all).text(), least);
    assert_eq!(Progress::least(&[]).text(), "{}");
    let other = Progress::restore(r#"{"t":{"epoch":"000000000000000e","floor":1,"seen":""}}"#);
    assert_eq!(Progress::least([&all[0], &other]).text(), "{}");
}
