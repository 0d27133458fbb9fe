use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Subject;

use super::*;

fn subject(text: &str) -> Subject {
    Subject::parse(text).unwrap()
}

fn event<'e>(event_type: &'e str, subject: &'e Subject) -> RoutedEvent<'e> {
    RoutedEvent { source: "tablecast/orders", subject, event_type, text: "{}" }
}

fn subscriber(id: &str) -> Subscriber {
    let types = BTreeSet::new();
    let (connected_at, ends_at, protocol) = (0, 0, Protocol::Single);
    Subscriber { id: id.to_owned(), connected_at, ends_at, protocol, types, is_damaged: false }
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}

fn assigned(subjects: &[&str], subscribers: &[(&str, &[&str])]) -> Vec<(String, Vec<usize>)> {
    let subjects: Vec<_> = subjects.iter().map(|text| subject(text)).collect();
    let events: Vec<_> = subjects.iter().map(|subject| event("a.v1", subject)).collect();
    let subscribers = subscribers
        .iter()
        .map(|(text, ids)| (pattern(text), ids.iter().map(|id| subscriber(id)).collect()))
        .collect();
    let deliveries = assign(&events, subscribers);
    let mut found: Vec<_> = deliveries.into_iter().map(|one| (one.subscriber.id, one.events)).collect();
    found.sort();
    found
}

#[test]
fn a_connection_receives_matching_events_in_the_order_of_the_batch() {
    let subjects = ["orders/1", "profiles/1", "orders/2", "orders/1"];
    let subscribers: &[(&str, &[&str])] =
        &[("orders/*", &["a"]), ("orders/1", &["b"]), ("profiles/1", &["b"])];
    let expected = [("a".to_owned(), vec![0, 2, 3]), ("b".to_owned(), vec![0, 1, 3])];
    assert_eq!(assigned(&subjects, subscribers), expected);
}

#[test]
fn an_event_that_several_patterns_match_is_sent_once() {
    let subscribers: &[(&str, &[&str])] = &[("*", &["a"]), ("orders/*", &["a"]), ("orders/1", &["a"])];
    assert_eq!(assigned(&["orders/1", "orders/2"], subscribers), [("a".to_owned(), vec![0, 1])]);
}

#[test]
fn a_connection_without_a_matching_event_has_no_delivery() {
    assert_eq!(assigned(&["orders/1"], &[("orders/2", &["a"])]), []);
    assert_eq!(assigned(&[], &[("*", &["a"])]), []);
}

#[test]
fn a_connection_receives_the_types_that_any_of_its_subscriptions_wants() {
    let subject = subject("orders/1");
    let events = ["a.v1", "b.v1", "c.v1"].map(|event_type| event(event_type, &subject));
    let wanting = |types: &[&str]| {
        let types = types.iter().map(ToString::to_string).collect();
        vec![Subscriber { types, ..subscriber("a") }]
    };
    let subscribers = HashMap::from([
        (pattern("orders/*"), wanting(&["b.v1"])),
        (pattern("orders/1"), wanting(&["a.v1", "b.v1"])),
    ]);
    assert_eq!(assign(&events, subscribers)[0].events, [0, 1]);
    let everything = HashMap::from([(pattern("*"), wanting(&["b.v1"])), (pattern("orders/1"), wanting(&[]))]);
    assert_eq!(assign(&events, everything)[0].events, [0, 1, 2]);
    assert_eq!(assign(&events, HashMap::from([(pattern("*"), wanting(&["d.v1"]))])), []);
}

#[test]
fn during_a_refresh_the_latest_end_of_a_connection_counts() {
    let ending = |ends_at| vec![Subscriber { ends_at, ..subscriber("a") }];
    let subscribers = HashMap::from([(pattern("*"), ending(7)), (pattern("orders/1"), ending(9))]);
    assert_eq!(assign(&[event("a.v1", &subject("orders/1"))], subscribers)[0].subscriber.ends_at, 9);
}

#[test]
fn a_connection_is_damaged_if_any_of_its_matching_subscriptions_is() {
    let found = |is_damaged| vec![Subscriber { is_damaged, ..subscriber("a") }];
    for damaged in [[true, false], [false, true]] {
        let [wide, narrow] = damaged.map(found);
        let subscribers = HashMap::from([(pattern("*"), wide), (pattern("orders/1"), narrow)]);
        assert!(assign(&[event("a.v1", &subject("orders/1"))], subscribers)[0].subscriber.is_damaged);
    }
}
