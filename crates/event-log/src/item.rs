use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use tablecast_protocol::{Epoch, Position};

use crate::block::{Block, unpack};
use crate::bytes;
use crate::damage::DamagedItem;
use crate::key::Partition;

/// An item that was read.
pub(crate) type Found = Result<Item, DamagedItem>;

pub(crate) type Fields = HashMap<String, AttributeValue>;

/// An item outlives its events by this time. A client that resumes at the last moment needs the item before
/// its first event, and a writer must find the last item.
const SLACK_SECONDS: i64 = 3600;

/// More events than any item holds: the events of an item share 64 KB.
pub(crate) const MAX_COUNT: u64 = 1 << 16;

/// More parts than any event has: the largest has 1 MB.
const MAX_PARTS: u64 = 16;

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

/// Consecutive events, or an origin, which has none.
///
/// The aliases are the names under which earlier versions stored these attributes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The pipe, or `<pipe>#origin`.
    pub pk: String,
    /// The first event's offset, or the offset before the first event of an origin's epoch. Padded so that
    /// items sort by it.
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
    /// The number of further items that hold the rest of `events`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub parts: u64,
    #[serde(default, with = "bytes", skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u8>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Item {
    pub fn key(offset: u64) -> String {
        format!("{offset:020}")
    }

    /// The beginning of an epoch whose first event gets the offset after `end`.
    pub fn origin(pipe: &str, end: u64, epoch: Epoch, keep: Duration, now: i64) -> Self {
        Self {
            pk: Partition::Origins.of(pipe),
            sk: Self::key(end),
            epoch,
            count: 0,
            appended_at: now,
            expires_at: expires_at(now, keep),
            writer_id: WriterId::NONE,
            batch_seq: 0,
            delivered_to: end,
            parts: 0,
            events: Vec::new(),
        }
    }

    /// Reads an item, and refuses numbers that tablecast does not write.
    pub fn read(fields: Fields) -> Result<Self, DamagedItem> {
        let text = |name: &str| match fields.get(name) {
            Some(AttributeValue::S(text)) => text.clone(),
            _ => String::new(),
        };
        let (pk, sk) = (text("pk"), text("sk"));
        let item = serde_dynamo::from_item(fields).map_err(|error| error.to_string());
        let item = item.and_then(|item: Self| item.check().map(|()| item));
        item.map_err(|reason| DamagedItem { pk, sk, reason })
    }

    fn check(&self) -> Result<(), String> {
        let first = offset(&self.sk).ok_or("its sort key is not an offset")?;
        if self.count > MAX_COUNT || first > u64::MAX - 2 * MAX_COUNT {
            return Err(format!("its count is {}", self.count));
        }
        if self.parts > MAX_PARTS {
            return Err(format!("its parts are {}", self.parts));
        }
        if self.delivered_to > first {
            return Err(format!("its delivered_to is {}", self.delivered_to));
        }
        Ok(())
    }

    pub fn damaged(&self, reason: String) -> DamagedItem {
        DamagedItem { pk: self.pk.clone(), sk: self.sk.clone(), reason }
    }

    pub fn with_events(self, block: Block) -> Self {
        Self { count: block.count as u64, events: block.bytes, ..self }
    }

    /// The first event's offset.
    pub fn first(&self) -> u64 {
        offset(&self.sk).unwrap_or_default()
    }

    /// The last event's offset, or the offset before an epoch's first event.
    pub fn end(&self) -> u64 {
        self.first() + self.count.saturating_sub(1)
    }

    pub fn is_origin(&self) -> bool {
        self.count == 0
    }

    /// Roughly, the bytes of its events as stored, parts included.
    pub fn stored_bytes(&self) -> usize {
        self.events.len() * (1 + usize::try_from(self.parts).unwrap_or_default())
    }

    pub fn end_position(&self) -> Position {
        Position { epoch: self.epoch, offset: self.end() }
    }

    /// Returns whether the pipe file still keeps its events.
    pub fn is_kept(&self, now: i64) -> bool {
        self.expires_at.saturating_sub(SLACK_SECONDS) > now / 1000
    }

    /// The offsets and texts of its events.
    pub fn events(&self) -> Result<impl Iterator<Item = (u64, String)> + use<>, DamagedItem> {
        let texts = if self.is_origin() { Ok(Vec::new()) } else { unpack(&self.events) };
        let texts = texts.map_err(|reason| self.damaged(reason))?;
        match texts.len() as u64 == self.count {
            true => Ok((self.first()..).zip(texts.into_iter().map(|text| text.get().to_owned()))),
            false => {
                let reason = format!("its count is {}, but it holds {} events", self.count, texts.len());
                Err(self.damaged(reason))
            }
        }
    }
}

impl DamagedItem {
    /// The offset of its key, if it is one.
    pub(crate) fn first(&self) -> Option<u64> {
        offset(&self.sk)
    }
}

fn offset(key: &str) -> Option<u64> {
    let is_offset = key.len() == 20 && key.bytes().all(|byte| byte.is_ascii_digit());
    if is_offset { key.parse().ok() } else { None }
}

/// Seconds since the epoch, for an item appended `now` (milliseconds).
pub(crate) fn expires_at(now: i64, keep: Duration) -> i64 {
    now / 1000 + i64::try_from(keep.as_secs()).unwrap_or(i64::MAX / 2) + SLACK_SECONDS
}

#[cfg(test)]
mod tests;
