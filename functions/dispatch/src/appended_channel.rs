//! A channel after the append.

use tablecast_event_log::Appended;

use crate::batch::Batch;
use crate::event::Event;

/// A channel whose log holds all of its events.
#[derive(Debug)]
pub struct AppendedChannel {
    pub source: String,
    pub appended: Appended,
    /// The indexes of its events in the batch, in order.
    pub events: Vec<usize>,
}

impl AppendedChannel {
    /// Its events as the log has them, with their indexes.
    pub fn logged<'c>(&'c self, batch: &'c Batch) -> impl Iterator<Item = (usize, Event)> + 'c {
        let Appended { positions, late, delivered, .. } = &self.appended;
        let events = self.events.iter().zip(positions).zip(late).zip(delivered);
        events.map(|(((index, position), late), is_delivered)| {
            (*index, batch.events[*index].logged(*position, *late, *is_delivered))
        })
    }

    /// Returns how many of its events are late, and how many may be.
    pub fn log_late(&self, pipe: &str) -> (usize, usize) {
        let Self { source, appended, .. } = self;
        let (late, undecided) = (appended.late.iter().filter(|late| **late).count(), appended.undecided);
        if late > 0 {
            let message = "marked events that are older than others of their subject: clients do not report them as news";
            tracing::info!(pipe, source, late, message);
        }
        if undecided > 0 {
            let message = "did not mark old events: the log does not show whether later events of their subjects were sent";
            tracing::warn!(pipe, source, undecided, message);
        }
        (late, undecided)
    }
}
