use tablecast_aws::now_in_milliseconds;
use tablecast_protocol::{Control, Envelope, ErrorCode, rfc3339};
use tablecast_push::{Counts, SendEnd};
use tablecast_sockets::Outcome;
use tokio::time::Instant;

use super::cleaning::Reason;
use super::{Completion, TurnResult, Worker};
use crate::listeners::Ready;

/// Turns at once while nobody knows whether an outage has ended.
const PROBES: usize = 4;

impl Worker<'_> {
    pub(super) fn plan_turns(&mut self) {
        let most = if self.failures.rounds > 0 { PROBES } else { self.fanout.limits.pacing.in_flight() };
        while self.turns < most
            && self.failures.pause_until.is_none()
            && let Some(ready) = self.listeners.next_turn(self.sharing.inform_before)
        {
            self.start_turn(ready);
        }
    }

    fn start_turn(&mut self, ready: Ready) {
        self.turns += 1;
        let Ready { subscriber, events, generation, informs } = ready;
        self.served.informed += usize::from(informs);
        let (fanout, gate, pacing, started_at) = (self.fanout, self.gate, self.pacing, Instant::now());
        let notice = informs.then(|| notice(&subscriber.id));
        self.steps.push(Box::pin(async move {
            let texts: Vec<&str> =
                notice.iter().map(String::as_str).chain(events.iter().map(|event| &*event.text)).collect();
            let may_send = async || gate.may_send().await;
            let sending = fanout.pusher.send(&subscriber, &texts, pacing, may_send).await;
            let (events, notices) = (events.len(), notice.iter().count());
            Completion::Turn(Box::new(TurnResult {
                subscriber,
                events,
                generation,
                notices,
                started_at,
                sending,
            }))
        }));
    }

    pub(super) fn on_sent(&mut self, result: TurnResult) {
        self.turns -= 1;
        self.count(&result);
        let TurnResult { subscriber, events, generation, notices, started_at, sending } = result;
        let id = &subscriber.id;
        let sent = match sending.end {
            // Its client is not promised events of changes before it received the 101.
            SendEnd::Outcome(Outcome::Connecting) => events,
            _ => sending.sent.saturating_sub(notices),
        };
        let is_fine = sending.end == SendEnd::Outcome(Outcome::Delivered);
        self.listeners.finish(id, generation, sent, is_fine);
        if self.listeners.is_dropped(id) {
            return;
        }
        match sending.end {
            SendEnd::Stopped => self.listeners.go_on(id),
            SendEnd::Outcome(Outcome::Delivered | Outcome::TooLarge | Outcome::Connecting) => {
                self.failures.record_success();
                self.listeners.go_on(id);
            }
            SendEnd::Outcome(Outcome::Gone) => {
                self.failures.record_success();
                self.drop_listener(&subscriber, Reason::Gone);
            }
            SendEnd::Ended if subscriber.is_damaged => self.drop_listener(&subscriber, Reason::Ended),
            SendEnd::Ended => self.check_token(subscriber),
            SendEnd::TimedOut => self.on_hung(subscriber, started_at),
            SendEnd::Outcome(failed) => self.on_failed(subscriber, failed, sending.progress, started_at),
        }
    }

    fn count(&mut self, result: &TurnResult) {
        let TurnResult { sending, notices, .. } = result;
        let counts = Counts::from(&sending.progress);
        let delivered = counts.delivered.saturating_sub((*notices).min(sending.sent));
        let connecting = usize::from(sending.end == SendEnd::Outcome(Outcome::Connecting));
        let refused = usize::from(sending.end == SendEnd::Outcome(Outcome::Refused));
        self.served.counts = self.served.counts + Counts { delivered, connecting, refused, ..counts };
        self.served.frames += sending.frames;
        let throttled = sending.progress.throttled;
        self.served.throttled += throttled as usize;
        // A connection of which no attempt was accepted can be its own cause. `plan_failures` decides that.
        if sending.frames > 0 {
            let frames = u32::try_from(sending.frames).unwrap_or(u32::MAX);
            self.gate.pacer.learn(frames.saturating_add(throttled), throttled);
        }
    }
}

/// Informs a client of single messages that it is far behind.
fn notice(connection: &str) -> String {
    let message = "This subscription has more events than single messages can carry, so they arrive late: \
                   use the sub-protocol cloudevents-batch.json.";
    let time = rfc3339(now_in_milliseconds());
    let id = format!("{connection}:behind:{time}");
    Control::error(ErrorCode::Unavailable, message).event(&Envelope::own(&id, &time, None))
}
