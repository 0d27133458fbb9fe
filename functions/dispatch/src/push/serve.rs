use std::time::{Duration, SystemTime};

use tablecast_connections::Listener;

use super::reaction::{Outcome, Reaction, react};
use super::{Counts, Gateway, MAX_MESSAGE};
use crate::event::{Event, milliseconds};
use crate::subscribers::Delivery;

impl Gateway {
    /// All frames of one connection, in order, until it turns out that it takes no more.
    pub(super) async fn serve(&self, events: &[Event], delivery: &Delivery, counts: &mut Counts) {
        let listener = &delivery.listener;
        let mut retries = 0;
        for &place in &delivery.events {
            match self.send(listener, &events[place].text, &mut retries, counts).await {
                Outcome::Delivered => counts.delivered += 1,
                Outcome::TooLarge => counts.too_large += 1,
                Outcome::Gone => return self.part(listener, &mut counts.gone).await,
                Outcome::Unreachable => return self.send_away(listener, counts).await,
                Outcome::Refused => return counts.refused += 1,
            }
        }
    }

    /// One frame; `retries` are counted over all frames of the connection.
    async fn send(&self, to: &Listener, frame: &str, retries: &mut u32, counts: &mut Counts) -> Outcome {
        if frame.len() > MAX_MESSAGE {
            return Outcome::TooLarge;
        }
        loop {
            let status = self.post(&to.id, frame).await;
            match react(status, age(to), *retries, &self.limits) {
                Reaction::Done(outcome) => return outcome,
                Reaction::RetryAfter(wait) => tokio::time::sleep(wait).await,
            }
            *retries += 1;
            counts.retried += 1;
        }
    }

    async fn send_away(&self, listener: &Listener, counts: &mut Counts) {
        let connection = &listener.id;
        tracing::warn!(
            connection,
            "a connection takes no more frames: closed, so that its client comes back"
        );
        self.close(connection).await;
        self.part(listener, &mut counts.closed).await;
    }

    async fn part(&self, listener: &Listener, count: &mut usize) {
        *count += 1;
        self.forget(listener).await;
    }
}

/// None at all if API Gateway's clock is ahead of ours.
fn age(listener: &Listener) -> Duration {
    let age = milliseconds(SystemTime::now()) - listener.connected_at;
    Duration::from_millis(age.try_into().unwrap_or_default())
}
