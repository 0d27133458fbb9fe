use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Outgoing, Progress};

use super::{Pacing, Pusher, Stalled};
use crate::subscriber::{end_of, recipient};
use crate::time_limit::within;

/// Why a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
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
pub struct Turn {
    pub end: End,
    /// The first events, which API Gateway accepted.
    pub sent: usize,
    pub frames: usize,
    pub progress: Progress,
}

impl Pusher {
    /// Sends events in as few frames as the protocol allows, until the connection accepts no more, stalls for too
    /// long, or ends. `may_send` is asked before each frame.
    pub async fn turn(
        &self,
        to: &Subscriber,
        events: &[&str],
        pacing: &Pacing,
        may_send: impl AsyncFn() -> bool,
    ) -> Turn {
        let mut turn = Turn { end: End::Ended, sent: 0, frames: 0, progress: Progress::default() };
        let sending = self.send_turn(to, events, pacing, may_send, &mut turn);
        let end = within(end_of(to), sending).await;
        Turn { end: end.unwrap_or(End::Ended), ..turn }
    }

    async fn send_turn(
        &self,
        to: &Subscriber,
        events: &[&str],
        pacing: &Pacing,
        may_send: impl AsyncFn() -> bool,
        turn: &mut Turn,
    ) -> End {
        let (outgoing, mut stalled) = (Outgoing::new(to.protocol, events), Stalled::default());
        turn.progress.too_large += outgoing.too_large();
        for frame in outgoing.frames() {
            if !may_send().await {
                return End::Stopped;
            }
            let sending = self.sockets.deliver_frame(recipient(to), &outgoing, &frame, &mut turn.progress);
            match pacing.run(&mut stalled, sending).await {
                Some(Outcome::Delivered) => (turn.sent, turn.frames) = (frame.events.end, turn.frames + 1),
                Some(outcome) => return End::Outcome(outcome),
                None => return timed_out(&turn.progress),
            }
        }
        End::Outcome(Outcome::Delivered)
    }
}

/// API Gateway may have failed at each attempt so far.
fn timed_out(progress: &Progress) -> End {
    progress.failure.filter(|outcome| outcome.is_outage()).map_or(End::TimedOut, End::Outcome)
}
