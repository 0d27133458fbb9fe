use std::time::{Duration, Instant};

use super::counts::Counts;
use crate::output;

const INTERVAL: Duration = Duration::from_secs(5);

/// Shows on stderr how far a backfill is.
pub struct Progress {
    approximate_items: i64,
    shown_at: Instant,
}

impl Progress {
    pub fn new(approximate_items: i64) -> Self {
        Self { approximate_items, shown_at: Instant::now() }
    }

    pub fn show(&mut self, counts: &Counts) {
        if self.shown_at.elapsed() >= INTERVAL {
            self.shown_at = Instant::now();
            output::note(format_args!("{counts}; about {} items in the table", self.approximate_items));
        }
    }
}
