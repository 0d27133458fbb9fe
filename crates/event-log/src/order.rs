//! The order of a batch's events in the log, which is that of the batch for each subject.

use std::collections::{HashMap, HashSet};

use crate::incoming::IncomingEvent;
use crate::tail::Tail;

/// The events of a batch so far.
#[derive(Debug, Default)]
pub(crate) struct Order<'e> {
    ids: HashSet<&'e str>,
    /// By subject, the offset of its last event. `MISSING` if the log does not hold it.
    offsets: HashMap<&'e str, u64>,
}

const MISSING: u64 = u64::MAX;

impl<'s> Order<'s> {
    /// Returns whether the next event must be appended: the log does not hold it, or holds it before an earlier event
    /// of its subject. `fanout` pushes events in the order of the log. Late events have no place in the order.
    pub fn is_missing(&mut self, event: &'s IncomingEvent<'_>, tail: &Tail) -> bool {
        if !self.ids.insert(event.new_event.id) {
            return false;
        }
        let known = tail.reused(event.new_event.id);
        match &event.change {
            Some(change) if !event.late && !known.is_some_and(|known| known.late) => {
                self.is_out_of_place(&change.subject, known.map(|known| known.position.offset))
            }
            _ => known.is_none(),
        }
    }

    fn is_out_of_place(&mut self, subject: &'s str, offset: Option<u64>) -> bool {
        let last = self.offsets.entry(subject).or_default();
        *last = offset.filter(|offset| offset > last).unwrap_or(MISSING);
        *last == MISSING
    }
}
