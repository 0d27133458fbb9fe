mod losses;
mod metrics;

use std::collections::BTreeSet;
use std::time::SystemTime;

use tablecast_protocol::element::BatchResponse;
use tablecast_telemetry::Metrics;

use crate::batch::Batch;
use crate::delivered::Delivered;
use crate::event::Event;
use crate::failure::DispatchError;

/// The response to the pipe, and the metrics of the alarms.
#[derive(Debug)]
pub struct Report {
    pub response: Result<BatchResponse, DispatchError>,
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
                Self { response: Ok(response(batch, delivered)), metrics }
            }
            Err(error) => Self { metrics: metrics::of_failed(&batch, &error), response: Err(error) },
        }
    }

    /// Adds the number of damaged items that were read.
    pub fn with_damaged(self, items: usize) -> Self {
        Self { metrics: self.metrics.count("DamagedItems", items), ..self }
    }
}

/// Names each record once, even if several of its steps failed.
fn response(batch: Batch, delivered: Delivered) -> BatchResponse {
    let failed_sources = delivered.failed_sources();
    let is_again = |event: &Event| failed_sources.contains(&*event.source);
    let again = batch.events.into_iter().filter(is_again).chain(batch.withdrawn);
    let again: BTreeSet<String> = again.map(|event| event.record).collect();
    let failed = [batch.invalid, batch.deferred, delivered.published.failed, delivered.not_stored, again];
    BatchResponse::of_failed(failed.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests;
