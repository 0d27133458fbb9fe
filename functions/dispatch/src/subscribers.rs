use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_connections::{Connections, Listener, StorageError};
use tablecast_pipeline::subject::Pattern;
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
    now: i64,
    until: Instant,
) -> Result<Listeners, LookUpError> {
    let patterns: BTreeSet<Pattern> = events.iter().flat_map(|event| event.subject.patterns()).collect();
    let queries = stream::iter(patterns)
        .map(|pattern| async move { Ok((pattern.clone(), connections.listeners(&pattern, now).await?)) })
        .buffer_unordered(QUERIES)
        .try_collect();
    timeout_at(until, queries).await.unwrap_or(Err(LookUpError::Late))
}

/// Each event once to each connection, however many of its patterns match.
pub fn assign(events: &[Event], listeners: Listeners) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    let mut places = HashMap::new();
    let by_pattern: HashMap<Pattern, Vec<usize>> = listeners
        .into_iter()
        .map(|(pattern, listeners)| (pattern, number(listeners, &mut places, &mut deliveries)))
        .collect();
    for (place, event) in events.iter().enumerate() {
        let matching = event.subject.patterns();
        for connection in matching.filter_map(|pattern| by_pattern.get(&pattern)).flatten() {
            let events = &mut deliveries[*connection].events;
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
) -> Vec<usize> {
    let place = |listener: Listener| {
        *places.entry(listener.id.clone()).or_insert_with(|| {
            deliveries.push(Delivery { listener, events: Vec::new() });
            deliveries.len() - 1
        })
    };
    listeners.into_iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::to_raw_value};

    fn event(subject: &str) -> Event {
        let text = json!({ "type": "a.v1", "subject": subject, "time": "2026-11-23T05:00:00Z" });
        Event::read("1", "orders", to_raw_value(&text).unwrap()).unwrap()
    }

    fn listener(id: &str) -> Listener {
        Listener { id: id.to_owned(), connected_at: 0, expires_at: 0 }
    }

    fn assigned(subjects: &[&str], listeners: &[(&str, &[&str])]) -> Vec<(String, Vec<usize>)> {
        let events: Vec<_> = subjects.iter().map(|subject| event(subject)).collect();
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
}
