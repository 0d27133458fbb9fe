//! Hands channels over to `fanout`: covers their events, which the worker pushes from the log, and starts a worker
//! where none is at work.

use std::collections::{BTreeSet, HashMap};
use std::ops::{AddAssign, RangeInclusive};

use futures_util::{StreamExt, stream};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::FanOut;
use tablecast_push::within;
use tokio::time::Instant;

use crate::append::AppendedChannel;
use crate::clients::Dispatch;
use crate::failed_channel::{ChannelError, FailedChannel};

/// Channels to hand over at once.
const CHANNELS: usize = 32;

/// The results of handing channels over.
#[derive(Debug, Default)]
pub struct HandedOver {
    pub channels: usize,
    /// Workers that were not started. The next event of their channel starts them, or the sweep.
    pub start_failures: usize,
    /// Channels whose events are not covered.
    pub failed: Vec<FailedChannel>,
}

impl Dispatch {
    /// `runs` are those that the look-up found. The pipe must not get its response before this returns.
    pub(crate) async fn hand_over(
        &self,
        channels: &[AppendedChannel],
        sources: &BTreeSet<&str>,
        runs: &HashMap<String, FanOut>,
        until: Instant,
    ) -> HandedOver {
        let channels = channels.iter().filter(|channel| sources.contains(&*channel.source));
        stream::iter(channels)
            .map(|channel| self.hand_over_one(channel, runs.get(&channel.source).cloned(), until))
            .buffer_unordered(CHANNELS)
            .fold(HandedOver::default(), async |mut sum, one| {
                sum += one;
                sum
            })
            .await
    }

    async fn hand_over_one(
        &self,
        channel: &AppendedChannel,
        known: Option<FanOut>,
        until: Instant,
    ) -> HandedOver {
        let (source, now) = (channel.source.clone(), now_in_milliseconds());
        let Some(offsets) = channel.offsets() else { return HandedOver::default() };
        let covering = self.connections.cover(&source, offsets, known, now);
        match within(until, covering).await.map(|covered| covered.map_err(ChannelError::FanOut)) {
            Some(Ok(run)) => {
                let start_failures = self.start_workers(&run, until).await;
                HandedOver { channels: 1, start_failures, ..HandedOver::default() }
            }
            Some(Err(error)) => HandedOver::failed(source, error),
            None => HandedOver::failed(source, ChannelError::FanOutTimedOut),
        }
    }

    /// Returns how many workers were not started.
    async fn start_workers(&self, run: &FanOut, until: Instant) -> usize {
        let mut failures = 0;
        for part in run.unserved(now_in_milliseconds()) {
            let error = match within(until, self.workers.start(&run.source, part)).await {
                Some(Ok(())) => continue,
                Some(Err(error)) => error.to_string(),
                None => "it took too long".to_owned(),
            };
            failures += 1;
            let source = &run.source;
            tracing::warn!(
                source,
                part,
                error,
                "could not start a worker of fanout: the sweep starts it within a minute"
            );
        }
        failures
    }
}

impl AppendedChannel {
    /// Events that were sent again can have earlier positions than others, so there can be events of other batches
    /// between. None if the channel has no events.
    fn offsets(&self) -> Option<RangeInclusive<u64>> {
        let offsets = || self.appended.positions.iter().map(|position| position.offset);
        Some(offsets().min()?..=offsets().max()?)
    }
}

impl HandedOver {
    fn failed(source: String, error: ChannelError) -> Self {
        Self { failed: vec![FailedChannel { source, error }], ..Self::default() }
    }
}

impl AddAssign for HandedOver {
    fn add_assign(&mut self, mut other: Self) {
        self.channels += other.channels;
        self.start_failures += other.start_failures;
        self.failed.append(&mut other.failed);
    }
}
