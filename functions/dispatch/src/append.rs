//! Appends events to the logs of their channels, and records the ends of these logs. Nothing is sent that a log
//! does not hold.

use futures_util::{FutureExt, StreamExt, stream};
use tablecast_event_log::{Appended, NewEvent};
use tablecast_push::within;
use tokio::time::Instant;

use crate::appended_channel::AppendedChannel;
use crate::appends::{Appends, LOGS};
use crate::batch::Batch;
use crate::channel::by_source;
use crate::clients::Dispatch;
use crate::failure::{ChannelError, FailedChannel};

impl Dispatch {
    /// Begins to append the events of all channels.
    pub(crate) fn append<'b>(&'b self, batch: &'b Batch, until: Instant, now: i64) -> Appends<'b> {
        let append = |(source, events)| self.append_channel(batch, (source, events), until, now).boxed();
        Appends::new(by_source(&batch.events).into_iter().map(append).collect())
    }

    async fn append_channel(
        &self,
        batch: &Batch,
        (source, events): (&str, Vec<usize>),
        until: Instant,
        now: i64,
    ) -> Result<AppendedChannel, FailedChannel> {
        let source = source.to_owned();
        let appending = self.append_to(&source, batch, &events, now);
        match within(until, appending).await.unwrap_or(Err(ChannelError::AppendTimedOut)) {
            Ok(appended) => Ok(AppendedChannel { source, appended, events }),
            Err(error) => Err(FailedChannel { source, error }),
        }
    }

    async fn append_to(
        &self,
        source: &str,
        batch: &Batch,
        events: &[usize],
        now: i64,
    ) -> Result<Appended, ChannelError> {
        let events = events.iter().map(|index| &batch.events[*index]);
        let entries: Vec<_> = events.map(|event| NewEvent { id: &event.id, text: &event.text }).collect();
        let keep = self.sources.keep(&batch.pipe);
        Ok(self.logs.append(&batch.pipe, source, &entries, keep, now).await?)
    }

    /// Records the ends of channels whose events are delivered. Returns the channels whose ends are not recorded.
    pub(crate) async fn finish(&self, channels: Vec<AppendedChannel>, until: Instant) -> Vec<FailedChannel> {
        let recording = stream::iter(channels).map(|channel| self.record_end(channel, until));
        recording.buffer_unordered(LOGS).filter_map(std::future::ready).collect().await
    }

    async fn record_end(&self, mut channel: AppendedChannel, until: Instant) -> Option<FailedChannel> {
        let error = match within(until, self.logs.record_end(&channel.appended)).await {
            Some(Ok(())) => {
                channel.appended.expect_retry();
                self.logs.mark_delivered(channel.appended);
                return None;
            }
            Some(Err(error)) => ChannelError::End(error),
            None => ChannelError::EndTimedOut,
        };
        Some(FailedChannel { source: channel.source, error })
    }
}
