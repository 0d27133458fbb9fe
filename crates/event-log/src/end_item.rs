//! The item that keeps a channel's end, longer than the channel's events.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use tablecast_protocol::{Epoch, Position};

use crate::damage::DamagedItem;
use crate::item::Fields;
use crate::key::END;
use crate::write::Condition;

/// How long an end is kept after the last append.
const LIFE: Duration = Duration::from_secs(400 * 24 * 3600);

/// An end is kept at least so many times as long as its events.
const LIFE_IN_KEEPS: u32 = 10;

/// The condition that no later end is recorded.
const LATER: &str =
    "attribute_not_exists(pk) OR end_offset < :end OR (end_offset = :end AND epoch <= :epoch)";

/// How an epoch began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Beginning {
    pub epoch: Epoch,
    /// The offset before its first event.
    pub origin: u64,
    /// The epoch that ended exactly at the origin. None if there was none, or if its end is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Epoch>,
}

/// The end of a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EndItem {
    pub pk: String,
    pub sk: String,
    #[serde(flatten)]
    pub beginning: Beginning,
    /// The last offset that was given to an event, or the origin.
    pub end_offset: u64,
    /// Every event up to this offset was delivered when the end was recorded.
    pub delivered_to: u64,
    /// Seconds since the epoch.
    pub expires_at: i64,
    /// By pipe, until when its directory names the channel: seconds since the epoch.
    #[serde(default)]
    pub listed: BTreeMap<String, i64>,
}

impl Beginning {
    /// The first epoch of a channel. `now` is in milliseconds since 1970.
    pub fn first(now: i64) -> Self {
        Self { epoch: Epoch(now.unsigned_abs()), origin: 0, continues: None }
    }

    /// An epoch after another one, of which `end` is the last offset.
    pub fn after(epoch: Epoch, end: u64, now: i64) -> Self {
        let epoch = Epoch(now.unsigned_abs().max(epoch.0.saturating_add(1)));
        Self { epoch, origin: end, continues: None }
    }

    /// An epoch after one that ended exactly at this offset.
    pub fn continuing(earlier: Epoch, end: u64, now: i64) -> Self {
        Self { continues: Some(earlier), ..Self::after(earlier, end, now) }
    }

    /// The same epoch under another name, with which no event was appended.
    pub fn renewed(self, now: i64) -> Self {
        Self { epoch: Self::after(self.epoch, self.origin, now).epoch, ..self }
    }

    /// Returns whether the position is the end of the epoch that this one continues.
    pub fn follows(&self, position: Position) -> bool {
        self.continues == Some(position.epoch) && self.origin == position.offset
    }

    /// Returns whether it began less than so many milliseconds ago.
    pub fn is_younger_than(&self, milliseconds: i64, now: i64) -> bool {
        let began = i64::try_from(self.epoch.0).unwrap_or(i64::MAX);
        now.saturating_sub(began) < milliseconds
    }

    /// The position before its first event.
    pub fn position(&self) -> Position {
        Position { epoch: self.epoch, offset: self.origin }
    }
}

impl EndItem {
    pub fn new(source: &str, beginning: Beginning, end_offset: u64, keep: Duration, now: i64) -> Self {
        let expires_at = expires_at(now, keep);
        Self {
            pk: source.to_owned(),
            sk: END.to_owned(),
            beginning,
            end_offset,
            delivered_to: end_offset,
            expires_at,
            listed: BTreeMap::new(),
        }
    }

    pub fn read(fields: Fields) -> Result<Self, DamagedItem> {
        let (pk, sk) = (text(&fields, "pk"), text(&fields, "sk"));
        let item: Result<Self, _> = serde_dynamo::from_item(fields);
        let item = item.map_err(|error| error.to_string()).and_then(Self::checked);
        item.map_err(|reason| DamagedItem { pk, sk, reason })
    }

    /// The condition that no later end is recorded.
    pub fn is_latest(&self) -> Condition {
        Condition::new(LATER).text(":epoch", self.beginning.epoch.to_string()).number(":end", self.end_offset)
    }

    fn checked(self) -> Result<Self, String> {
        let Self { beginning, end_offset, delivered_to, .. } = &self;
        match beginning.origin <= *end_offset && delivered_to <= end_offset && *end_offset < u64::MAX / 2 {
            true => Ok(self),
            false => Err(format!("its end_offset is {end_offset}")),
        }
    }
}

/// When an end expires that is written now (milliseconds), in seconds since the epoch.
pub(crate) fn expires_at(now: i64, keep: Duration) -> i64 {
    let life = LIFE.max(keep * LIFE_IN_KEEPS);
    now / 1000 + i64::try_from(life.as_secs()).unwrap_or(i64::MAX / 2)
}

/// Returns whether a channel that had no event at a time cannot have had one that is forgotten.
pub(crate) fn is_remembered(then: i64, now: i64) -> bool {
    let day = 24 * 3600 * 1000;
    now.saturating_sub(then) < i64::try_from(LIFE.as_millis()).unwrap_or(i64::MAX) - day
}

pub(crate) fn text(fields: &HashMap<String, AttributeValue>, name: &str) -> String {
    match fields.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    }
}
