//! Pushes the events of one batch to small audiences, within a time budget. A connection that does not take its
//! frames at once stays unserved, and `fanout` serves its channels. Nothing is retried here, or closed because it
//! refuses frames. It closes a slow connection only if that has events of many channels.
//!
//! # Layout
//! - `serve`: the frames of one connection; `ending`: connections that have ended;
//!   `cut_off`: slow connections with events of many channels
//! - `pace`: posts at once, and the connections that the push does not wait for; `usual`: how long a post takes
//! - `counts`: the results

mod counts;
mod cut_off;
mod ending;
mod pace;
mod serve;
mod usual;

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tablecast_connections::Connections;
use tablecast_sockets::Sockets;
use tokio::time::{Instant, sleep_until};

use crate::event::RoutedEvent;
use crate::subscribers::Delivery;

pub use counts::InlineCounts;
use pace::Pace;
use usual::Usual;

#[derive(Debug, Clone, Copy)]
pub struct InlineLimits {
    /// The longest time of the whole push of a batch.
    pub budget: Duration,
    /// Posts on their way at once, apart from those of stragglers.
    pub posts: usize,
    /// Stragglers whose posts are on their way. Others are given up.
    pub stragglers: usize,
    /// A post that takes longer, and longer than four usual ones, makes its connection a straggler.
    pub straggler_after: Duration,
}

/// The clients of all batches, and what these have learned.
pub struct Inline {
    sockets: Sockets,
    connections: Connections,
    limits: InlineLimits,
    usual: Usual,
}

/// The result of a push.
#[derive(Debug, Default)]
pub struct InlinePush<'e> {
    pub counts: InlineCounts,
    /// The sources of all events of connections that did not take all of their frames.
    pub unserved: BTreeSet<&'e str>,
}

/// One push of the events of a batch.
struct Push<'p> {
    pace: Pace<'p>,
    /// For each delivery, whether a post of it was slow and has no response.
    slow: Vec<AtomicBool>,
    until: Instant,
    counts: Mutex<InlineCounts>,
}

impl Inline {
    /// `sockets` must not retry.
    pub fn new(sockets: Sockets, connections: Connections, limits: InlineLimits) -> Self {
        Self { sockets, connections, limits, usual: Usual::new(limits.straggler_after) }
    }

    /// Begins the deliveries in their order. Ends when nothing but stragglers is left, at the budget's end, or at
    /// `until`.
    pub async fn push<'e>(
        &self,
        events: &[RoutedEvent<'e>],
        deliveries: &[Delivery],
        until: Instant,
    ) -> InlinePush<'e> {
        let budget_end = until.min(Instant::now() + self.limits.budget);
        let pace = Pace::new(self.limits, &self.usual, deliveries.len());
        let slow = deliveries.iter().map(|_| AtomicBool::default()).collect();
        let push = Push { pace, slow, until: budget_end, counts: Mutex::default() };
        let unserved = self.serve_all(events, deliveries, &push).await;
        let unserved = self.cut_off_wide(events, deliveries, unserved, &push, until).await;
        let counts = push.counts.into_inner().unwrap_or_else(PoisonError::into_inner);
        let indexes = unserved.iter().flat_map(|index| &deliveries[*index].events);
        InlinePush {
            counts: InlineCounts { connections: deliveries.len(), unserved: unserved.len(), ..counts },
            unserved: indexes.map(|index| events[*index].source).collect(),
        }
    }

    /// Returns the indexes of the deliveries that are not done.
    async fn serve_all(
        &self,
        events: &[RoutedEvent<'_>],
        deliveries: &[Delivery],
        push: &Push<'_>,
    ) -> Vec<usize> {
        let mut is_served = vec![false; deliveries.len()];
        let serve = async |(index, delivery)| (index, self.serve(events, (index, delivery), push).await);
        let serving = stream::iter(deliveries.iter().enumerate()).map(serve);
        let mut serving = pin!(serving.buffer_unordered(self.limits.posts + self.limits.stragglers));
        let all = async {
            while let Some((index, served)) = serving.next().await {
                is_served[index] = served;
            }
        };
        tokio::select! {
            biased;
            () = all => {}
            () = push.pace.only_stragglers_are_left() => {}
            () = sleep_until(push.until) => {}
        }
        (0..deliveries.len()).filter(|index| !is_served[*index]).collect()
    }
}

impl Push<'_> {
    fn count(&self, change: impl FnOnce(&mut InlineCounts)) {
        change(&mut self.counts.lock().unwrap_or_else(PoisonError::into_inner));
    }
}
