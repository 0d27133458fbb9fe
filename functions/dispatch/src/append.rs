//! To the log: nothing is sent that is not in it.

use std::time::SystemTime;

use tablecast_aws::milliseconds;
use tablecast_event_log::{AppendError, Appended, Entry};
use tokio::time::{Instant, timeout_at};

use crate::Dispatch;
use crate::batch::Batch;

/// Why the log does not have all events of a batch: nothing may be sent, and the batch comes again.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error(
        "the events were not appended in time: see the latency of the log's table, and the function's timeout"
    )]
    Late,
}

impl Dispatch {
    /// Nothing if there is nothing to append.
    pub(crate) async fn append(
        &self,
        batch: &Batch,
        until: Instant,
        started: SystemTime,
    ) -> Result<Option<Appended>, LogError> {
        if batch.events.is_empty() {
            return Ok(None);
        }
        let entries: Vec<_> =
            batch.events.iter().map(|event| Entry { id: &event.id, text: &event.text }).collect();
        let keep = self.sources.keep(&batch.pipe);
        let appending = self.logs.append(&batch.pipe, &entries, keep, milliseconds(started));
        let appended = timeout_at(until, appending).await.map_err(|_| LogError::Late)?;
        Ok(Some(appended?))
    }
}

/// The events say where they are in the log.
pub fn place(batch: Batch, appended: Option<Appended>) -> (Batch, Option<Appended>) {
    let positions = appended.iter().flat_map(|appended| &appended.positions);
    let events = batch.events.into_iter().zip(positions);
    let events = events.map(|(event, position)| event.placed(*position)).collect();
    (Batch { events, ..batch }, appended)
}
