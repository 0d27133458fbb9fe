use std::fmt;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tablecast_protocol::{Epoch, Position};

use crate::block::{Block, unpack};

/// An item stays so much longer than it is kept: what a client needs that resumes at the last moment lies before it, and
/// whoever appends after it must find it.
pub(crate) const SLACK_SECONDS: i64 = 3600;

/// Who appends: a process, until something fails in it. Its batches come one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Lane(Epoch);

impl Lane {
    /// Of origins, which are nobody's batch.
    pub const NOBODY: Self = Self(Epoch(0));

    pub fn new() -> Self {
        Self(Epoch(fastrand::u64(1..)))
    }
}

/// Events in a row; of the origin, none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The pipe.
    pub pk: String,
    /// The first event's offset, so that items sort by it.
    pub sk: String,
    pub epoch: Epoch,
    pub count: u64,
    /// Milliseconds since the epoch; never before that of the item before.
    pub appended_at: i64,
    /// From when on DynamoDB may remove it (TTL): seconds since the epoch.
    pub expires_at: i64,
    /// Whoever appended it, and its how manieth batch that was: its earlier ones are settled.
    pub lane: Lane,
    pub turn: u64,
    /// When it was appended, everything up to this offset was settled.
    pub settled: u64,
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
            lane: Lane::NOBODY,
            turn: 0,
            settled: 0,
            events: Vec::new(),
        }
    }

    pub fn hold(self, block: Block) -> Self {
        Self { count: block.count as u64, events: block.bytes, ..self }
    }

    pub fn first(&self) -> u64 {
        self.sk.parse().unwrap_or_default()
    }

    /// The last event's offset; of the origin, 0.
    pub fn end(&self) -> u64 {
        (self.first() + self.count).saturating_sub(1)
    }

    pub fn end_position(&self) -> Position {
        Position { epoch: self.epoch, offset: self.end() }
    }

    pub fn is_kept(&self, now: i64) -> bool {
        self.expires_at - SLACK_SECONDS > now / 1000
    }

    /// The offsets and texts of its events.
    pub fn events(&self) -> Result<impl Iterator<Item = (u64, String)> + use<>, String> {
        let texts = if self.count == 0 { Vec::new() } else { unpack(&self.events)? };
        match texts.len() as u64 == self.count {
            true => Ok((self.first()..).zip(texts.into_iter().map(|text| text.get().to_owned()))),
            false => Err(format!("it says {} events and has {}", self.count, texts.len())),
        }
    }
}

pub(crate) fn expires_at(now: i64, keep: Duration) -> i64 {
    now / 1000 + i64::try_from(keep.as_secs()).unwrap_or(i64::MAX / 2) + SLACK_SECONDS
}

mod bytes {
    use super::*;

    pub fn serialize<S: Serializer>(bytes: &[u8], out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bytes(bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("bytes")
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }

        input.deserialize_byte_buf(Bytes)
    }
}
