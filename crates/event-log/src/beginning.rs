use serde::{Deserialize, Serialize};
use tablecast_protocol::{Epoch, Position};

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

impl Beginning {
    /// The first epoch of a channel. `now` is in milliseconds since 1970.
    pub fn first(now: i64) -> Self {
        Self { epoch: Epoch(now.unsigned_abs()), origin: 0, continues: None }
    }

    /// An epoch after another one, of which `last_offset` is the last one.
    pub fn after(epoch: Epoch, last_offset: u64, now: i64) -> Self {
        let epoch = Epoch(now.unsigned_abs().max(epoch.0.saturating_add(1)));
        Self { epoch, origin: last_offset, continues: None }
    }

    /// An epoch after one that ended exactly at this offset.
    pub fn continuing(earlier: Epoch, last_offset: u64, now: i64) -> Self {
        Self { continues: Some(earlier), ..Self::after(earlier, last_offset, now) }
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
