use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_connections::{Connections, Listener, StorageError};
use tablecast_protocol::event_filter::is_wanted;
use tablecast_protocol::subject::Pattern;
use tokio::time::{Instant, timeout_at};

use crate::event::Event;

/// Queries at once.
const QUERIES: usize = 32;

pub type Listeners = HashMap<Pattern, Vec<Listener>>;

/// A connection and what it gets of a batch.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivery {
    pub listener: Listener,
    /// Places in the batch, ascending: the order in which they are sent.
    pub events: Vec<usize>,
}

/// Why it is not known who listens: nothing may be sent, and the batch comes again.
#[derive(Debug, thiserror::Error)]
pub enum LookUpError {
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(
        "the subscribers were not read in time: see the latency of the connections table, and the function's timeout"
    )]
    Late,
}

/// Everyone who listens to any of the events: one Query for each pattern that could match.
pub async fn find(
    connections: &Connections,
    events: &[Event],
    until: Instant,
) -> Result<Listeners, LookUpError> {
    let patterns: BTreeSet<Pattern> = events.iter().flat_map(|event| event.subject.patterns()).collect();
    let queries = stream::iter(patterns)
        .map(|pattern| async move { Ok((pattern.clone(), connections.listeners(&pattern).await?)) })
        .buffer_unordered(QUERIES)
        .try_collect();
    timeout_at(until, queries).await.unwrap_or(Err(LookUpError::Late))
}

/// A connection, by its place among the deliveries, and the types that it wants of one pattern's events.
struct Taker {
    place: usize,
    types: BTreeSet<String>,
}

impl Taker {
    fn wants(&self, event: &Event) -> bool {
        is_wanted(&self.types, &event.event_type)
    }
}

/// Each event once to each connection, however many of its subscriptions want it.
pub fn assign(events: &[Event], listeners: Listeners) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    let mut places = HashMap::new();
    let by_pattern: HashMap<Pattern, Vec<Taker>> = listeners
        .into_iter()
        .map(|(pattern, listeners)| (pattern, number(listeners, &mut places, &mut deliveries)))
        .collect();
    for (place, event) in events.iter().enumerate() {
        let matching = event.subject.patterns();
        let takers = matching.filter_map(|pattern| by_pattern.get(&pattern)).flatten();
        for taker in takers.filter(|taker| taker.wants(event)) {
            let events = &mut deliveries[taker.place].events;
            if events.last() != Some(&place) {
                events.push(place);
            }
        }
    }
    deliveries.retain(|delivery| !delivery.events.is_empty());
    deliveries
}

/// The listeners' places among the deliveries; new ones are added.
fn number(
    listeners: Vec<Listener>,
    places: &mut HashMap<String, usize>,
    deliveries: &mut Vec<Delivery>,
) -> Vec<Taker> {
    let taker = |mut listener: Listener| {
        let types = std::mem::take(&mut listener.types);
        let ends_at = listener.ends_at;
        let place = *places.entry(listener.id.clone()).or_insert_with(|| {
            deliveries.push(Delivery { listener, events: Vec::new() });
            deliveries.len() - 1
        });
        // While a connection is being refreshed, some of its items say so already.
        let known = &mut deliveries[place].listener.ends_at;
        *known = ends_at.max(*known);
        Taker { place, types }
    };
    listeners.into_iter().map(taker).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::to_raw_value};
    use tablecast_protocol::Protocol;

    fn event(event_type: &str, subject: &str) -> Event {
        let text =
            json!({ "id": "1", "type": event_type, "subject": subject, "time": "2026-11-23T05:00:00Z" });
        Event::read("1", "orders", to_raw_value(&text).unwrap()).unwrap()
    }

    fn listener(id: &str) -> Listener {
        let types = BTreeSet::new();
        Listener { id: id.to_owned(), connected_at: 0, ends_at: 0, protocol: Protocol::Single, types }
    }

    fn assigned(subjects: &[&str], listeners: &[(&str, &[&str])]) -> Vec<(String, Vec<usize>)> {
        let events: Vec<_> = subjects.iter().map(|subject| event("a.v1", subject)).collect();
        let listeners = listeners.iter().map(|(pattern, ids)| {
            (Pattern::parse(pattern).unwrap(), ids.iter().map(|id| listener(id)).collect())
        });
        let deliveries = assign(&events, listeners.collect());
        let mut found: Vec<_> = deliveries.into_iter().map(|one| (one.listener.id, one.events)).collect();
        found.sort();
        found
    }

    #[test]
    fn a_connection_gets_what_it_listens_to_in_the_batchs_order() {
        let subjects = ["orders/1", "profiles/1", "orders/2", "orders/1"];
        let listeners: &[(&str, &[&str])] =
            &[("orders/*", &["a"]), ("orders/1", &["b"]), ("profiles/1", &["b"])];
        let expected = [("a".to_owned(), vec![0, 2, 3]), ("b".to_owned(), vec![0, 1, 3])];
        assert_eq!(assigned(&subjects, listeners), expected);
    }

    #[test]
    fn an_event_that_several_patterns_match_is_sent_once() {
        let listeners: &[(&str, &[&str])] = &[("*", &["a"]), ("orders/*", &["a"]), ("orders/1", &["a"])];
        assert_eq!(assigned(&["orders/1", "orders/2"], listeners), [("a".to_owned(), vec![0, 1])]);
    }

    #[test]
    fn who_listens_to_nothing_of_the_batch_gets_nothing() {
        assert_eq!(assigned(&["orders/1"], &[("orders/2", &["a"])]), []);
        assert_eq!(assigned(&[], &[("*", &["a"])]), []);
    }

    #[test]
    fn of_types_that_are_named_only_these_are_sent_whichever_subscription_names_them() {
        let events = ["a.v1", "b.v1", "c.v1"].map(|event_type| event(event_type, "orders/1"));
        let wanting = |types: &[&str]| {
            let types = types.iter().map(ToString::to_string).collect();
            vec![Listener { types, ..listener("a") }]
        };
        let pattern = |text| Pattern::parse(text).unwrap();
        let listeners = HashMap::from([
            (pattern("orders/*"), wanting(&["b.v1"])),
            (pattern("orders/1"), wanting(&["a.v1", "b.v1"])),
        ]);
        assert_eq!(assign(&events, listeners)[0].events, [0, 1]);
        let everything =
            HashMap::from([(pattern("*"), wanting(&["b.v1"])), (pattern("orders/1"), wanting(&[]))]);
        assert_eq!(assign(&events, everything)[0].events, [0, 1, 2]);
        assert_eq!(assign(&events, HashMap::from([(pattern("*"), wanting(&["d.v1"]))])), []);
    }

    #[test]
    fn a_connection_that_is_being_refreshed_ends_when_the_latest_of_its_items_says() {
        let ending = |ends_at| vec![Listener { ends_at, ..listener("a") }];
        let listeners = HashMap::from([
            (Pattern::parse("*").unwrap(), ending(7)),
            (Pattern::parse("orders/1").unwrap(), ending(9)),
        ]);
        assert_eq!(assign(&[event("a.v1", "orders/1")], listeners)[0].listener.ends_at, 9);
    }
}
