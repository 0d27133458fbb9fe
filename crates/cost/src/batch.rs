//! The requests of one batch. functions/dispatch/tests/wire has tests that compare them with what a dispatch
//! sends.

use crate::facts;
use crate::prices::{Item, Prices};

/// DynamoDB's units, 1 KB for writes and 4 KB for reads.
const WRITE_BYTES: u64 = 1024;
const READ_BYTES: u64 = 4096;

/// Bytes of an item of the log, beside its events.
const LOG_ITEM_BYTES: u64 = 256;

/// The log compresses events to about this share, if they have as much random text as those of the measurement.
const LOG_SHARE: u64 = 4;

/// Bytes of a subscription, as a query of the listeners reads it.
const LISTENER_BYTES: u64 = 130;

/// Entries of one PutEvents.
const ENTRIES: u64 = 10;

/// A batch of changes, each of another item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub changes: u64,
    /// Events of one change.
    pub events: u64,
    /// Bytes of one event.
    pub bytes: u64,
    /// Connections that receive one event. They subscribed to its channel.
    pub listeners: u64,
    /// Channels of the batch.
    pub channels: u64,
    /// Segments of a subject.
    pub segments: u64,
    /// Segments of a channel.
    pub channel_segments: u64,
}

/// The requests and units of `dispatch` for one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requests {
    /// Queries of the connections table.
    pub queries: u64,
    pub read_units: u64,
    /// Writes to the log.
    pub puts: u64,
    pub write_units: u64,
    pub bus_entries: u64,
    pub bus_requests: u64,
    /// Messages to clients, each with one event.
    pub posts: u64,
}

impl Batch {
    pub fn requests(&self) -> Requests {
        let events = self.changes * self.events;
        let queries = self.queries();
        Requests {
            queries,
            read_units: queries + self.listener_units(),
            puts: 2 * self.channels,
            write_units: self.write_units(events),
            bus_entries: events,
            bus_requests: events.div_ceil(ENTRIES),
            posts: events * self.listeners,
        }
    }

    /// The dollars of its units, entries and posts. Lambda, Pipes and data out come on top.
    pub fn dollars(&self, prices: &Prices) -> f64 {
        let Requests { read_units, write_units, bus_entries, posts, .. } = self.requests();
        let quantities = [
            (Item::DynamodbRead, read_units),
            (Item::DynamodbWrite, write_units),
            (Item::BusEvent, bus_entries),
            (Item::SocketMessage, posts),
        ];
        let dollars = |(item, quantity)| prices.of(item).map(|price| price.of(quantity as f64));
        quantities.into_iter().filter_map(dollars).sum()
    }

    /// `fanout` pushes the events.
    pub fn is_fanned_out(&self) -> bool {
        self.listeners > facts::LARGE_AUDIENCE
    }

    /// One for each pattern that could match: those that the batch shares, those of each channel, and those of each
    /// item.
    fn queries(&self) -> u64 {
        let channel = self.channel_segments.min(self.segments);
        let of_items = self.changes * (self.segments - channel);
        channel + self.channels * u64::from(channel < self.segments) + of_items.max(self.changes)
    }

    /// A query is one unit, and more for its listeners.
    fn listener_units(&self) -> u64 {
        let units = (self.listeners * LISTENER_BYTES).div_ceil(READ_BYTES);
        self.channels * units.saturating_sub(1)
    }

    /// The events of each channel are one item, and the end of the channel another one.
    fn write_units(&self, events: u64) -> u64 {
        let bytes = events.div_ceil(self.channels.max(1)) * self.bytes / LOG_SHARE;
        let item = (LOG_ITEM_BYTES + bytes).div_ceil(WRITE_BYTES);
        self.channels * (item + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Batch = Batch {
        changes: 1,
        events: 1,
        bytes: 512,
        listeners: 1,
        channels: 1,
        segments: 3,
        channel_segments: 2,
    };

    /// crates/event-log/tests/table/cost.rs measures these.
    #[test]
    fn appends_cost_what_the_log_measures() {
        let units = |changes| 1000 / changes * Batch { changes, ..ONE }.requests().write_units;
        assert_eq!([units(1), units(10), units(100)], [2000, 300, 140]);
    }

    #[test]
    fn each_number_of_a_batch_follows_from_its_changes() {
        let batch = Batch { changes: 10, events: 2, bytes: 2000, listeners: 600, channels: 3, ..ONE };
        let requests = Requests {
            queries: 15,
            read_units: 15 + 3 * 19,
            puts: 6,
            write_units: 15,
            bus_entries: 20,
            bus_requests: 2,
            posts: 12_000,
        };
        assert_eq!(batch.requests(), requests);
        assert_eq!(Batch { segments: 5, ..batch }.requests().queries, 35);
    }

    #[test]
    fn a_batch_shares_the_queries_of_its_channel() {
        let queries = |batch: Batch| batch.requests().queries;
        assert_eq!(queries(ONE), 4, "*, orders/*, orders/acme/* and orders/acme/1001");
        assert_eq!(queries(Batch { changes: 10, ..ONE }), 13);
        assert_eq!(queries(Batch { changes: 10, channels: 10, ..ONE }), 22);
        assert_eq!(queries(Batch { segments: 2, ..ONE }), 3, "*, profiles/* and profiles/ada");
        assert_eq!(queries(Batch { segments: 4, ..ONE }), 5);
    }
}
