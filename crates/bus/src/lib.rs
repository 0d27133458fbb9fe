//! Publishes events on an EventBridge bus. A 200 is not success: each entry has its own result.
//!
//! # Layout
//! - `entry`: an event as an entry of PutEvents, and the entries of one request
//! - `state`: the state of an entry; `result`: the states that a response gives the entries
//! - `existence`: whether the bus exists

mod entry;
mod existence;
mod result;
mod state;

use std::sync::Mutex;
use std::time::Duration;

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::config::retry::RetryConfig;
use aws_sdk_eventbridge::config::timeout::TimeoutConfig;
pub use aws_sdk_eventbridge::primitives::{DateTime, DateTimeFormat};
use futures_util::{StreamExt, stream};
use tablecast_aws::{RetryPolicy, SdkConfig};
use tablecast_protocol::event::MAX_BUS_BYTES;
use tokio::time::{Instant, timeout_at};

pub use entry::Entry;
use state::State;

/// Requests at once. EventBridge does not keep the order; consumers restore it by `sequence`.
const REQUESTS: usize = 4;

/// The limits of one PutEvents request.
pub const RETRY_POLICY: RetryPolicy =
    RetryPolicy { attempt_timeout: Duration::from_secs(3), retries: 3, backoff: Duration::from_millis(100) };

pub struct Bus {
    client: Client,
    name: String,
    policy: RetryPolicy,
    max_bytes: usize,
    /// When EventBridge was last asked if the bus exists.
    checked: Mutex<Option<Instant>>,
}

/// The result of publishing events.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// The indexes of the events that EventBridge did not confirm.
    pub failed: Vec<usize>,
    /// Entries that were sent again.
    pub retried: usize,
}

impl Bus {
    /// Disables the SDK's retries: the policy applies to requests and to entries alike, within the deadline.
    pub fn new(aws: &SdkConfig, name: String, policy: RetryPolicy) -> Self {
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(policy.attempt_timeout).build();
        let config = aws_sdk_eventbridge::config::Builder::from(aws);
        let config = config.retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        let client = Client::from_conf(config.build());
        Self { client, name, policy, max_bytes: MAX_BUS_BYTES, checked: Mutex::default() }
    }

    /// The same bus with another limit for the bytes of a request.
    pub fn with_limit(self, max_bytes: usize) -> Self {
        Self { max_bytes, ..self }
    }

    /// If the bus does not exist, every event has failed, also those that EventBridge accepted.
    pub async fn publish(&self, events: &[Entry<'_>], until: Instant) -> Published {
        if events.is_empty() {
            return Published::default();
        }
        let mut states: Vec<State> = events.iter().map(|entry| entry.check(self.max_bytes)).collect();
        let mut retried = 0;
        // At the deadline, entries without a result have failed.
        let putting = timeout_at(until, self.put_all(events, &mut states, &mut retried));
        let (exists, _) = tokio::join!(self.exists(until), putting);
        self.report_pending(&states);
        if !exists {
            states.fill(State::Failed);
        }
        let failed = (0..events.len()).filter(|at| states[*at] != State::Published).collect();
        Published { failed, retried }
    }

    /// Entries without a result may have no line of their own, because their request did not end.
    fn report_pending(&self, states: &[State]) {
        let entries = states.iter().filter(|state| **state == State::Pending).count();
        if entries > 0 {
            tracing::warn!(
                bus = self.name,
                entries,
                "the bus did not accept events in time, or at any attempt: the pipe sends their records again"
            );
        }
    }

    async fn put_all(&self, events: &[Entry<'_>], states: &mut [State], retried: &mut usize) {
        for round in 0..=self.policy.retries {
            let pending: Vec<usize> = (0..events.len()).filter(|at| states[*at] == State::Pending).collect();
            if pending.is_empty() {
                return;
            }
            if round > 0 {
                *retried += pending.len();
                tokio::time::sleep(self.policy.wait(round - 1)).await;
            }
            self.put_chunks(events, entry::chunks(events, pending, self.max_bytes), states).await;
        }
    }

    async fn put_chunks(&self, events: &[Entry<'_>], chunks: Vec<Vec<usize>>, states: &mut [State]) {
        let requests = stream::iter(chunks).map(|chunk| self.put(events, chunk));
        let mut responses = requests.buffer_unordered(REQUESTS);
        while let Some((chunk, results)) = responses.next().await {
            for (index, state) in chunk.into_iter().zip(results) {
                states[index] = state;
            }
        }
    }

    async fn put(&self, events: &[Entry<'_>], chunk: Vec<usize>) -> (Vec<usize>, Vec<State>) {
        let entries: Vec<&Entry<'_>> = chunk.iter().map(|index| &events[*index]).collect();
        let requested = entries.iter().map(|entry| entry.on(&self.name)).collect();
        let response = self.client.put_events().set_entries(Some(requested)).send().await;
        let states = match response {
            Ok(response) => result::of_entries(&entries, &response),
            Err(error) => vec![result::of_request(&error); chunk.len()],
        };
        (chunk, states)
    }
}
