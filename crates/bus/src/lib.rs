//! Events on their way to the bus. A 200 of EventBridge is no success: every entry has a result of its own.
//!
//! # Layout
//! - `entry`: an event as the bus takes it, and how many go into a request
//! - `result`: what became of a request's entries
//! - `patience`: how long to wait, and how often to try again

mod entry;
mod patience;
mod result;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
pub use aws_sdk_eventbridge::primitives::{DateTime, DateTimeFormat};
use futures_util::{StreamExt, stream};
use tablecast_aws::{SdkConfig, wait};
use tokio::time::{Instant, timeout_at};

pub use entry::Entry;
pub use patience::Patience;
use result::State;

/// Requests at once. EventBridge promises no order; `sequence` gives it back.
const REQUESTS: usize = 4;

pub struct Bus {
    client: Client,
    name: String,
    patience: Patience,
}

/// What became of events on their way to the bus.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The places, in what was given, of those that are not known to have arrived.
    pub failed: Vec<usize>,
    /// Entries that were offered again.
    pub retried: usize,
}

impl Bus {
    /// Without the SDK's retries: entries and requests are tried again by the same rule, and within the deadline.
    pub fn new(aws: &SdkConfig, name: String, patience: Patience) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(patience.request).build();
        let config = aws_sdk_eventbridge::config::Builder::from(aws);
        let config = config.retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        Self { client: Client::from_conf(config.build()), name, patience }
    }

    pub async fn publish(&self, events: &[Entry<'_>], until: Instant) -> Published {
        let mut states: Vec<State> = events.iter().map(Entry::check).collect();
        let mut retried = 0;
        // What is not known to have arrived when the time is over has failed.
        let _ = timeout_at(until, self.offer_all(events, &mut states, &mut retried)).await;
        let failed = (0..events.len()).filter(|at| states[*at] != State::Published).collect();
        Published { failed, retried }
    }

    async fn offer_all(&self, events: &[Entry<'_>], states: &mut [State], retried: &mut usize) {
        for round in 0..self.patience.rounds {
            let pending: Vec<usize> = (0..events.len()).filter(|at| states[*at] == State::Pending).collect();
            if pending.is_empty() {
                return;
            }
            if round > 0 {
                *retried += pending.len();
                tokio::time::sleep(wait(self.patience.backoff, round - 1)).await;
            }
            self.offer(events, entry::chunks(events, pending), states).await;
        }
    }

    async fn offer(&self, events: &[Entry<'_>], chunks: Vec<Vec<usize>>, states: &mut [State]) {
        let requests = stream::iter(chunks).map(|chunk| self.put(events, chunk));
        let mut answers = requests.buffer_unordered(REQUESTS);
        while let Some((chunk, results)) = answers.next().await {
            for (place, state) in chunk.into_iter().zip(results) {
                states[place] = state;
            }
        }
    }

    async fn put(&self, events: &[Entry<'_>], chunk: Vec<usize>) -> (Vec<usize>, Vec<State>) {
        let entries = chunk.iter().map(|place| events[*place].on(&self.name));
        let answer = self.client.put_events().set_entries(Some(entries.collect())).send().await;
        let ids = chunk.iter().map(|place| events[*place].id);
        let states = match answer {
            Ok(answer) => result::of_entries(ids, answer.entries()),
            Err(error) => vec![result::of_request(&error); chunk.len()],
        };
        (chunk, states)
    }
}
