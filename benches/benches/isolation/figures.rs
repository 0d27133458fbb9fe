use std::fmt;
use std::time::Duration;

/// How many events took how many milliseconds.
#[derive(Debug, Default)]
pub struct Latencies(Vec<usize>);

impl Latencies {
    pub fn add(&mut self, latency: Duration) {
        let milliseconds = latency.as_millis() as usize;
        if self.0.len() <= milliseconds {
            self.0.resize(milliseconds + 1, 0);
        }
        self.0[milliseconds] += 1;
    }

    pub fn count(&self) -> usize {
        self.0.iter().sum()
    }

    /// The milliseconds that this percentage of the events needed at most.
    pub fn quantile(&self, percent: usize) -> usize {
        let rank = (self.count() * percent / 100).min(self.count().saturating_sub(1));
        let mut sum = 0;
        let reached = self.0.iter().position(|count| {
            sum += count;
            sum > rank
        });
        reached.unwrap_or_default()
    }
}

const UNKNOWN: &str = "without bound";

/// The right part of a row.
#[derive(Debug)]
pub struct Figures {
    pub tenants: Latencies,
    /// Events of the tenants that did not arrive.
    pub tenants_missing: usize,
    pub crowd: Latencies,
    /// Events that did not arrive at the clients of the crowd.
    pub crowd_missing: usize,
    /// From the end of the load until the crowd has everything, or until the measurement ends.
    pub behind: Duration,
    pub lost: usize,
    pub disordered: usize,
    pub closed: usize,
    pub posts: usize,
    pub throttled: usize,
    pub crowd_posts: usize,
    pub again: usize,
    /// Of `fanout`.
    pub invocations: usize,
    pub database: tablecast_benches::dynamodb::Counts,
}

impl Figures {
    pub const HEADER: &str = "\
| listeners | changes/s | protocol | clients | tenants p50, ms | p99, ms | p99 beside p99 alone | missing | crowd p50, ms | p99, ms | slowest, ms | has all after, s | missing | lost | out of order | again | closed | posts | 429 | workers | posts for each event and client | read units | throttled reads and writes |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// The cells, beside the p99 of the tenants alone.
    pub fn beside(&self, alone: usize) -> impl fmt::Display {
        let p99 = self.tenants.quantile(99);
        let ratio = p99 as f64 / alone as f64;
        // If one of a hundred did not arrive, nobody knows the p99.
        let (p99, ratio) = match self.tenants_missing * 100 > self.tenants.count() {
            true => (UNKNOWN.to_owned(), UNKNOWN.to_owned()),
            false => (p99.to_string(), format!("{ratio:.1}")),
        };
        let (p50, missing) = (self.tenants.quantile(50), self.tenants_missing);
        let tenants = format!("{p50} | {p99} | {ratio} | {missing}");
        let Self { lost, disordered, again, closed, posts, throttled, invocations, .. } = self;
        format!(
            "{tenants} | {} | {lost} | {disordered} | {again} | {closed} | {posts} | {throttled} | {invocations} | {} | {} | {}",
            self.crowd(),
            self.coalescing(),
            self.database.read_units,
            self.database.throttled,
        )
    }

    fn crowd(&self) -> String {
        if self.crowd.count() + self.crowd_missing == 0 {
            return " |  |  |  | ".to_owned();
        }
        let [p50, p99, slowest] = [50, 99, 100].map(|percent| self.crowd.quantile(percent));
        let more = if self.crowd_missing > 0 { "> " } else { "" };
        format!("{p50} | {p99} | {slowest} | {more}{:.1} | {}", self.behind.as_secs_f64(), self.crowd_missing)
    }

    fn coalescing(&self) -> String {
        match self.crowd.count() {
            0 => String::new(),
            events => format!("{:.2}", self.crowd_posts as f64 / events as f64),
        }
    }
}
