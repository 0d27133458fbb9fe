use tablecast_aws::StorageError;
use tablecast_telemetry::Metrics;

use crate::served::{Served, Stop};
use crate::sweep::Swept;

/// The metrics of an invocation, and why it failed.
#[derive(Debug)]
pub struct Report {
    pub metrics: Metrics,
    pub result: Result<(), StorageError>,
}

impl Report {
    /// docs/reference/metrics.md describes them. The line names the channel, which is no dimension.
    pub(crate) fn of_worker(source: &str, part: usize, served: Served) -> Self {
        let Served { counts, stop, .. } = &served;
        if *stop == Some(Stop::Lost) {
            tracing::info!(channel = source, part, "another worker serves this part now");
        }
        let metrics = Metrics::of_function("fanout", "channel served")
            .text("channel", source)
            .property("part", part)
            .count("Delivered", counts.delivered)
            .count("Frames", served.frames)
            .count("Gone", counts.gone)
            .count("Expired", counts.expired)
            .count("Closed", counts.closed)
            .count("TooLarge", counts.too_large)
            .count("Refused", counts.refused)
            .count("TimedOut", counts.timed_out)
            .count("Unclosed", counts.unclosed)
            .count("Throttled", served.throttled)
            .count("Outage", served.has_outage.into())
            .count("Gaps", served.gaps)
            .count("Informed", served.informed)
            .count("NotStarted", served.not_started)
            .property("connecting", counts.connecting)
            .milliseconds("FanOutLag", served.lag);
        Self { metrics, result: served.error.map_or(Ok(()), Err) }
    }

    pub(crate) fn of_sweep(swept: Swept) -> Self {
        let Swept { runs, started, not_started, unread, error } = swept;
        let metrics = Metrics::of_function("fanout", "swept")
            .count("FannedOut", runs)
            .count("Started", started)
            .count("NotStarted", not_started)
            .count("NotSwept", unread as usize);
        Self { metrics, result: error.map_or(Ok(()), Err) }
    }

    /// Adds the number of damaged items that were read.
    pub(crate) fn with_damaged(self, items: usize) -> Self {
        Self { metrics: self.metrics.count("DamagedItems", items), ..self }
    }
}
