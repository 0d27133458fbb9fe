use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::Serialize;
use tablecast_protocol::milliseconds;
use tablecast_telemetry::Metrics;

use crate::append::LogError;
use crate::batch::Batch;
use crate::publish::Published;
use crate::push::Counts;
use crate::subscribers::LookUpError;

/// EventBridge Pipes' partial batch failure: which records must come again.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    pub batch_item_failures: Vec<Failure>,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The record's eventID.
    pub item_identifier: String,
}

impl Response {
    /// Each record once, whatever it failed at.
    pub fn of(batch: Batch, published: Published, not_kept: BTreeSet<String>) -> Self {
        let failed: BTreeSet<String> =
            [batch.unreadable, published.failed, not_kept].into_iter().flatten().collect();
        let failures = failed.into_iter().map(|item_identifier| Failure { item_identifier });
        Self { batch_item_failures: failures.collect() }
    }
}

/// Why nothing of a batch was sent.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    LookUp(#[from] LookUpError),
}

impl Failed {
    /// What is told in the log of the function, and the metric that counts it.
    fn told(&self) -> (&'static str, &'static str) {
        match self {
            Self::Log(_) => ("the events of a batch are not in the log: it comes again", "LogFailures"),
            Self::LookUp(_) => {
                ("the subscribers of a batch could not be read: it comes again", "LookUpFailures")
            }
        }
    }
}

/// What became of a batch: the answer to the pipe, and what the alarms stand on.
#[derive(Debug)]
pub struct Report {
    pub answer: Result<Response, Failed>,
    pub metrics: Metrics,
}

impl Report {
    pub fn of_dispatched(
        batch: Batch,
        pushed: Counts,
        published: Published,
        not_kept: BTreeSet<String>,
        started: SystemTime,
    ) -> Self {
        log_losses(&batch, &pushed);
        let metrics = metrics(&batch, &pushed, &published, started);
        Self { answer: Ok(Response::of(batch, published, not_kept)), metrics }
    }

    /// Its records come again, and are counted then.
    pub fn of_failed(batch: &Batch, failed: Failed) -> Self {
        let (message, name) = failed.told();
        let metrics = Metrics::of_pipe(&batch.pipe, message).count(name, 1);
        Self { answer: Err(failed), metrics }
    }
}

fn metrics(batch: &Batch, pushed: &Counts, published: &Published, started: SystemTime) -> Metrics {
    let now = SystemTime::now();
    let metrics = Metrics::of_pipe(&batch.pipe, "batch dispatched")
        .count("Records", batch.records)
        .count("Events", batch.events.len())
        .count("Unwanted", batch.unwanted)
        .count("Rejected", batch.rejections.len())
        .property("unreadable", batch.unreadable.len())
        .count("Published", published.events)
        .count("BusRetried", published.retried)
        .count("BusFailures", published.failed.len())
        .property("connections", pushed.connections)
        .count("Delivered", pushed.delivered)
        .count("PushRetried", pushed.retried)
        .count("Gone", pushed.gone)
        .property("connecting", pushed.connecting)
        .count("Expired", pushed.expired)
        .count("Closed", pushed.closed)
        .count("TooLarge", pushed.too_large)
        .count("Refused", pushed.refused)
        .count("Late", pushed.late)
        .count("Left", pushed.left)
        .count("LogFailures", 0)
        .count("LookUpFailures", 0)
        .milliseconds("Duration", elapsed(milliseconds(started), now));
    match oldest(batch) {
        Some(change) => metrics.milliseconds("Lag", elapsed(change, now)),
        None => metrics,
    }
}

/// The oldest change of the batch, in milliseconds since the epoch.
fn oldest(batch: &Batch) -> Option<i64> {
    batch.events.iter().filter_map(|event| event.time.to_millis().ok()).min()
}

/// None at all if the clock that told `since` is ahead of ours.
fn elapsed(since: i64, now: SystemTime) -> u64 {
    (milliseconds(now) - since).try_into().unwrap_or_default()
}

/// One more line for each kind of loss, because operators are needed, or something is to be known.
fn log_losses(batch: &Batch, pushed: &Counts) {
    let Counts { too_large, refused, late, left, .. } = pushed;
    if *too_large > 0 {
        let largest = batch.events.iter().max_by_key(|event| event.text.len());
        let (event_id, bytes) = largest.map(|event| (&event.record, event.text.len())).unzip();
        tracing::warn!(
            too_large,
            event_id,
            bytes,
            "events over API Gateway's 128 KB were only named to their listeners: the largest is"
        );
    }
    if *refused > 0 {
        tracing::error!(
            refused,
            "API Gateway refuses @connections: check its permission and MANAGEMENT_ENDPOINT"
        );
    }
    if *late > 0 {
        tracing::warn!(
            late,
            "connections were not served in time: to be closed, so that their clients come back"
        );
    }
    if *left > 0 {
        tracing::warn!(
            left,
            "connections that miss events could not be closed: they get no more, and are closed when they say something"
        );
    }
}

#[cfg(test)]
mod tests;
