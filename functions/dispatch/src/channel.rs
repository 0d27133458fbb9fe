//! The channels of a batch. Each has a log, and one that fails does not stop the others.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::Batch;
use crate::event::Event;
use crate::failure::FailedChannel;

/// The indexes of the events of each channel, in order.
pub fn by_source(events: &[Event]) -> BTreeMap<&str, Vec<usize>> {
    let mut channels: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, event) in events.iter().enumerate() {
        channels.entry(&event.source).or_default().push(index);
    }
    channels
}

impl Batch {
    /// Takes all events of failed channels out of the batch, so that nobody receives them: later events of a
    /// channel must not overtake earlier ones.
    pub fn withdraw(&mut self, failed: Vec<FailedChannel>) {
        let sources: BTreeSet<&str> = failed.iter().map(|channel| &*channel.source).collect();
        let events = std::mem::take(&mut self.events).into_iter();
        let (withdrawn, events) = events.partition(|event| sources.contains(&*event.source));
        (self.events, self.withdrawn) = (events, withdrawn);
        self.failed = failed;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::failure::ChannelError;

    /// A batch with one record for each channel.
    fn batch(channels: &[&str]) -> Batch {
        let element = |(n, channel): (usize, &&str)| {
            let event = json!({
                "id": n.to_string(), "source": format!("tablecast/{channel}"), "type": "a.v1", "subject": channel,
                "time": "2026-11-23T05:00:00Z",
            });
            json!({ "eventID": n.to_string(), "pipe": "orders", "events": [event] })
        };
        let elements: serde_json::Value = channels.iter().enumerate().map(element).collect();
        Batch::sort(serde_json::from_str(&elements.to_string()).unwrap())
    }

    fn records(events: &[Event]) -> Vec<&str> {
        events.iter().map(|event| event.record.as_str()).collect()
    }

    #[test]
    fn the_events_of_a_channel_stay_in_order() {
        let batch = batch(&["b", "a", "b", "c", "a"]);
        let expected =
            [("tablecast/a", vec![1, 4]), ("tablecast/b", vec![0, 2]), ("tablecast/c", vec![3])].into();
        assert_eq!(by_source(&batch.events), expected);
    }

    #[test]
    fn all_events_of_a_failed_channel_are_withdrawn_and_the_others_keep_their_order() {
        let mut batch = batch(&["b", "a", "b", "c", "a"]);
        let failed = FailedChannel { source: "tablecast/a".to_owned(), error: ChannelError::AppendTimedOut };
        batch.withdraw(vec![failed]);
        assert_eq!(records(&batch.events), ["0", "2", "3"]);
        assert_eq!(records(&batch.withdrawn), ["1", "4"]);
        assert_eq!(batch.failed[0].source, "tablecast/a");
    }
}
