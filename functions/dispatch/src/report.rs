use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::Serialize;

use crate::batch::Batch;
use crate::event::milliseconds;
use crate::publish::Published;
use crate::push::Counts;

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

/// One line for each batch, and one more if operators are needed.
pub fn log(batch: &Batch, pushed: &Counts, published: &Published, started: SystemTime) {
    let now = SystemTime::now();
    tracing::info!(
        records = batch.records,
        events = batch.events.len(),
        rejected = batch.rejections.len(),
        unwanted = batch.unwanted,
        published = published.events,
        bus_retried = published.retried,
        bus_failures = published.failed.len(),
        connections = pushed.connections,
        deliveries = pushed.delivered,
        push_retried = pushed.retried,
        too_large = pushed.too_large,
        gone = pushed.gone,
        connecting = pushed.connecting,
        expired = pushed.expired,
        closed = pushed.closed,
        late = pushed.late,
        lag_ms = lag(batch, now),
        took_ms = milliseconds(now) - milliseconds(started),
        "batch dispatched"
    );
    log_losses(batch, pushed);
}

/// From the oldest change to now.
fn lag(batch: &Batch, now: SystemTime) -> Option<i64> {
    let times = batch.events.iter().filter_map(|event| event.time.to_millis().ok());
    times.min().map(|oldest| milliseconds(now) - oldest)
}

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
        tracing::warn!(left, "connections that miss events could not be closed: the next push tries again");
    }
}
