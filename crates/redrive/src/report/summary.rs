use serde::Serialize;

use super::line::Line;
use crate::outcome::Outcome;

/// The counts of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The records that were found.
    pub records: usize,
    pub letters: usize,
    pub redrivable: usize,
    pub redriven: usize,
    pub unmatched: usize,
    pub rejected: usize,
    pub failed: usize,
    pub waits: usize,
    pub changed: usize,
    /// Their events.
    pub events: usize,
    /// Records of dead letters that the pipe's filter drops.
    pub filtered: usize,
    pub letters_removed: usize,
    /// Dead letters without all of their records.
    pub letters_lost: usize,
    /// Dead letters whose shard could not be read.
    pub letters_unread: usize,
    /// Dead letters that another reader has.
    pub letters_elsewhere: usize,
    /// Items of the table of rejected records that cannot be read, or are being written.
    pub unreadable: usize,
}

impl Summary {
    pub fn count(&mut self, line: &Line) {
        let count = match line.outcome {
            Outcome::Redrivable => &mut self.redrivable,
            Outcome::Redriven => &mut self.redriven,
            Outcome::Unmatched => &mut self.unmatched,
            Outcome::Rejected => &mut self.rejected,
            Outcome::Failed => &mut self.failed,
            Outcome::Waits => &mut self.waits,
            Outcome::Changed => &mut self.changed,
        };
        *count += 1;
        self.events += line.events.len();
    }

    /// The records that were looked at.
    pub fn done(&self) -> usize {
        self.redrivable + self.redriven + self.unmatched + self.remaining() + self.changed
    }

    /// The records that still fail.
    pub fn remaining(&self) -> usize {
        self.rejected + self.failed + self.waits
    }

    /// Returns whether something stays although it was wanted.
    pub fn has_rest(&self) -> bool {
        let letters = self.letters_lost + self.letters_unread + self.letters_elsewhere;
        let rest = [self.changed, letters, self.unreadable];
        self.remaining() > 0 || rest.into_iter().any(|count| count > 0)
    }
}
