use std::collections::VecDeque;

use super::recent_ids::MAX_REMEMBERED;

/// A delivered offset, and the number of the progress that has it.
#[derive(Debug, Clone)]
pub(super) struct Delivered {
    pub source: String,
    pub progress: u64,
    pub offset: u64,
}

/// The latest delivered offsets of all sources. Limits how many the sources remember together: the oldest one is far
/// behind, in whichever source it is.
#[derive(Debug, Clone, Default)]
pub(super) struct RecentOffsets(VecDeque<Delivered>);

impl RecentOffsets {
    /// Returns the one to forget.
    pub fn add(&mut self, delivered: Delivered) -> Option<Delivered> {
        self.0.push_back(delivered);
        if self.0.len() > MAX_REMEMBERED { self.0.pop_front() } else { None }
    }

    /// How many more do not displace others.
    pub fn free(&self) -> usize {
        MAX_REMEMBERED.saturating_sub(self.0.len())
    }
}
