use crate::batch::{Batch, InvalidTraces};
use crate::event::Event;
use crate::failure::FailedChannel;
use tablecast_push::InlineCounts;

/// Channels to name in one batch. An outage of the table would fill the log.
const NAMED: usize = 20;

/// Logs which channels failed, and why. Names the first event of each.
pub fn log_channels(batch: &Batch, failed: &[FailedChannel]) {
    let pipe = &*batch.pipe;
    for FailedChannel { source, error } in failed.iter().take(NAMED) {
        let first = batch.withdrawn.iter().chain(&batch.events).find(|event| event.source == *source);
        let (event_id, trace_id) = (first.map(|event| &*event.record), first.and_then(Event::trace_id));
        tracing::error!(pipe, source, event_id, trace_id, %error, "a channel failed: the pipe sends its records again");
    }
    let unnamed = failed.len().saturating_sub(NAMED);
    if unnamed > 0 {
        tracing::error!(pipe, unnamed, "more channels failed: the pipe sends their records again");
    }
}

fn log_traces(pipe: &str, invalid: &InvalidTraces) {
    if let Some((event_id, reason)) = &invalid.first {
        let records = invalid.records;
        let message = "the trace of records is not valid: their events are delivered without one";
        tracing::warn!(pipe, records, event_id, reason, message);
    }
}

/// Logs one line for each kind of loss, so that operators can act.
pub fn log(batch: &Batch, pushed: &InlineCounts) {
    if !batch.deferred.is_empty() {
        let deferred = batch.deferred.len();
        tracing::info!(
            deferred,
            "the batch is larger than a response of enrich: the pipe sends these records again"
        );
    }
    log_traces(&batch.pipe, &batch.invalid_traces);
    let InlineCounts { too_large, refused, unserved, ref error, .. } = *pushed;
    if too_large > 0 {
        let largest = batch.events.iter().max_by_key(|event| event.text.len());
        let (event_id, bytes) = largest.map(|event| (&event.record, event.text.len())).unzip();
        let trace_id = largest.and_then(Event::trace_id);
        tracing::warn!(
            too_large,
            event_id,
            trace_id,
            bytes,
            "sent notices in place of events over 128 KB: make the largest smaller"
        );
    }
    if refused > 0 {
        let message =
            "API Gateway refuses @connections: check the function's permission and MANAGEMENT_ENDPOINT";
        tracing::error!(refused, message);
    }
    if unserved > 0 {
        let error = error.as_deref().unwrap_or("no response in time");
        let message = "connections did not take their frames at once: fanout serves their channels";
        tracing::warn!(unserved, error, message);
    }
}
