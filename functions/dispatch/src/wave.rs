//! Channels that are delivered together.

use tablecast_event_log::Appended;

use crate::append::AppendedChannel;
use crate::batch::Batch;
use crate::event::Event;

#[derive(Debug)]
pub struct Wave {
    pub channels: Vec<AppendedChannel>,
    /// Their events as the log has them, in the order of the batch.
    pub events: Vec<Event>,
    /// Events with the mark `late`: they are older, by `sequence`, than what was appended for their subject.
    pub late: usize,
    /// Old events without the mark, because the log does not show whether they are late.
    pub undecided: usize,
}

impl Wave {
    pub fn new(batch: &Batch, channels: Vec<AppendedChannel>) -> Self {
        let events = channels.iter().flat_map(|channel| channel.logged(batch));
        let mut events: Vec<(usize, Event)> = events.collect();
        events.sort_by_key(|(index, _)| *index);
        let (late, undecided) = channels
            .iter()
            .map(|channel| channel.log_late(&batch.pipe))
            .fold((0, 0), |(late, undecided), (more_late, more_undecided)| {
                (late + more_late, undecided + more_undecided)
            });
        Self { channels, events: events.into_iter().map(|(_, event)| event).collect(), late, undecided }
    }
}

impl AppendedChannel {
    /// Its events as the log has them, with their indexes.
    fn logged<'c>(&'c self, batch: &'c Batch) -> impl Iterator<Item = (usize, Event)> + 'c {
        let Appended { positions, late, delivered, .. } = &self.appended;
        let events = self.events.iter().zip(positions).zip(late).zip(delivered);
        events.map(|(((index, position), late), is_delivered)| {
            (*index, batch.events[*index].logged(*position, *late, *is_delivered))
        })
    }

    /// Returns how many of its events are late, and how many may be.
    fn log_late(&self, pipe: &str) -> (usize, usize) {
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
