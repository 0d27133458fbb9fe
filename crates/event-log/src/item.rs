use std::time::Duration;

use serde::{Deserialize, Serialize};
use tablecast_protocol::Position;

use crate::batch::{BatchId, WriterId};
use crate::beginning::Beginning;
use crate::block::unpack;
use crate::bytes;
use crate::damage::DamagedItem;
use crate::fields::{Fields, text};
use crate::key;
use crate::timing::{latest_time, plausible};

/// An item that was read, or why it could not be.
pub(crate) type ItemResult = Result<Item, DamagedItem>;

/// An item outlives its events by this time. A client that resumes at the last moment needs the item before
/// its first event.
const SLACK_SECONDS: i64 = 3600;

/// More events than any item holds: the events of an item share 64 KB.
pub(crate) const MAX_COUNT: u64 = 1 << 16;

/// The longest time that a pipe file can keep events, in seconds.
const MAX_KEEP_SECONDS: i64 = 365 * 24 * 3600;

/// More parts than any event has: the largest has 1 MB.
const MAX_PARTS: u64 = 16;

/// An item names at most so many batches that its own repeats. Almost always, they are the attempts of a minute.
const MAX_REPEATS: usize = 32;

/// Consecutive events of one pipe.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The channel's source.
    pub pk: String,
    /// The first event's offset. Padded so that items sort by it.
    pub sk: String,
    pub pipe: String,
    #[serde(flatten)]
    pub beginning: Beginning,
    pub count: u64,
    /// Milliseconds since the epoch, never less than in the item before.
    pub appended_at: i64,
    /// Seconds since the epoch, never less than in the item before: DynamoDB may delete the item from then on
    /// (TTL).
    pub expires_at: i64,
    pub writer_id: WriterId,
    /// The number of the writer's batch. The writer's earlier batches are delivered.
    pub batch_seq: u64,
    /// Every event up to this offset was delivered when the item was appended.
    pub delivered_to: u64,
    /// The greatest `time` of all events so far, in milliseconds, never less than in the item before. None in
    /// items of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<i64>,
    /// The batches that appended events which this one has, too: it repeats them. Absent in items of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeats: Vec<BatchId>,
    /// The number of further items that hold the rest of `events`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub parts: u64,
    #[serde(with = "bytes")]
    pub events: Vec<u8>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Item {
    /// Reads an item, and refuses numbers that tablecast does not write.
    pub fn read(fields: Fields) -> Result<Self, DamagedItem> {
        let (pk, sk) = (text(&fields, "pk"), text(&fields, "sk"));
        let item = tablecast_aws::from_item(fields).map_err(|error| error.to_string());
        let item = item.and_then(|item: Self| item.check().map(|()| item));
        item.map_err(|reason| DamagedItem { pk, sk, reason })
    }

    fn check(&self) -> Result<(), String> {
        let first = key::offset(&self.sk).ok_or("its sort key is not an offset")?;
        if !(1..=MAX_COUNT).contains(&self.count) {
            return Err(format!("its count is {}", self.count));
        }
        if self.parts > MAX_PARTS {
            return Err(format!("its parts are {}", self.parts));
        }
        if self.delivered_to >= first || self.beginning.origin >= first {
            return Err(format!(
                "its delivered_to is {}, and its origin {}",
                self.delivered_to, self.beginning.origin
            ));
        }
        Ok(())
    }

    pub fn damaged(&self, reason: String) -> DamagedItem {
        DamagedItem { pk: self.pk.clone(), sk: self.sk.clone(), reason }
    }

    /// The first event's offset.
    pub fn first_offset(&self) -> u64 {
        key::offset(&self.sk).unwrap_or_default()
    }

    /// The last event's offset.
    pub fn last_offset(&self) -> u64 {
        self.first_offset() + self.count.saturating_sub(1)
    }

    pub fn batch(&self) -> BatchId {
        BatchId { writer_id: self.writer_id, seq: self.batch_seq }
    }

    /// Adds what its batch repeats, as far as there is room.
    pub fn repeating(mut self, batches: impl Iterator<Item = BatchId>) -> Self {
        for batch in batches {
            let is_known = batch == self.batch() || self.repeats.contains(&batch);
            if !is_known && self.repeats.len() < MAX_REPEATS {
                self.repeats.push(batch);
            }
        }
        self
    }

    /// Its batch, and all that this repeats. None if there was no room for all of them.
    pub fn attempts(&self) -> Option<Vec<BatchId>> {
        let repeats = Some(&self.repeats).filter(|repeats| repeats.len() < MAX_REPEATS)?;
        Some([&[self.batch()], repeats.as_slice()].concat())
    }

    /// Roughly, the bytes of its events as stored, parts included.
    pub fn stored_bytes(&self) -> usize {
        self.events.len() * (1 + usize::try_from(self.parts).unwrap_or_default())
    }

    /// Returns whether its events, and all before it, are older than a time.
    pub fn is_before(&self, time: i64) -> bool {
        self.newest.unwrap_or_else(|| latest_time(self.appended_at)) < time
    }

    /// The time of the newest event, up to now, as it is or as it was appended.
    pub fn newest_time(&self, now: i64) -> i64 {
        plausible(self.newest.unwrap_or(self.appended_at), now)
    }

    /// The position of one of its events.
    pub fn position(&self, offset: u64) -> Position {
        Position { epoch: self.beginning.epoch, offset }
    }

    /// Returns whether the pipe file still keeps its events.
    pub fn is_kept(&self, now: i64) -> bool {
        self.expires_at.saturating_sub(SLACK_SECONDS) > now / 1000
    }

    /// The offsets and texts of its events.
    pub fn events(&self) -> Result<impl Iterator<Item = (u64, String)> + use<>, DamagedItem> {
        let texts = unpack(&self.events).map_err(|reason| self.damaged(reason))?;
        if texts.len() as u64 != self.count {
            let reason = format!("its count is {}, but it holds {} events", self.count, texts.len());
            return Err(self.damaged(reason));
        }
        match texts.iter().all(|text| is_event(text.get())) {
            true => Ok((self.first_offset()..).zip(texts.into_iter().map(|text| text.get().to_owned()))),
            false => Err(self.damaged("it holds a value that is no event".to_owned())),
        }
    }
}

/// Returns whether the text is an object with members, to which a position can be added.
fn is_event(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|members| members.trim_start().starts_with('"'))
}

impl DamagedItem {
    /// The offset of its key, if it is one.
    pub(crate) fn first_offset(&self) -> Option<u64> {
        key::offset(&self.sk)
    }
}

/// When an item expires that is appended `now` (milliseconds), in seconds since the epoch. Not before the item
/// that it follows.
pub(crate) fn expires_at(now: i64, keep: Duration, before: i64) -> i64 {
    let at = |seconds: i64| now / 1000 + seconds + SLACK_SECONDS;
    let own = at(i64::try_from(keep.as_secs()).unwrap_or(MAX_KEEP_SECONDS));
    own.max(before.min(at(MAX_KEEP_SECONDS)))
}

#[cfg(test)]
mod tests;
