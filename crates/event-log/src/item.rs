use std::time::Duration;

use serde::{Deserialize, Serialize};
use tablecast_protocol::{Epoch, Position};

use crate::block::{Block, unpack};
use crate::bytes;

/// An item outlives its events by this time. A client that resumes at the last moment needs the item before
/// its first event, and a writer must find the last item.
const SLACK_SECONDS: i64 = 3600;

/// A process that appends, until one of its appends fails. Its batches follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct WriterId(Epoch);

impl WriterId {
    /// For origins, which belong to no batch.
    pub const NONE: Self = Self(Epoch(0));

    pub fn new() -> Self {
        Self(Epoch(fastrand::u64(1..)))
    }
}

/// Consecutive events, or the origin, which has none.
///
/// The aliases are the names under which earlier versions stored these attributes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The pipe.
    pub pk: String,
    /// The first event's offset, padded so that items sort by it.
    pub sk: String,
    pub epoch: Epoch,
    pub count: u64,
    /// Milliseconds since the epoch, never less than in the item before.
    pub appended_at: i64,
    /// Seconds since the epoch: DynamoDB may delete the item from then on (TTL).
    pub expires_at: i64,
    #[serde(alias = "lane")]
    pub writer_id: WriterId,
    /// The number of the writer's batch. The writer's earlier batches are delivered.
    #[serde(alias = "turn")]
    pub batch_seq: u64,
    /// Every event up to this offset was delivered when the item was appended.
    #[serde(alias = "settled")]
    pub delivered_to: u64,
    #[serde(default, with = "bytes", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u8>,
}

impl Item {
    pub fn key(offset: u64) -> String {
        format!("{offset:020}")
    }

    pub fn origin(pipe: &str, epoch: Epoch, keep: Duration, now: i64) -> Self {
        Self {
            pk: pipe.to_owned(),
            sk: Self::key(0),
            epoch,
            count: 0,
            appended_at: now,
            expires_at: expires_at(now, keep),
            writer_id: WriterId::NONE,
            batch_seq: 0,
            delivered_to: 0,
            events: Vec::new(),
        }
    }

    pub fn with_events(self, block: Block) -> Self {
        Self { count: block.count as u64, events: block.bytes, ..self }
    }

    /// The first event's offset.
    pub fn first(&self) -> u64 {
        self.sk.parse().unwrap_or_default()
    }

    /// The last event's offset; 0 for the origin.
    pub fn end(&self) -> u64 {
        (self.first() + self.count).saturating_sub(1)
    }

    pub fn end_position(&self) -> Position {
        Position { epoch: self.epoch, offset: self.end() }
    }

    /// Returns whether the pipe file still keeps its events.
    pub fn is_kept(&self, now: i64) -> bool {
        self.expires_at - SLACK_SECONDS > now / 1000
    }

    /// The offsets and texts of its events.
    pub fn events(&self) -> Result<impl Iterator<Item = (u64, String)> + use<>, String> {
        let texts = if self.count == 0 { Vec::new() } else { unpack(&self.events)? };
        match texts.len() as u64 == self.count {
            true => Ok((self.first()..).zip(texts.into_iter().map(|text| text.get().to_owned()))),
            false => Err(format!("its count is {}, but it holds {} events", self.count, texts.len())),
        }
    }
}

/// Seconds since the epoch, for an item appended `now` (milliseconds).
pub(crate) fn expires_at(now: i64, keep: Duration) -> i64 {
    now / 1000 + i64::try_from(keep.as_secs()).unwrap_or(i64::MAX / 2) + SLACK_SECONDS
}

#[cfg(test)]
mod tests;
