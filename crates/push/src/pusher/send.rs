use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Outgoing, Progress};

use super::{Pacing, Pusher, Stalled};
use crate::subscriber::{ends_at, recipient};
use crate::time_limit::within;

/// Why sending ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendEnd {
    /// It sent everything, or API Gateway accepts no more.
    Outcome(Outcome),
    /// The connection's token has expired, or its subscription is damaged.
    Ended,
    /// The connection stalled for too long.
    TimedOut,
    /// The sender must send no more.
    Stopped,
}

/// The result of sending events to one connection, in order.
#[derive(Debug)]
pub struct SendResult {
    pub end: SendEnd,
    /// The first events, which API Gateway accepted.
    pub sent: usize,
    pub frames: usize,
    pub progress: Progress,
}

impl Pusher {
    /// Sends events in as few frames as the protocol allows, until the connection accepts no more, stalls for too
    /// long, or ends. `may_send` is asked before each frame.
    pub async fn send(
        &self,
        to: &Subscriber,
        events: &[&str],
        pacing: &Pacing,
        may_send: impl AsyncFn() -> bool,
    ) -> SendResult {
        let mut result =
            SendResult { end: SendEnd::Ended, sent: 0, frames: 0, progress: Progress::default() };
        let sending = self.send_frames(to, events, pacing, may_send, &mut result);
        let end = within(ends_at(to), sending).await;
        SendResult { end: end.unwrap_or(SendEnd::Ended), ..result }
    }

    async fn send_frames(
        &self,
        to: &Subscriber,
        events: &[&str],
        pacing: &Pacing,
        may_send: impl AsyncFn() -> bool,
        result: &mut SendResult,
    ) -> SendEnd {
        let (outgoing, mut stalled) = (Outgoing::new(to.protocol, events), Stalled::default());
        result.progress.too_large += outgoing.too_large();
        for frame in outgoing.frames() {
            if !may_send().await {
                return SendEnd::Stopped;
            }
            let sending = self.sockets.deliver_frame(recipient(to), &outgoing, &frame, &mut result.progress);
            match pacing.run(&mut stalled, sending).await {
                Some(Outcome::Delivered) => {
                    (result.sent, result.frames) = (frame.events.end, result.frames + 1)
                }
                Some(outcome) => return SendEnd::Outcome(outcome),
                None => return timed_out(&result.progress),
            }
        }
        SendEnd::Outcome(Outcome::Delivered)
    }
}

/// API Gateway may have failed at each attempt so far.
fn timed_out(progress: &Progress) -> SendEnd {
    progress.failure.filter(|outcome| outcome.is_outage()).map_or(SendEnd::TimedOut, SendEnd::Outcome)
}
