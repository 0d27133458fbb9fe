use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use tablecast_connections::Listener;
use tablecast_protocol::{MESSAGE_BYTES, frames, milliseconds, notice};

use super::reaction::{Outcome, Reaction, react};
use super::{Counts, Gateway};
use crate::event::Event;
use crate::subscribers::Delivery;

impl Gateway {
    /// All events of one connection, in order, until it turns out that it takes no more: the outcome says why.
    pub(super) async fn serve(&self, events: &[Event], delivery: &Delivery, counts: &mut Counts) -> Outcome {
        let to = &delivery.listener;
        let texts = texts(events, delivery, counts);
        let texts: Vec<&str> = texts.iter().map(Cow::as_ref).collect();
        let mut retries = 0;
        for frame in frames(to.protocol, &texts) {
            let sent = match self.send(to, &frame.text, &mut retries, counts).await {
                Outcome::TooLarge => {
                    let events = delivery.events[frame.events.clone()].iter().map(|place| &events[*place]);
                    self.replace(to, events, &mut retries, counts).await
                }
                outcome => outcome,
            };
            match sent {
                Outcome::Delivered => counts.delivered += frame.events.len(),
                end => return end,
            }
        }
        Outcome::Delivered
    }

    /// What API Gateway finds too large, although it should not be, is named instead.
    async fn replace<'e>(
        &self,
        to: &Listener,
        events: impl Iterator<Item = &'e Event>,
        retries: &mut u32,
        counts: &mut Counts,
    ) -> Outcome {
        for event in events {
            counts.too_large += 1;
            let notice = to.protocol.frame(notice(&event.text));
            match self.send(to, &notice, retries, counts).await {
                Outcome::Delivered | Outcome::TooLarge => {}
                end => return end,
            }
        }
        Outcome::Delivered
    }

    /// One frame; `retries` are counted over all frames of the connection.
    async fn send(&self, to: &Listener, frame: &str, retries: &mut u32, counts: &mut Counts) -> Outcome {
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

/// The events' own texts; in the place of what no message holds, what names it.
fn texts<'e>(events: &'e [Event], delivery: &Delivery, counts: &mut Counts) -> Vec<Cow<'e, str>> {
    let room = MESSAGE_BYTES - delivery.listener.protocol.overhead();
    let text = |place: &usize| match &events[*place] {
        event if event.text.len() <= room => Cow::Borrowed(&*event.text),
        event => {
            counts.too_large += 1;
            Cow::Owned(notice(&event.text))
        }
    };
    delivery.events.iter().map(text).collect()
}

/// None at all if API Gateway's clock is ahead of ours.
fn age(listener: &Listener) -> Duration {
    let age = milliseconds(SystemTime::now()) - listener.connected_at;
    Duration::from_millis(age.try_into().unwrap_or_default())
}
