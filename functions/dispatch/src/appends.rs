//! The appends of a batch. Channels whose logs hold their events go on together, and do not wait for a slow log.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use tablecast_push::within;
use tokio::time::Instant;

use crate::appended_channel::AppendedChannel;
use crate::batch::Batch;
use crate::failure::FailedChannel;
use crate::wave::Wave;

/// Logs to write to at once.
pub const LOGS: usize = 32;

type Result = std::result::Result<AppendedChannel, FailedChannel>;

/// How long channels wait for others of their batch. Usually all are appended within milliseconds, and then they share
/// their look-ups.
const WAIT: Duration = Duration::from_secs(1);

pub struct Appends<'b> {
    appending: BoxStream<'b, Result>,
    /// Channels that do not go on yet.
    appended: Vec<AppendedChannel>,
    /// Nobody receives the events of these.
    pub failed: Vec<FailedChannel>,
}

impl<'b> Appends<'b> {
    pub fn new(channels: Vec<BoxFuture<'b, Result>>) -> Self {
        let appending = stream::iter(channels).buffer_unordered(LOGS).boxed();
        Self { appending, appended: Vec::new(), failed: Vec::new() }
    }

    /// Returns the channels that go on next. None if none is left.
    pub async fn next_wave(&mut self, batch: &Batch) -> Option<Wave> {
        within(Instant::now() + WAIT, self.finish()).await;
        while self.appended.is_empty() && self.step().await {}
        let channels = std::mem::take(&mut self.appended);
        (!channels.is_empty()).then(|| Wave::new(batch, channels))
    }

    /// Goes on with the appends while something else is done.
    pub async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match select(work.as_mut(), self.appending.next()).await {
                Either::Left((result, _)) => return result,
                Either::Right((None, _)) => return work.await,
                Either::Right((Some(result), _)) => self.add(result),
            }
        }
    }

    async fn finish(&mut self) {
        while self.step().await {}
    }

    /// Returns whether another channel ended.
    async fn step(&mut self) -> bool {
        let result = self.appending.next().await;
        let is_any = result.is_some();
        result.into_iter().for_each(|result| self.add(result));
        is_any
    }

    fn add(&mut self, result: Result) {
        match result {
            Ok(channel) => self.appended.push(channel),
            Err(channel) => self.failed.push(channel),
        }
    }
}
