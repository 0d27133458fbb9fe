//! Decides which channels are pushed at once, and which are left to `fanout`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tablecast_connections::Run;
use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_push::{Delivery, RoutedEvent, assign};

use crate::look_up::Found;

/// The receivers of the events of a batch.
#[derive(Debug)]
pub struct Audience<'e> {
    /// The events of the channels that are pushed at once.
    pub events: Vec<RoutedEvent<'e>>,
    /// Their deliveries. Those of small audiences come first.
    pub deliveries: Vec<Delivery>,
    /// The sources of the channels that `fanout` pushes.
    pub fanned_out: BTreeSet<&'e str>,
    /// Known runs of `fanout`, by source.
    pub runs: HashMap<String, Run>,
}

impl<'e> Audience<'e> {
    /// A channel with more than `large` listeners in this batch is fanned out. So is one with a run, and one with
    /// an event whose listeners are not all known.
    pub fn of(events: &[RoutedEvent<'e>], found: Found, large: usize) -> Self {
        let Found { subscribers, crowded, runs } = found;
        let is_left =
            |event: &&RoutedEvent<'_>| runs.contains_key(event.source) || is_crowded(event.subject, &crowded);
        let mut fanned_out: BTreeSet<&str> =
            events.iter().filter(is_left).map(|event| event.source).collect();
        let events = events.iter().filter(|event| !fanned_out.contains(event.source));
        let events: Vec<RoutedEvent<'e>> = events.copied().collect();
        let mut deliveries = assign(&events, subscribers);
        let sizes = sizes(&events, &deliveries);
        fanned_out.extend(sizes.iter().filter(|(_, size)| **size > large).map(|(source, _)| source));
        keep(&mut deliveries, |index| !fanned_out.contains(events[index].source));
        sort(&events, &mut deliveries, &sizes);
        Self { events, deliveries, fanned_out, runs }
    }
}

/// Returns whether not all listeners of a subject are known.
fn is_crowded(subject: &Subject, crowded: &BTreeSet<Pattern>) -> bool {
    !crowded.is_empty() && subject.patterns().any(|pattern| crowded.contains(&pattern))
}

/// The connections that receive events of each channel, by source.
fn sizes<'e>(events: &[RoutedEvent<'e>], deliveries: &[Delivery]) -> BTreeMap<&'e str, usize> {
    let mut sizes = BTreeMap::new();
    for delivery in deliveries {
        let sources: BTreeSet<&str> = delivery.events.iter().map(|index| events[*index].source).collect();
        sources.into_iter().for_each(|source| *sizes.entry(source).or_default() += 1);
    }
    sizes
}

/// Removes events from deliveries.
fn keep(deliveries: &mut Vec<Delivery>, is_kept: impl Fn(usize) -> bool) {
    deliveries.iter_mut().for_each(|delivery| delivery.events.retain(|index| is_kept(*index)));
    deliveries.retain(|delivery| !delivery.events.is_empty());
}

/// The smallest audience of a connection counts.
fn sort(events: &[RoutedEvent<'_>], deliveries: &mut [Delivery], sizes: &BTreeMap<&str, usize>) {
    let size = |delivery: &Delivery| {
        let sizes = delivery.events.iter().filter_map(|index| sizes.get(events[*index].source));
        sizes.copied().min().unwrap_or_default()
    };
    deliveries.sort_by_cached_key(size);
}

#[cfg(test)]
mod tests;
