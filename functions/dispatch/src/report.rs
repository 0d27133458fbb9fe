use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::Serialize;
use tablecast_protocol::milliseconds;
use tablecast_telemetry::Metrics;

use crate::batch::Batch;
use crate::error::DispatchError;
use crate::publish::Published;
use crate::push::Counts;

/// The partial batch failure of EventBridge Pipes: the records that the pipe must retry.
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

/// The results of the three deliveries.
#[derive(Debug, Default)]
pub struct Delivered {
    pub published: Published,
    pub pushed: Counts,
    /// eventIDs of the rejected records that were not stored.
    pub not_stored: BTreeSet<String>,
}

/// The response to the pipe, and the metrics of the alarms.
#[derive(Debug)]
pub struct Report {
    pub response: Result<Response, DispatchError>,
    pub metrics: Metrics,
}

impl Report {
    /// A batch that failed as a whole emits one metric. Its records are counted when the pipe retries them.
    pub fn new(batch: Batch, delivered: Result<Delivered, DispatchError>, started: SystemTime) -> Self {
        match delivered {
            Ok(delivered) => {
                log_losses(&batch, &delivered.pushed);
                let metrics = metrics(&batch, &delivered, started);
                Self { response: Ok(Response::new(batch, delivered)), metrics }
            }
            Err(error) => {
                let (message, metric) = failure(&error);
                Self {
                    metrics: Metrics::of_pipe(&batch.pipe, message).count(metric, 1),
                    response: Err(error),
                }
            }
        }
    }
}

impl Response {
    /// Each record once, even if several of its steps failed.
    fn new(batch: Batch, delivered: Delivered) -> Self {
        let failed = [batch.invalid, delivered.published.failed, delivered.not_stored];
        let failed: BTreeSet<String> = failed.into_iter().flatten().collect();
        let failures = failed.into_iter().map(|item_identifier| Failure { item_identifier });
        Self { batch_item_failures: failures.collect() }
    }
}

/// The log message and the metric of an error.
fn failure(error: &DispatchError) -> (&'static str, &'static str) {
    match error {
        DispatchError::Append(_) | DispatchError::AppendTimedOut => {
            ("could not append the events to the log: the pipe retries the batch", "LogFailures")
        }
        DispatchError::Lookup(_) | DispatchError::LookupTimedOut => {
            ("could not read the subscribers: the pipe retries the batch", "LookupFailures")
        }
    }
}

fn metrics(batch: &Batch, delivered: &Delivered, started: SystemTime) -> Metrics {
    let Delivered { published, pushed, .. } = delivered;
    let now = SystemTime::now();
    let metrics = Metrics::of_pipe(&batch.pipe, "batch dispatched")
        .count("Records", batch.records)
        .count("Events", batch.events.len())
        .count("Unmatched", batch.unmatched)
        .count("Rejected", batch.rejections.len())
        .property("invalid", batch.invalid.len())
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
        .count("TimedOut", pushed.timed_out)
        .count("Unclosed", pushed.unclosed)
        .count("LogFailures", 0)
        .count("LookupFailures", 0)
        .milliseconds("Duration", elapsed(milliseconds(started), now));
    match oldest(batch) {
        Some(change) => metrics.milliseconds("Lag", elapsed(change, now)),
        None => metrics,
    }
}

/// The time of the batch's oldest change, in milliseconds since the epoch.
fn oldest(batch: &Batch) -> Option<i64> {
    batch.events.iter().filter_map(|event| event.time.to_millis().ok()).min()
}

/// Zero if the other clock is ahead.
fn elapsed(since: i64, now: SystemTime) -> u64 {
    (milliseconds(now) - since).try_into().unwrap_or_default()
}

/// Logs one line for each kind of loss, so that operators can act.
fn log_losses(batch: &Batch, pushed: &Counts) {
    let Counts { too_large, refused, timed_out, unclosed, .. } = *pushed;
    if too_large > 0 {
        let largest = batch.events.iter().max_by_key(|event| event.text.len());
        let (event_id, bytes) = largest.map(|event| (&event.record, event.text.len())).unzip();
        tracing::warn!(
            too_large,
            event_id,
            bytes,
            "sent notices in place of events over 128 KB: the largest is"
        );
    }
    if refused > 0 {
        let message =
            "API Gateway refuses @connections: check the function's permission and MANAGEMENT_ENDPOINT";
        tracing::error!(refused, message);
    }
    if timed_out > 0 {
        tracing::warn!(timed_out, "did not serve connections in time: their clients must reconnect");
    }
    if unclosed > 0 {
        let message = "could not close connections that missed events: they receive no more, and close at their next message";
        tracing::warn!(unclosed, message);
    }
}

#[cfg(test)]
mod tests;
