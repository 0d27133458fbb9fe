use std::time::{Duration, SystemTime};

use tablecast_connections::Listener;

use super::reaction::{Outcome, Reaction, react};
use super::{Counts, Gateway, MAX_MESSAGE};
use crate::event::{Event, milliseconds};
use crate::subscribers::Delivery;

impl Gateway {
    /// All frames of one connection, in order, until it turns out that it takes no more: the outcome says why.
    pub(super) async fn serve(&self, events: &[Event], delivery: &Delivery, counts: &mut Counts) -> Outcome {
        let mut retries = 0;
        for &place in &delivery.events {
            match self.send(&delivery.listener, &events[place].text, &mut retries, counts).await {
                Outcome::Delivered => counts.delivered += 1,
                Outcome::TooLarge => counts.too_large += 1,
                end => return end,
            }
        }
        Outcome::Delivered
    }

    /// One frame; `retries` are counted over all frames of the connection.
    async fn send(&self, to: &Listener, frame: &str, retries: &mut u32, counts: &mut Counts) -> Outcome {
        if frame.len() > MAX_MESSAGE {
            return Outcome::TooLarge;
        }
        self.insist(to, retries, counts, || self.post(&to.id, frame)).await
    }

    /// Asks until there is an outcome. `ask` answers with a status, or with none if there was no answer.
    pub(super) async fn insist<Answer: Future<Output = Option<u16>>>(
        &self,
        on: &Listener,
        retries: &mut u32,
        counts: &mut Counts,
        ask: impl Fn() -> Answer,
    ) -> Outcome {
        loop {
            match react(ask().await, age(on), *retries, &self.limits) {
                Reaction::Done(outcome) => return outcome,
                Reaction::RetryAfter(wait) => tokio::time::sleep(wait).await,
            }
            *retries += 1;
            counts.retried += 1;
        }
    }
}

/// None at all if API Gateway's clock is ahead of ours.
fn age(listener: &Listener) -> Duration {
    let age = milliseconds(SystemTime::now()) - listener.connected_at;
    Duration::from_millis(age.try_into().unwrap_or_default())
}
