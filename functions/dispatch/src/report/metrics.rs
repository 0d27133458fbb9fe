//! The metrics of a batch. docs/reference/metrics.md describes them.

use std::time::SystemTime;

use tablecast_protocol::milliseconds;
use tablecast_telemetry::Metrics;

use crate::batch::Batch;
use crate::delivered::Delivered;
use crate::failure::DispatchError;
use crate::failure::FailedChannel;

pub fn of(batch: &Batch, delivered: &Delivered, started: SystemTime) -> Metrics {
    let Delivered { published, pushed, not_stored, unrecorded, late, undecided, .. } = delivered;
    let (inline, now) = (&pushed.inline, SystemTime::now());
    let metrics = Metrics::of_pipe(&batch.pipe, "batch dispatched")
        .count("Records", batch.records)
        .count("Events", batch.events.len() + batch.withdrawn.len())
        .count("Unmatched", batch.unmatched)
        .count("Rejected", batch.rejections.len())
        .count("Deferred", batch.deferred.len())
        .count("Published", published.events)
        .count("BusRetried", published.retried)
        .count("BusFailures", published.failed.len())
        .property("connections", inline.connections)
        .count("Delivered", inline.delivered)
        .count("Gone", inline.gone)
        .property("connecting", inline.connecting)
        .count("Expired", inline.expired)
        .count("TooLarge", inline.too_large)
        .count("Refused", inline.refused)
        .count("CutOff", inline.cut_off)
        .property("unclosed", inline.unclosed)
        .property("unserved", inline.unserved)
        .count("FannedOut", pushed.fanned_out)
        .count("HandedOver", pushed.handed_over)
        .count("StartFailures", pushed.start_failures)
        .count("HandOverFailures", pushed.failed.len())
        .count("Late", *late)
        .property("late_undecided", *undecided)
        .count("LogFailures", batch.failed.len() + unrecorded.len())
        .count("LookupFailures", 0)
        .count("ClockSkew", clock_skew(batch))
        // CloudWatch bills a metric in the hours in which it is emitted, and few pipes have these.
        .count_some("InvalidElements", batch.invalid.len())
        .count_some("NotStored", not_stored.len())
        .count_some("InvalidTraces", batch.invalid_traces.records)
        .milliseconds("PushDuration", pushed.time.as_millis().try_into().unwrap_or(u64::MAX))
        .milliseconds("Duration", elapsed(milliseconds(started), now));
    match oldest(batch) {
        Some(change) => metrics.milliseconds("Lag", elapsed(change, now)),
        None => metrics,
    }
}

/// The metrics of a batch that failed as a whole. Its records are counted when the pipe sends them again.
pub fn of_failed(batch: &Batch, error: &DispatchError) -> Metrics {
    let (message, lookup_failures) = match error {
        DispatchError::Append { .. } => {
            ("could not append the events to any log: the pipe retries the batch", 0)
        }
        DispatchError::Lookup(_) | DispatchError::LookupTimedOut => {
            ("could not read the subscribers: the pipe retries the batch", 1)
        }
    };
    Metrics::of_pipe(&batch.pipe, message)
        .count("LogFailures", batch.failed.len())
        .count("LookupFailures", lookup_failures)
        .count("ClockSkew", clock_skew(batch))
}

/// 1 if the clock of this process is wrong.
fn clock_skew(batch: &Batch) -> usize {
    batch.failed.iter().any(FailedChannel::has_wrong_clock).into()
}

/// The time of the batch's oldest change, in milliseconds since the epoch.
fn oldest(batch: &Batch) -> Option<i64> {
    batch.events.iter().chain(&batch.withdrawn).filter_map(|event| event.time.to_millis().ok()).min()
}

/// Zero if the other clock is ahead.
fn elapsed(since: i64, now: SystemTime) -> u64 {
    (milliseconds(now) - since).try_into().unwrap_or_default()
}
