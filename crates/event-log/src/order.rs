//! The order of a batch's events in the log, which is that of the batch for each subject.

use std::collections::{HashMap, HashSet};

use crate::tail::Reusable;

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
    /// of its subject. `fanout` pushes events in the order of the log. Late events have no place in the order, and so
    /// no `subject`.
    pub fn is_missing(&mut self, id: &'s str, subject: Option<&'s str>, known: Option<&Reusable>) -> bool {
        if !self.ids.insert(id) {
            return false;
        }
        match subject.filter(|_| !known.is_some_and(|known| known.late)) {
            Some(subject) => self.is_out_of_place(subject, known.map(|known| known.position.offset)),
            None => known.is_none(),
        }
    }

    fn is_out_of_place(&mut self, subject: &'s str, offset: Option<u64>) -> bool {
        let last = self.offsets.entry(subject).or_default();
        *last = offset.filter(|offset| offset > last).unwrap_or(MISSING);
        *last == MISSING
    }
}
