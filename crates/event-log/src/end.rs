use std::time::Duration;

use tablecast_protocol::{Epoch, Position};

use crate::item::{Item, expires_at};
use crate::{Logs, StorageError};

impl Logs {
    /// The last position of a log, which begins with this if there is none. Nothing else remembers it, so it stays
    /// for half as long as events are kept, at least. `keep`: as the pipe file says; `now`: milliseconds since the epoch.
    pub async fn end(&self, pipe: &str, keep: Duration, now: i64) -> Result<Position, StorageError> {
        Ok(self.last_item(pipe, keep, now).await?.end_position())
    }

    /// The last item, in the first half of its life: it cannot expire under the hands of whoever appends after it.
    pub(crate) async fn last_item(&self, pipe: &str, keep: Duration, now: i64) -> Result<Item, StorageError> {
        let new_life = expires_at(now, keep);
        let half = (new_life - now / 1000) / 2;
        loop {
            match self.last(pipe).await? {
                None => _ = self.put(&Item::origin(pipe, Epoch(fastrand::u64(..)), keep, now)).await?,
                Some(last) if last.expires_at < now / 1000 + half => _ = self.renew(&last, new_life).await?,
                Some(last) => return Ok(last),
            }
        }
    }
}
