//! To the bus. A 200 is no success: every entry has a result of its own.

mod entry;
mod result;

use std::collections::BTreeSet;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
use futures_util::{StreamExt, stream};
use tablecast_aws::SdkConfig;
use tokio::time::{Instant, timeout_at};

use crate::event::Event;
use crate::limits::Limits;
use result::State;

/// Requests at once. EventBridge promises no order; `sequence` gives it back.
const REQUESTS: usize = 4;

pub struct Bus {
    client: Client,
    name: String,
    limits: Limits,
}

/// What became of a batch's events on the bus.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub events: usize,
    /// Entries that were offered again.
    pub retried: usize,
    /// eventIDs of the records that must come again.
    pub failed: BTreeSet<String>,
}

impl Bus {
    /// Without the SDK's retries: entries and requests are tried again by the same rule, and within the deadline.
    pub fn new(aws: &SdkConfig, name: String, limits: Limits) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(limits.put).build();
        let config = aws_sdk_eventbridge::config::Builder::from(aws);
        let config = config.retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        Self { client: Client::from_conf(config.build()), name, limits }
    }

    pub async fn publish(&self, events: &[Event], until: Instant) -> Published {
        let mut states: Vec<State> = events.iter().map(entry::check).collect();
        let mut retried = 0;
        // What is not known to have arrived when the time is over has failed.
        let _ = timeout_at(until, self.offer_all(events, &mut states, &mut retried)).await;
        let failed = events.iter().zip(&states).filter(|(_, state)| **state != State::Published);
        Published {
            events: states.iter().filter(|state| **state == State::Published).count(),
            retried,
            failed: failed.map(|(event, _)| event.record.clone()).collect(),
        }
    }

    async fn offer_all(&self, events: &[Event], states: &mut [State], retried: &mut usize) {
        for round in 0..self.limits.rounds {
            let pending: Vec<usize> = (0..events.len()).filter(|at| states[*at] == State::Pending).collect();
            if pending.is_empty() {
                return;
            }
            if round > 0 {
                *retried += pending.len();
                tokio::time::sleep(self.limits.wait(round - 1)).await;
            }
            self.offer(events, entry::chunks(events, pending), states).await;
        }
    }

    async fn offer(&self, events: &[Event], chunks: Vec<Vec<usize>>, states: &mut [State]) {
        let requests = stream::iter(chunks).map(|chunk| self.put(events, chunk));
        let mut answers = requests.buffer_unordered(REQUESTS);
        while let Some((chunk, results)) = answers.next().await {
            for (place, state) in chunk.into_iter().zip(results) {
                states[place] = state;
            }
        }
    }

    async fn put(&self, events: &[Event], chunk: Vec<usize>) -> (Vec<usize>, Vec<State>) {
        let entries = chunk.iter().map(|place| entry::entry(&events[*place], &self.name));
        let answer = self.client.put_events().set_entries(Some(entries.collect())).send().await;
        let records = chunk.iter().map(|place| events[*place].record.as_str());
        let states = match answer {
            Ok(answer) => result::of_entries(records, answer.entries()),
            Err(error) => vec![result::of_request(&error); chunk.len()],
        };
        (chunk, states)
    }
}
