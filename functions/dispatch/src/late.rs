//! What the log knows of the events: their positions, and which are older, by `sequence`, than what was appended for
//! their subject.

use crate::append::AppendedChannel;
use crate::batch::Batch;

impl Batch {
    /// Adds to the events of a channel their positions and marks in the log.
    pub fn add_positions(&mut self, channel: &AppendedChannel) {
        let AppendedChannel { source, appended, events } = channel;
        for (index, (position, late)) in events.iter().zip(appended.positions.iter().zip(&appended.late)) {
            self.events[*index].add_position(*position, *late);
        }
        for (index, is_delivered) in events.iter().zip(&appended.delivered) {
            self.events[*index].is_delivered = *is_delivered;
        }
        let (late, undecided) = (appended.late.iter().filter(|late| **late).count(), appended.undecided);
        self.late += late;
        self.undecided += undecided;
        log(&self.pipe, source, late, undecided);
    }
}

fn log(pipe: &str, source: &str, late: usize, undecided: usize) {
    if late > 0 {
        let message =
            "marked events that are older than others of their subject: clients do not report them as news";
        tracing::info!(pipe, source, late, message);
    }
    if undecided > 0 {
        let message =
            "did not mark old events: the log does not show whether later events of their subjects were sent";
        tracing::warn!(pipe, source, undecided, message);
    }
}
