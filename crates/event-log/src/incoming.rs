//! The events of one append, and which of them are late.

use std::borrow::Cow;
use std::collections::HashMap;

use tablecast_protocol::with_late;

use crate::batch::BatchId;
use crate::block::blocks;
use crate::change::{Change, Head};
use crate::destination::Destination;
use crate::event::NewEvent;
use crate::item::Item;
use crate::newest::newest_of;
use crate::order::Order;
use crate::tail::Tail;

#[derive(Debug)]
pub(crate) struct Incoming<'e> {
    events: Vec<IncomingEvent<'e>>,
    /// No event up to this offset is newer than one of these, as far as it is known.
    pub checked_to: u64,
}

#[derive(Debug)]
pub(crate) struct IncomingEvent<'e> {
    pub new_event: NewEvent<'e>,
    pub change: Option<Change<'e>>,
    /// True if the log has a later change of the subject.
    pub late: bool,
    /// True if nobody knows whether it has.
    pub undecided: bool,
    /// The batches that appended this event before, once the log is searched for them.
    pub copies: Option<Vec<BatchId>>,
}

impl<'e> Incoming<'e> {
    pub fn new(events: &[NewEvent<'e>]) -> Self {
        let mut events: Vec<IncomingEvent<'e>> = events.iter().map(IncomingEvent::new).collect();
        mark_within(&mut events);
        Self { events, checked_to: 0 }
    }

    pub fn has_missing(&self, tail: &Tail) -> bool {
        self.missing(tail).next().is_some()
    }

    /// The events that are not in the log, and may be older than those that are. A later change in the log is no
    /// proof: it may be of the same batch, which is sent again.
    pub fn suspects(&mut self, pipe: &str, tail: &Tail) -> Vec<&mut IncomingEvent<'e>> {
        let is_overtaken = |change: &Change<'_>| tail.newest.may_have_later(pipe, change);
        let is_missing: Vec<bool> = self.are_missing(tail).collect();
        let missing =
            self.events.iter_mut().zip(is_missing).filter_map(|(event, missing)| missing.then_some(event));
        missing.filter(|event| !event.late && event.change.as_ref().is_some_and(is_overtaken)).collect()
    }

    pub fn undecided(&self) -> usize {
        self.events.iter().filter(|event| event.undecided && !event.late).count()
    }

    /// The next item, with as many missing events as it can hold. None if the log has all events.
    pub fn next(&self, tail: &Tail, to: Destination<'_>) -> Option<Item> {
        let missing: Vec<_> = self.missing(tail).collect();
        let texts: Vec<Cow<'_, str>> = missing.iter().map(|event| event.text()).collect();
        let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
        let block = blocks(&texts).next()?;
        let changes = missing.iter().take(block.count).filter_map(|event| event.change.as_ref());
        let newest = newest_of(changes.map(|change| change.time), to.now);
        let known = self.events.iter().filter_map(|event| tail.reused(event.new_event.id));
        Some(tail.next(to, block, newest).repeating(known.map(|known| known.batch)))
    }

    fn missing<'s>(&'s self, tail: &'s Tail) -> impl Iterator<Item = &'s IncomingEvent<'e>> {
        self.events.iter().zip(self.are_missing(tail)).filter_map(|(event, missing)| missing.then_some(event))
    }

    /// For each event, whether it is to be appended.
    fn are_missing<'s>(&'s self, tail: &'s Tail) -> impl Iterator<Item = bool> + 's {
        let mut order = Order::default();
        self.events.iter().map(move |event| {
            let subject = event.change.as_ref().filter(|_| !event.late).map(|change| &*change.subject);
            let id = event.new_event.id;
            order.is_missing(id, subject, tail.reused(id))
        })
    }
}

impl<'e> IncomingEvent<'e> {
    fn new(event: &NewEvent<'e>) -> Self {
        let change = Head::parse(event.text).ok().and_then(Head::change);
        Self { new_event: *event, change, late: false, undecided: false, copies: None }
    }

    /// The text for the log.
    fn text(&self) -> Cow<'e, str> {
        match self.late {
            true => with_late(self.new_event.text).into(),
            false => self.new_event.text.into(),
        }
    }
}

/// Marks the events that follow a later change of their subject in the same batch.
fn mark_within(events: &mut [IncomingEvent<'_>]) {
    let mut latest: HashMap<String, Change<'_>> = HashMap::new();
    for event in events {
        let Some(change) = &event.change else { continue };
        match latest.get(&*change.subject) {
            Some(known) if change.is_before(known) => event.late = true,
            Some(known) if known.sequence >= change.sequence => {}
            _ => drop(latest.insert(change.subject.to_string(), change.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn late(changes: &[(&str, u32)]) -> Vec<bool> {
        let text = |(n, (subject, sequence)): (usize, &(&str, u32))| {
            let sequence = format!("{sequence:04}");
            json!({ "id": n.to_string(), "subject": subject, "sequence": sequence, "time": "2026-11-23T05:00:00Z" })
                .to_string()
        };
        let texts: Vec<String> = changes.iter().enumerate().map(text).collect();
        let events: Vec<_> = texts.iter().map(|text| NewEvent { id: "", text }).collect();
        Incoming::new(&events).events.iter().map(|event| event.late).collect()
    }

    #[test]
    fn an_event_after_a_later_change_of_its_subject_in_the_batch_is_late() {
        assert_eq!(
            late(&[("a", 1), ("a", 3), ("a", 2), ("a", 3), ("a", 4)]),
            [false, false, true, false, false]
        );
        assert_eq!(late(&[("a", 1), ("b", 9), ("a", 2), ("b", 8)]), [false, false, false, true]);
        assert_eq!(late(&[("a", 9), ("a", 1), ("a", 2)]), [false, true, true]);
    }
}
