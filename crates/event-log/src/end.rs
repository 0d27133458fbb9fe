use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_protocol::{Epoch, Position};

use crate::item::{Item, expires_at};
use crate::logs::Logs;

impl Logs {
    /// Returns the last position of a log. Creates the log if there is none.
    ///
    /// Only the last item holds this position, so the item lives for at least half the time that events are
    /// kept. The time `keep` is that of the pipe file, and `now` is in milliseconds since the epoch.
    pub async fn end(&self, pipe: &str, keep: Duration, now: i64) -> Result<Position, StorageError> {
        Ok(self.last_item(pipe, keep, now).await?.end_position())
    }

    /// Returns the last item, in the first half of its life, so that it does not expire during an append.
    pub(crate) async fn last_item(&self, pipe: &str, keep: Duration, now: i64) -> Result<Item, StorageError> {
        let full_life = expires_at(now, keep);
        let half = (full_life - now / 1000) / 2;
        loop {
            match self.last(pipe).await? {
                None => _ = self.put(&Item::origin(pipe, Epoch(fastrand::u64(..)), keep, now)).await?,
                Some(last) if last.expires_at < now / 1000 + half => {
                    _ = self.extend(&last, full_life).await?
                }
                Some(last) => return Ok(last),
            }
        }
    }
}
