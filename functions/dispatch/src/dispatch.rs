use std::time::SystemTime;

use tablecast_aws::now_in_milliseconds;
use tablecast_protocol::element::Element;
use tablecast_push::{RoutedEvent, within};

use crate::appended_channel::AppendedChannel;
use crate::appends::Appends;
use crate::audience::Audience;
use crate::batch::Batch;
use crate::clients::Dispatch;
use crate::deadline::Deadline;
use crate::delivered::Delivered;
use crate::event::Event;
use crate::failure::DispatchError;
use crate::publish::publish;
use crate::report::Report;
use crate::wave::Wave;

impl Dispatch {
    /// Delivers a batch, and reports which records the pipe must retry.
    pub async fn handle(&self, elements: Vec<Element>, deadline: Deadline) -> Report {
        let started = SystemTime::now();
        let mut batch = Batch::sort(elements);
        batch.refuse_larger(self.event_limit);
        // Boxed, because the compiler cannot lay out so many nested futures in one.
        let delivered = Box::pin(self.deliver(&mut batch, deadline, now_in_milliseconds())).await;
        let damaged = self.logs.take_damaged() + self.connections.take_damaged();
        Report::new(batch, delivered, started).with_damaged(damaged)
    }

    /// When this returns, each connection has the events of its channels, or `fanout` knows that it must push
    /// them. docs/adr/0028-fan-out.md shows why the order stays.
    ///
    /// Fails if the log of no channel holds its events, or if subscribers are unknown. Otherwise only the channels
    /// that fail are sent again.
    async fn deliver(
        &self,
        batch: &mut Batch,
        deadline: Deadline,
        now: i64,
    ) -> Result<Delivered, DispatchError> {
        let (delivered, failed) = {
            let mut appends = self.append(batch, deadline.append, now);
            (self.deliver_appended(batch, &mut appends, deadline).await, appends.failed)
        };
        batch.withdraw(failed);
        let mut delivered = delivered?;
        if let (Some(first), []) = (batch.failed.first(), batch.events.as_slice()) {
            return Err(DispatchError::append(first, batch.failed.len()));
        }
        // Afterwards, so that megabytes of rejected records never delay the events beside them.
        delivered.not_stored = self.rejected.store(&batch.rejections, now / 1000, deadline.finish).await;
        Ok(delivered)
    }

    /// Delivers the channels that are appended, while slow logs go on.
    async fn deliver_appended(
        &self,
        batch: &Batch,
        appends: &mut Appends<'_>,
        deadline: Deadline,
    ) -> Result<Delivered, DispatchError> {
        let mut delivered = Delivered::default();
        while let Some(wave) = appends.next_wave(batch).await {
            delivered.add(appends.during(self.send(wave, deadline)).await?);
        }
        self.fanned_out.remember(&delivered.fanned_out);
        Ok(delivered)
    }

    /// Reads the subscribers after the append. A new subscriber reads the log after it subscribed, so either the push
    /// reaches it, or the log does.
    async fn send(&self, wave: Wave, deadline: Deadline) -> Result<Delivered, DispatchError> {
        let Wave { channels, events, late, undecided } = wave;
        // A bus that fails for hours must not flood the clients.
        let undelivered = events.iter().filter(|event| !event.is_delivered);
        let routed: Vec<RoutedEvent<'_>> = undelivered.map(Event::routed).collect();
        let found = within(deadline.look_up, self.look_up(&routed)).await;
        let audience =
            Audience::of(&routed, found.ok_or(DispatchError::LookupTimedOut)??, self.large_audience);
        let (published, pushed) = tokio::join!(
            publish(&self.bus, &events, deadline.deliver),
            self.push(&audience, &channels, deadline),
        );
        let is_failed =
            |channel: &AppendedChannel| pushed.failed.iter().any(|one| one.source == channel.source);
        let channels = channels.into_iter().filter(|channel| !is_failed(channel)).collect();
        let unrecorded = self.finish(channels, deadline.finish).await;
        let fanned_out = audience.fanned_out.iter().map(ToString::to_string).collect();
        Ok(Delivered { published, pushed, unrecorded, late, undecided, fanned_out, ..Delivered::default() })
    }
}
