//! Channels that are delivered together.

use crate::appended_channel::AppendedChannel;
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
