use tablecast_protocol::{Frame, notice};

use crate::{Outcome, Outgoing, Progress, Recipient, Sockets};

impl Sockets {
    /// Sends one frame. If API Gateway finds it too large, sends a notice in place of each of its events.
    pub async fn deliver_frame(
        &self,
        to: Recipient<'_>,
        outgoing: &Outgoing<'_>,
        frame: &Frame<'_>,
        progress: &mut Progress,
    ) -> Outcome {
        let outcome = match self.post(to, &frame.text, progress).await {
            Outcome::TooLarge => self.send_notices(to, outgoing.events(frame), progress).await,
            outcome => outcome,
        };
        if outcome == Outcome::Delivered {
            progress.delivered += frame.events.len();
        }
        outcome
    }

    async fn send_notices(&self, to: Recipient<'_>, events: &[&str], progress: &mut Progress) -> Outcome {
        for event in events {
            progress.too_large += 1;
            let frame = to.protocol.frame(notice(event));
            match self.post(to, &frame, progress).await {
                Outcome::Delivered | Outcome::TooLarge => {}
                end => return end,
            }
        }
        Outcome::Delivered
    }
}
