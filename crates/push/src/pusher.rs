//! Sends events to WebSocket connections: many connections at once, the frames of each in order. A failed
//! push never fails a batch.
//!
//! # Layout
//! - `pacing`: how many connections are sent to at once, and how long a stalled one is waited for
//! - `outage`: whether API Gateway fails, and not single connections
//! - `clean_up`: closes and deletes connections whose delivery failed
//! - `suspension`: keeps connections that missed events in an outage, and recalls them later
//! - `turn`: events in order to one connection, for `fanout`
//! - `counts`: the results

mod clean_up;
mod counts;
mod outage;
mod pacing;
mod suspension;
mod turn;

use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::{Connections, LIFETIME_SECONDS, Subscriber};
use tablecast_sockets::{Outcome, Outgoing, Progress, Recipient, Sockets};
use tokio::time::Instant;

use crate::event::RoutedEvent;
use crate::subscribers::Delivery;
use crate::time_limit::within;

pub use counts::Counts;
use outage::Outage;
pub use pacing::{Pacing, PacingLimits, Stalled};
pub use turn::Turn;

/// Pushes events, and deletes connections that accept no more.
pub struct Pusher {
    pub sockets: Sockets,
    pub connections: Connections,
    pub limits: PacingLimits,
}

/// Why the delivery to a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It sent everything, or API Gateway accepts no more.
    Outcome(Outcome),
    /// The connection's token has expired, or the connection is suspended.
    Ended,
    /// The connection stalled for too long, or the deadline passed.
    TimedOut,
    /// The sender must send no more.
    Stopped,
}

/// The result of sending to a connection.
#[derive(Debug)]
struct Sent<'d> {
    subscriber: &'d Subscriber,
    end: End,
    progress: Progress,
}

impl Pusher {
    /// Cleans up after everything is sent: whether a failure is the connection's own shows only then.
    /// Nothing is sent after `until`, and everything ends by `respond`.
    pub async fn push(
        &self,
        events: &[RoutedEvent<'_>],
        deliveries: &[Delivery],
        until: Instant,
        respond: Instant,
    ) -> Counts {
        let pacing = &Pacing::new(self.limits);
        let sent: Vec<Sent<'_>> = stream::iter(deliveries)
            .map(|delivery| self.send(events, delivery, pacing, until))
            .buffer_unordered(self.limits.in_flight())
            .collect()
            .await;
        let outage = &Outage::of(&sent);
        let counts = stream::iter(sent)
            .map(|sent| self.clean_up(sent, outage, respond))
            .buffer_unordered(self.limits.in_flight())
            .fold(Counts::default(), async |sum, one| sum + one)
            .await;
        Counts { connections: deliveries.len(), ..counts }
    }

    async fn send<'d>(
        &self,
        events: &[RoutedEvent<'_>],
        delivery: &'d Delivery,
        pacing: &Pacing,
        until: Instant,
    ) -> Sent<'d> {
        let (subscriber, mut progress) = (&delivery.subscriber, Progress::default());
        let texts: Vec<&str> = delivery.events.iter().map(|index| events[*index].text).collect();
        let sending = self.send_frames(recipient(subscriber), &texts, pacing, &mut progress);
        let sending = within(token_end(subscriber), sending);
        let end = match within(until, sending).await {
            Some(Some(end)) => end,
            Some(None) => End::Ended,
            None => timed_out(&progress),
        };
        Sent { subscriber, end, progress }
    }

    /// Sends events in order, until the connection accepts no more or stalls for too long.
    async fn send_frames(
        &self,
        to: Recipient<'_>,
        events: &[&str],
        pacing: &Pacing,
        progress: &mut Progress,
    ) -> End {
        let (outgoing, mut stalled) = (Outgoing::new(to.protocol, events), Stalled::default());
        progress.too_large += outgoing.too_large();
        for frame in outgoing.frames() {
            let sending = self.sockets.deliver_frame(to, &outgoing, &frame, progress);
            match pacing.run(&mut stalled, sending).await {
                Some(Outcome::Delivered) => {}
                Some(outcome) => return End::Outcome(outcome),
                None => return timed_out(progress),
            }
        }
        End::Outcome(Outcome::Delivered)
    }
}

/// API Gateway may have failed at each attempt so far.
fn timed_out(progress: &Progress) -> End {
    progress.failure.filter(|outcome| outcome.is_outage()).map_or(End::TimedOut, End::Outcome)
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
