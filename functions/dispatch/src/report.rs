mod losses;
mod metrics;

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::Serialize;
use tablecast_telemetry::Metrics;

use crate::batch::Batch;
use crate::delivered::Delivered;
use crate::event::Event;
use crate::failure::DispatchError;

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
    pub fn new(batch: Batch, delivered: Result<Delivered, DispatchError>, started: SystemTime) -> Self {
        losses::log_channels(&batch, &batch.failed);
        match delivered {
            Ok(delivered) => {
                losses::log_channels(&batch, &delivered.unrecorded);
                losses::log_channels(&batch, &delivered.pushed.failed);
                losses::log(&batch, &delivered.pushed.inline);
                let metrics = metrics::of(&batch, &delivered, started);
                Self { response: Ok(Response::new(batch, delivered)), metrics }
            }
            Err(error) => Self { metrics: metrics::of_failed(&batch, &error), response: Err(error) },
        }
    }

    /// Adds the number of damaged items that were read.
    pub fn with_damaged(self, items: usize) -> Self {
        Self { metrics: self.metrics.count("DamagedItems", items), ..self }
    }
}

impl Response {
    /// Each record once, even if several of its steps failed.
    fn new(batch: Batch, delivered: Delivered) -> Self {
        let failed_sources = delivered.failed_sources();
        let is_again = |event: &Event| failed_sources.contains(&*event.source);
        let again = batch.events.into_iter().filter(is_again).chain(batch.withdrawn);
        let again = again.map(|event| event.record).collect();
        let failed = [batch.invalid, batch.deferred, delivered.published.failed, delivered.not_stored, again];
        let failed: BTreeSet<String> = failed.into_iter().flatten().collect();
        let failures = failed.into_iter().map(|item_identifier| Failure { item_identifier });
        Self { batch_item_failures: failures.collect() }
    }
}

#[cfg(test)]
mod tests;
