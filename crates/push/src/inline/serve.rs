use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Outgoing, Progress, Recipient};

use super::pace::Poster;
use super::{Inline, Push};
use crate::event::RoutedEvent;
use crate::subscriber::{delete_connection, ends_at, recipient};
use crate::subscribers::Delivery;
use crate::time_limit::within;

impl Inline {
    /// Returns whether nothing is left to do for this connection.
    pub(super) async fn serve(
        &self,
        events: &[RoutedEvent<'_>],
        (index, delivery): (usize, &Delivery),
        push: &Push<'_>,
    ) -> bool {
        let (subscriber, mut poster) = (&delivery.subscriber, push.pace.poster());
        poster.set_marking(&push.slow[index]);
        let texts: Vec<&str> = delivery.events.iter().map(|index| events[*index].text).collect();
        let sending = self.send(recipient(subscriber), &texts, &mut poster, push);
        match within(ends_at(subscriber), sending).await {
            Some(Some(outcome)) => self.finish(subscriber, outcome, push).await,
            Some(None) => false,
            None => self.end(subscriber, &mut poster, push).await,
        }
    }

    /// Sends events in order, until the connection does not take a frame. Returns None if it is given up.
    async fn send(
        &self,
        to: Recipient<'_>,
        events: &[&str],
        poster: &mut Poster<'_>,
        push: &Push<'_>,
    ) -> Option<Outcome> {
        let outgoing = Outgoing::new(to.protocol, events);
        push.count(|counts| counts.too_large += outgoing.too_large());
        for frame in outgoing.frames() {
            let mut progress = Progress::default();
            let posting = self.sockets.deliver_frame(to, &outgoing, &frame, &mut progress);
            let outcome = poster.post(posting).await?;
            push.add(outcome, progress);
            if outcome != Outcome::Delivered {
                return Some(outcome);
            }
        }
        Some(Outcome::Delivered)
    }

    async fn finish(&self, subscriber: &Subscriber, outcome: Outcome, push: &Push<'_>) -> bool {
        match outcome {
            Outcome::Connecting => push.count(|counts| counts.connecting += 1),
            Outcome::Gone => {
                push.count(|counts| counts.gone += 1);
                delete_connection(&self.connections, subscriber, push.until).await;
            }
            Outcome::Refused => push.count(|counts| counts.refused += 1),
            Outcome::Delivered | Outcome::TooLarge | Outcome::Unreachable | Outcome::Unavailable => {}
        }
        !stays_unserved(outcome)
    }
}

impl Push<'_> {
    fn add(&self, outcome: Outcome, progress: Progress) {
        self.count(|counts| {
            counts.delivered += progress.delivered;
            counts.too_large += progress.too_large;
        });
        if stays_unserved(outcome) {
            self.add_error(progress.error);
        }
    }

    /// Keeps the reason why a connection stays unserved.
    pub(super) fn add_error(&self, error: Option<String>) {
        self.count(|counts| counts.error = counts.error.take().or(error));
    }
}

/// Returns whether a connection did not take its frame, and may take it later.
fn stays_unserved(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Refused | Outcome::Unreachable | Outcome::Unavailable)
}
