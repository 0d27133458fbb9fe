//! Appends events to the log. Nothing is sent that the log does not hold.

use tablecast_event_log::{Appended, Entry};
use tokio::time::{Instant, timeout_at};

use crate::batch::Batch;
use crate::dispatch::Dispatch;
use crate::error::DispatchError;

impl Dispatch {
    /// Appends the events, and adds their positions to them. Returns none if there are no events.
    pub(crate) async fn append(
        &self,
        batch: &mut Batch,
        until: Instant,
        now: i64,
    ) -> Result<Option<Appended>, DispatchError> {
        if batch.events.is_empty() {
            return Ok(None);
        }
        let entries: Vec<_> =
            batch.events.iter().map(|event| Entry { id: &event.id, text: &event.text }).collect();
        let keep = self.sources.keep(&batch.pipe);
        let appending = self.logs.append(&batch.pipe, &entries, keep, now);
        let appended = timeout_at(until, appending).await.map_err(|_| DispatchError::AppendTimedOut)??;
        for (event, position) in batch.events.iter_mut().zip(&appended.positions) {
            event.add_position(*position);
        }
        Ok(Some(appended))
    }
}
