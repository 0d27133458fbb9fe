use std::time::Duration;

use tablecast_pipeline::log::{Epoch, Position};

use crate::item::{Item, expires_at};
use crate::{Logs, StorageError};

/// Milliseconds. An item is renewed before it could expire under the hands of whoever appends after it: functions end
/// after 15 minutes at most.
const TOO_OLD: i64 = 30 * 60 * 1000;

impl Logs {
    /// The last position of a log, which begins with this if there is none. `keep`: as the pipe file says; `now`:
    /// milliseconds since the epoch.
    pub async fn end(&self, pipe: &str, keep: Duration, now: i64) -> Result<Position, StorageError> {
        Ok(self.last_or_origin(pipe, keep, now).await?.end_position())
    }

    pub(crate) async fn last_or_origin(
        &self,
        pipe: &str,
        keep: Duration,
        now: i64,
    ) -> Result<Item, StorageError> {
        loop {
            if let Some(last) = self.last(pipe).await? {
                return Ok(last);
            }
            let origin = Item::origin(pipe, Epoch(fastrand::u64(..)), keep, now);
            if self.put(&origin).await? {
                return Ok(origin);
            }
        }
    }

    /// The last item, which is sure to be there for as long as an append takes.
    pub(crate) async fn firm_last(&self, pipe: &str, keep: Duration, now: i64) -> Result<Item, StorageError> {
        loop {
            let last = self.last_or_origin(pipe, keep, now).await?;
            if last.expires_at * 1000 > now + TOO_OLD {
                return Ok(last);
            }
            self.renew(&last, expires_at(now, keep)).await?;
        }
    }
}
