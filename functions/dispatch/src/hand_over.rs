//! Hands channels over to `fanout`: covers their events, which the worker pushes from the log, and starts a worker
//! where none is at work.

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::pin::pin;

use futures_util::{StreamExt, stream};
use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Run;
use tablecast_push::within;
use tokio::time::Instant;

use crate::appended_channel::AppendedChannel;
use crate::clients::Dispatch;
use crate::failure::{ChannelError, FailedChannel};
use crate::starts::Starts;

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
        runs: &HashMap<String, Run>,
        until: Instant,
    ) -> HandedOver {
        let channels = channels.iter().filter(|channel| sources.contains(&*channel.source));
        let covering = stream::iter(channels)
            .map(|channel| self.cover(channel, runs.get(&channel.source).cloned(), until))
            .buffer_unordered(CHANNELS);
        let (mut covering, slots) = (pin!(covering), Starts::slots());
        let (mut handed_over, mut starts) = (HandedOver::default(), Starts::new(&self.workers, &slots));
        while let Some(covered) = starts.during(covering.next()).await {
            match covered {
                Ok(Some(run)) => {
                    handed_over.channels += 1;
                    starts.begin(&run);
                }
                Ok(None) => {}
                Err(failed) => handed_over.failed.push(failed),
            }
        }
        handed_over.start_failures = starts.finish(until).await;
        handed_over
    }

    /// Returns the run of the channel. None if no event is to be covered.
    async fn cover(
        &self,
        channel: &AppendedChannel,
        known: Option<Run>,
        until: Instant,
    ) -> Result<Option<Run>, FailedChannel> {
        let Some(offsets) = channel.offsets() else { return Ok(None) };
        let covering = self.connections.cover(&channel.source, offsets, known, now_in_milliseconds());
        let error = match within(until, covering).await {
            Some(Ok(run)) => return Ok(Some(run)),
            Some(Err(error)) => ChannelError::FanOut(error),
            None => ChannelError::FanOutTimedOut,
        };
        Err(FailedChannel { source: channel.source.clone(), error })
    }
}

impl AppendedChannel {
    /// Events that were sent again can have earlier positions than others, so there can be events of other batches
    /// between. None if the clients have all of its events.
    fn offsets(&self) -> Option<RangeInclusive<u64>> {
        let events = || self.appended.positions.iter().zip(&self.appended.delivered);
        let offsets = || events().filter(|(_, delivered)| !**delivered).map(|(position, _)| position.offset);
        Some(offsets().min()?..=offsets().max()?)
    }
}
