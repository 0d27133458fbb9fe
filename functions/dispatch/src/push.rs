//! Sends events to WebSocket connections: many connections at once, the frames of each in order. A failed
//! push never fails a batch.

mod clean_up;
mod counts;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::{Connections, LIFETIME_SECONDS, Subscriber};
use tablecast_sockets::{Outcome, Progress, Recipient, Sockets};
use tokio::time::{Instant, timeout_at};

use crate::deadline::Deadline;
use crate::event::Event;
use crate::subscribers::Delivery;

pub use counts::Counts;

/// Pushes events, and deletes connections that accept no more.
pub struct Pusher {
    pub sockets: Sockets,
    pub connections: Connections,
    /// Connections at once.
    pub concurrency: usize,
}

/// Why the delivery to a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// It sent everything, or API Gateway accepts no more.
    Outcome(Outcome),
    TokenExpired,
    TimedOut,
}

impl Pusher {
    pub async fn push(&self, events: &[Event], deliveries: Vec<Delivery>, deadline: Deadline) -> Counts {
        let counts = stream::iter(&deliveries)
            .map(|delivery| self.deliver(events, delivery, deadline))
            .buffer_unordered(self.concurrency)
            .fold(Counts::default(), async |sum, one| sum + one)
            .await;
        Counts { connections: deliveries.len(), ..counts }
    }

    async fn deliver(&self, events: &[Event], delivery: &Delivery, deadline: Deadline) -> Counts {
        let (subscriber, mut progress) = (&delivery.subscriber, Progress::default());
        let texts: Vec<&str> = delivery.events.iter().map(|index| &*events[*index].text).collect();
        let sending = self.sockets.deliver(recipient(subscriber), &texts, &mut progress);
        let sending = within(token_end(subscriber), sending);
        let end = match within(deadline.push, sending).await {
            Some(Some(outcome)) => End::Outcome(outcome),
            Some(None) => End::TokenExpired,
            None => End::TimedOut,
        };
        let mut counts = Counts::from(progress);
        self.clean_up(subscriber, end, deadline.respond, &mut counts).await;
        counts
    }
}

fn recipient(subscriber: &Subscriber) -> Recipient<'_> {
    Recipient { id: &subscriber.id, protocol: subscriber.protocol, connected_at: subscriber.connected_at }
}

/// When the connection's token expires, or a time after the end of this invocation.
fn token_end(subscriber: &Subscriber) -> Instant {
    let remaining = subscriber.ends_at.saturating_mul(1000).saturating_sub(now_in_milliseconds());
    let remaining = remaining.clamp(0, LIFETIME_SECONDS * 1000);
    Instant::now() + Duration::from_millis(remaining.unsigned_abs())
}

/// None if the time is over, before or during the work.
async fn within<T>(until: Instant, work: impl Future<Output = T>) -> Option<T> {
    if until.duration_since(Instant::now()) == Duration::ZERO {
        return None;
    }
    timeout_at(until, work).await.ok()
}
