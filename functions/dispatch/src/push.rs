//! Pushes the events of small audiences, and hands all other channels over to `fanout`.

use std::time::Duration;

use tablecast_push::InlineCounts;
use tokio::time::Instant;

use crate::appended_channel::AppendedChannel;
use crate::audience::Audience;
use crate::clients::Dispatch;
use crate::deadline::Deadline;
use crate::failure::FailedChannel;
use crate::hand_over::HandedOver;

/// The results of the pushes of a batch.
#[derive(Debug, Default)]
pub struct Pushed {
    pub inline: InlineCounts,
    /// Channels that `fanout` pushes: their audience is large, or it is pushing them already.
    pub fanned_out: usize,
    /// Channels that were handed over to `fanout`, because a connection did not take its frames at once.
    pub handed_over: usize,
    pub start_failures: usize,
    /// Channels whose events could not be handed over.
    pub failed: Vec<FailedChannel>,
    pub time: Duration,
}

impl Dispatch {
    pub(crate) async fn push(
        &self,
        audience: &Audience<'_>,
        channels: &[AppendedChannel],
        deadline: Deadline,
    ) -> Pushed {
        let start = Instant::now();
        let Audience { events, deliveries, fanned_out, runs } = audience;
        let small = async {
            let pushed = self.inline.push(events, deliveries, deadline.push).await;
            let handed_over = self.hand_over(channels, &pushed.unserved, runs, deadline.deliver).await;
            (pushed.counts, handed_over)
        };
        let large = self.hand_over(channels, fanned_out, runs, deadline.deliver);
        let ((inline, handed_over), fanned_out) = tokio::join!(small, large);
        Pushed::new(inline, fanned_out, handed_over, start.elapsed())
    }
}

impl Pushed {
    pub fn add(&mut self, other: Self) {
        self.inline.add(other.inline);
        self.fanned_out += other.fanned_out;
        self.handed_over += other.handed_over;
        self.start_failures += other.start_failures;
        self.failed.extend(other.failed);
        self.time += other.time;
    }

    fn new(inline: InlineCounts, fanned_out: HandedOver, handed_over: HandedOver, time: Duration) -> Self {
        let mut failed = fanned_out.failed;
        failed.extend(handed_over.failed);
        Self {
            inline,
            fanned_out: fanned_out.channels,
            handed_over: handed_over.channels,
            start_failures: fanned_out.start_failures + handed_over.start_failures,
            failed,
            time,
        }
    }
}
