//! Closes slow connections that have events of many channels. `fanout` would need a worker for each of these
//! channels, because of one client. The client reconnects, and resumes.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::{Inline, Push};
use crate::event::RoutedEvent;
use crate::subscriber::{delete_connection, recipient};
use crate::subscribers::Delivery;
use crate::time_limit::within;

/// A slow connection with events of more channels in one batch is cut off.
const WIDE: usize = 4;

/// A younger connection may still be opening, and one that has just reconnected is not cut off again.
const SETTLED_MS: i64 = 30_000;

/// The longest time of all deletions and closings of a batch.
const CUTTING: Duration = Duration::from_secs(1);

/// Connections to cut off at once.
const AT_ONCE: usize = 32;

impl Inline {
    /// Returns the deliveries that are left to `fanout`. A connection that could not be deleted is one of them.
    pub(super) async fn cut_off_wide(
        &self,
        events: &[RoutedEvent<'_>],
        deliveries: &[Delivery],
        unserved: Vec<usize>,
        push: &Push<'_>,
        until: Instant,
    ) -> Vec<usize> {
        let is_wide = |index: &usize| {
            let delivery = &deliveries[*index];
            let is_slow = push.slow[*index].load(Ordering::Relaxed);
            is_slow && is_settled(&delivery.subscriber) && channels(events, delivery) > WIDE
        };
        let (wide, mut left): (Vec<usize>, Vec<usize>) = unserved.into_iter().partition(is_wide);
        let served = deliveries.len() - wide.len() - left.len();
        // If few are served, API Gateway is slow, or this function.
        if wide.len() > served {
            left.extend(wide);
            return left;
        }
        let until = until.min(Instant::now() + CUTTING);
        let cutting = stream::iter(wide).map(async |index| {
            let is_cut_off = self.cut_off(&deliveries[index].subscriber, push, until).await;
            (!is_cut_off).then_some(index)
        });
        let failed: Vec<_> = cutting.buffer_unordered(AT_ONCE).collect().await;
        left.extend(failed.into_iter().flatten());
        left
    }

    /// Returns whether the connection is deleted: then it receives no later event, which would hide from its client
    /// that it missed some. If it could not be closed, `subscribe` closes it at its next message.
    async fn cut_off(&self, subscriber: &Subscriber, push: &Push<'_>, until: Instant) -> bool {
        if !delete_connection(&self.connections, subscriber, until).await {
            return false;
        }
        let mut progress = Progress::default();
        let closed = within(until, self.sockets.close(recipient(subscriber), &mut progress)).await;
        let closed = matches!(closed, Some(Outcome::Delivered | Outcome::Gone));
        push.count(|counts| {
            counts.cut_off += 1;
            counts.unclosed += usize::from(!closed);
        });
        let connection = &subscriber.id;
        tracing::warn!(
            connection,
            closed,
            "a slow connection with events of many channels was cut off: its client must reconnect"
        );
        true
    }
}

fn is_settled(subscriber: &Subscriber) -> bool {
    now_in_milliseconds().saturating_sub(subscriber.connected_at) >= SETTLED_MS
}

fn channels(events: &[RoutedEvent<'_>], delivery: &Delivery) -> usize {
    let sources: BTreeSet<&str> = delivery.events.iter().map(|index| events[*index].source).collect();
    sources.len()
}
