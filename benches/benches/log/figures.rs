use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use crate::events::BATCH;
use tablecast_benches::dynamodb::Counts;

/// A batch that is in the logs.
#[derive(Debug)]
pub struct Batch {
    pub ended: Instant,
    pub took: Duration,
    /// Appends that failed, and were made again.
    pub failures: usize,
}

/// The right part of a row.
pub struct Figures {
    events_a_second: f64,
    p50: Duration,
    p99: Duration,
    failures: usize,
    /// For each 1,000 events.
    counts: [f64; 4],
}

impl Figures {
    pub const HEADER: &str = "\
| dispatchers | channels | load | pushes, ms | events/s | p50, ms | p99, ms | write units | read units | failed writes | throttled | failed appends |
|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// The figures of batches, the quickest first. Batches that end later count in everything but the events of a second.
    pub fn of(batches: &[Batch], until: Instant, time: Duration, counts: Counts) -> Self {
        let in_time = batches.iter().filter(|batch| batch.ended <= until).count();
        let thousands = (batches.len() * BATCH) as f64 / 1000.0;
        let quantile = |share: usize| batches[(batches.len() * share / 100).min(batches.len() - 1)].took;
        let Counts { write_units, read_units, failed_writes, throttled } = counts;
        Self {
            events_a_second: (in_time * BATCH) as f64 / time.as_secs_f64(),
            p50: quantile(50),
            p99: quantile(99),
            failures: batches.iter().map(|batch| batch.failures).sum(),
            counts: [write_units, read_units, failed_writes, throttled].map(|count| count as f64 / thousands),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { events_a_second, p50, p99, failures, counts } = self;
        write!(out, "{events_a_second:.0} | {} | {}", p50.as_millis(), p99.as_millis())?;
        counts.iter().try_for_each(|count| write!(out, " | {count:.1}"))?;
        write!(out, " | {failures}")
    }
}
