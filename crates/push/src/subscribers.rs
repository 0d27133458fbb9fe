//! Which connections receive which events of a batch.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::StorageError;
use tablecast_connections::{Connections, Subscriber};
use tablecast_protocol::event_filter::includes_type;
use tablecast_protocol::subject::Pattern;

use crate::event::RoutedEvent;

/// Queries at once.
const QUERIES: usize = 32;

pub type Subscribers = HashMap<Pattern, Vec<Subscriber>>;

/// A connection and the events that it receives.
#[derive(Debug, PartialEq, Eq)]
pub struct Delivery {
    pub subscriber: Subscriber,
    /// Indexes in the batch, ascending.
    pub events: Vec<usize>,
}

/// Every pattern whose subscribers receive any of the events.
pub fn patterns(events: &[RoutedEvent<'_>]) -> BTreeSet<Pattern> {
    events.iter().flat_map(|event| event.subject.patterns()).collect()
}

/// Finds every subscriber of these patterns, with one Query for each.
pub async fn find_subscribers(
    connections: &Connections,
    patterns: BTreeSet<Pattern>,
) -> Result<Subscribers, StorageError> {
    stream::iter(patterns)
        .map(|pattern| async move { Ok((pattern.clone(), connections.subscribers(&pattern).await?)) })
        .buffer_unordered(QUERIES)
        .try_collect()
        .await
}

/// One subscription of a connection: the index of its delivery, and the event types that it wants.
struct Candidate {
    delivery: usize,
    types: BTreeSet<String>,
}

/// Assigns each event once to each connection, even if several of its subscriptions match.
pub fn assign(events: &[RoutedEvent<'_>], subscribers: Subscribers) -> Vec<Delivery> {
    let mut deliveries = Vec::new();
    let mut indexes = HashMap::new();
    let by_pattern: HashMap<Pattern, Vec<Candidate>> = subscribers
        .into_iter()
        .map(|(pattern, found)| (pattern, candidates(found, &mut indexes, &mut deliveries)))
        .collect();
    for (index, event) in events.iter().enumerate() {
        let matching = event.subject.patterns();
        let candidates = matching.filter_map(|pattern| by_pattern.get(&pattern)).flatten();
        for candidate in candidates.filter(|candidate| includes_type(&candidate.types, event.event_type)) {
            let events = &mut deliveries[candidate.delivery].events;
            if events.last() != Some(&index) {
                events.push(index);
            }
        }
    }
    deliveries.retain(|delivery| !delivery.events.is_empty());
    deliveries
}

/// Adds a delivery for each connection that has none yet. `indexes` finds deliveries by connection id.
fn candidates(
    subscribers: Vec<Subscriber>,
    indexes: &mut HashMap<String, usize>,
    deliveries: &mut Vec<Delivery>,
) -> Vec<Candidate> {
    let candidate = |mut subscriber: Subscriber| {
        let types = std::mem::take(&mut subscriber.types);
        let (ends_at, is_damaged) = (subscriber.ends_at, subscriber.is_damaged);
        let delivery = *indexes.entry(subscriber.id.clone()).or_insert_with(|| {
            deliveries.push(Delivery { subscriber, events: Vec::new() });
            deliveries.len() - 1
        });
        // During a refresh, only some items of a connection have the new end.
        let known = &mut deliveries[delivery].subscriber;
        known.ends_at = ends_at.max(known.ends_at);
        known.is_damaged |= is_damaged;
        Candidate { delivery, types }
    };
    subscribers.into_iter().map(candidate).collect()
}

#[cfg(test)]
mod tests;
