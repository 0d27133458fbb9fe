use crate::batch::Batch;
use crate::failed_channel::FailedChannel;
use tablecast_push::Counts;

/// Channels to name in one batch. An outage of the table would fill the log.
const NAMED: usize = 20;

/// Logs which channels failed, and why.
pub fn log_channels(pipe: &str, failed: &[FailedChannel]) {
    for FailedChannel { source, error } in failed.iter().take(NAMED) {
        tracing::error!(pipe, source, %error, "the log of a channel failed: the pipe sends its records again");
    }
    let unnamed = failed.len().saturating_sub(NAMED);
    if unnamed > 0 {
        tracing::error!(
            pipe,
            unnamed,
            "the logs of more channels failed: the pipe sends their records again"
        );
    }
}

/// Logs one line for each kind of loss, so that operators can act.
pub fn log(batch: &Batch, pushed: &Counts) {
    if !batch.deferred.is_empty() {
        let deferred = batch.deferred.len();
        tracing::info!(
            deferred,
            "the batch is larger than a response of enrich: the pipe sends these records again"
        );
    }
    let Counts { too_large, refused, timed_out, unclosed, suspended, unstopped, .. } = *pushed;
    if too_large > 0 {
        let largest = batch.events.iter().max_by_key(|event| event.text.len());
        let (event_id, bytes) = largest.map(|event| (&event.record, event.text.len())).unzip();
        tracing::warn!(
            too_large,
            event_id,
            bytes,
            "sent notices in place of events over 128 KB: make the largest smaller"
        );
    }
    if refused > 0 {
        let message =
            "API Gateway refuses @connections: check the function's permission and MANAGEMENT_ENDPOINT";
        tracing::error!(refused, message);
    }
    if timed_out > 0 {
        tracing::warn!(timed_out, "could not push to all connections in time: their clients must reconnect");
    }
    if unclosed > 0 {
        let message = "could not close connections that missed events: they receive no more, and close at their next message";
        tracing::warn!(unclosed, message);
    }
    if suspended > 0 {
        let message =
            "kept connections that missed events: they receive no more until their clients reconnect";
        tracing::warn!(suspended, message);
    }
    if unstopped > 0 {
        let message =
            "could neither close nor suspend connections that missed events: the pipe retries the batch";
        tracing::error!(unstopped, message);
    }
}
