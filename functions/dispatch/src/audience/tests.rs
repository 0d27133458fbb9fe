use std::collections::HashMap;

use tablecast_connections::Subscriber;
use tablecast_protocol::Protocol;

use super::*;

const ACME: &str = "tablecast/orders/acme";
const BETA: &str = "tablecast/orders/beta";

fn subscriber(id: &str) -> Subscriber {
    let types = BTreeSet::new();
    let (connected_at, ends_at, protocol) = (0, 0, Protocol::Single);
    Subscriber { id: id.to_owned(), connected_at, ends_at, protocol, types, is_damaged: false }
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

fn run(source: &str) -> (String, Run) {
    let part = Default::default();
    let run = Run {
        source: source.to_owned(),
        run_id: 1,
        started_after: 0,
        needed_to: 1,
        parts: vec![part],
        gap_at: None,
    };
    (source.to_owned(), run)
}

/// The subscribers of each pattern.
fn found(subscribers: &[(&str, &[&str])]) -> Found {
    let of = |ids: &[&str]| ids.iter().map(|id| subscriber(id)).collect();
    let subscribers = subscribers.iter().map(|(text, ids)| (pattern(text), of(ids))).collect();
    Found { subscribers, ..Found::default() }
}

/// The connections and the sources of their events, in order; and the channels that are fanned out.
fn decide(
    subjects: &[(&str, &str)],
    found: Found,
    large: usize,
) -> (Vec<(String, Vec<String>)>, Vec<String>) {
    let subjects: Vec<_> =
        subjects.iter().map(|(source, text)| (*source, Subject::parse(text).unwrap())).collect();
    let event = |(source, subject)| RoutedEvent { source, subject, event_type: "a.v1", text: "{}" };
    let events: Vec<_> = subjects.iter().map(|(source, subject)| event((*source, subject))).collect();
    let audience = Audience::of(&events, found, large);
    let source = |index: &usize| audience.events[*index].source.to_owned();
    let sources = |delivery: &Delivery| delivery.events.iter().map(source).collect();
    let deliveries = audience.deliveries.iter().map(|one| (one.subscriber.id.clone(), sources(one)));
    (deliveries.collect(), audience.fanned_out.iter().map(ToString::to_string).collect())
}

const BOTH: [(&str, &str); 2] = [(ACME, "orders/acme/1"), (BETA, "orders/beta/1")];

fn to(id: &str, sources: &[&str]) -> (String, Vec<String>) {
    (id.to_owned(), sources.iter().map(ToString::to_string).collect())
}

#[test]
fn a_channel_with_more_than_the_largest_small_audience_is_fanned_out() {
    let listeners = || found(&[("orders/acme/*", &["a", "b"]), ("orders/acme/1", &["b", "c"])]);
    let (deliveries, fanned_out) = decide(&BOTH, listeners(), 3);
    assert_eq!(
        (deliveries.len(), fanned_out.len()),
        (3, 0),
        "three connections, one of them by two patterns"
    );
    assert_eq!(decide(&BOTH, listeners(), 2), (vec![], vec![ACME.to_owned()]));
}

#[test]
fn a_connection_of_two_channels_gets_the_events_of_the_small_one() {
    let listeners = found(&[("orders/acme/*", &["a", "b"]), ("orders/beta/*", &["a"])]);
    assert_eq!(decide(&BOTH, listeners, 1), (vec![to("a", &[BETA])], vec![ACME.to_owned()]));
}

#[test]
fn a_channel_with_a_pattern_that_is_not_read_is_fanned_out() {
    let crowded = |text: &str| Found {
        crowded: [pattern(text)].into(),
        ..found(&[("orders/acme/1", &["a"]), ("orders/beta/1", &["b"])])
    };
    let (deliveries, fanned_out) = decide(&BOTH, crowded("orders/acme/*"), 9);
    assert_eq!((deliveries, fanned_out), (vec![to("b", &[BETA])], vec![ACME.to_owned()]));
    let (deliveries, fanned_out) = decide(&BOTH, crowded("orders/*"), 9);
    assert_eq!((deliveries, fanned_out), (vec![], vec![ACME.to_owned(), BETA.to_owned()]));
}

#[test]
fn a_channel_that_fanout_pushes_is_not_pushed_at_once() {
    let with_run = Found {
        runs: HashMap::from([run(ACME)]),
        ..found(&[("orders/acme", &["a"]), ("orders/beta/1", &["b"])])
    };
    let events = [(ACME, "orders/acme"), (BETA, "orders/beta/1")];
    assert_eq!(decide(&events, with_run, 9), (vec![to("b", &[BETA])], vec![ACME.to_owned()]));
}

#[test]
fn small_audiences_come_first_and_the_smallest_of_a_connection_counts() {
    let listeners = found(&[("orders/acme/*", &["a", "b", "c"]), ("orders/beta/*", &["c", "d"])]);
    let (deliveries, _) = decide(&BOTH, listeners, 9);
    let mut ids: Vec<_> = deliveries.iter().map(|(id, _)| id.as_str()).collect();
    ids[..2].sort_unstable();
    ids[2..].sort_unstable();
    assert_eq!(ids, ["c", "d", "a", "b"]);
}
