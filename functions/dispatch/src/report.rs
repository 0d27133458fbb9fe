mod losses;
mod metrics;

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::Serialize;
use tablecast_event_log::AppendError;
use tablecast_telemetry::Metrics;

use crate::batch::Batch;
use crate::delivered::Delivered;
use crate::error::DispatchError;

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
                losses::log(&batch, &delivered.pushed);
                let metrics = metrics::of(&batch, &delivered, started);
                Self { response: Ok(Response::new(batch, delivered)), metrics }
            }
            Err(error) => {
                let (message, metric) = failure(&error);
                let clock_skew = matches!(error, DispatchError::Append(AppendError::ClockSkew { .. }));
                let metrics = Metrics::of_pipe(&batch.pipe, message).count(metric, 1);
                let metrics = metrics.count("ClockSkew", clock_skew.into());
                Self { metrics, response: Err(error) }
            }
        }
    }

    /// Adds the number of damaged items of the log that were read.
    pub fn with_damaged(self, items: usize) -> Self {
        Self { metrics: self.metrics.count("DamagedItems", items), ..self }
    }
}

impl Response {
    /// Each record once, even if several of its steps failed. If later events could reach a connection that
    /// missed some, the whole batch is sent again: the gap would be silent.
    fn new(batch: Batch, delivered: Delivered) -> Self {
        let unsent = batch.events.into_iter().filter(|_| delivered.pushed.unstopped > 0);
        let unsent = unsent.map(|event| event.record).collect();
        let failed =
            [batch.invalid, batch.deferred, delivered.published.failed, delivered.not_stored, unsent];
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

#[cfg(test)]
mod tests;
