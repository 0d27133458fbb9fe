//! In an outage of API Gateway, connections miss events, and nothing can close them. They are suspended: their
//! items stay, and they receive nothing more, because a later event would hide the gap. After the outage, the
//! next event recalls each of them, and its next message does so too: its client reconnects, and resumes from
//! the log.

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Subscriber;
use tablecast_protocol::{Control, Envelope, rfc3339};
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::{Counts, Outage, Pusher, recipient, within};

impl Pusher {
    pub(super) async fn suspend(&self, subscriber: &Subscriber, until: Instant, counts: &mut Counts) {
        counts.suspended += 1;
        let suspending = self.connections.suspend(&subscriber.id, subscriber.connected_at);
        let error = match within(until, suspending).await {
            Some(Ok(())) => return,
            Some(Err(error)) => error.to_string(),
            None => "it took too long".to_owned(),
        };
        counts.unstopped += 1;
        let connection = &subscriber.id;
        tracing::error!(
            connection,
            error,
            "could not suspend a connection that missed events: the pipe retries them"
        );
    }

    /// Sends a suspended client the request to reconnect, and closes its connection. While API Gateway fails,
    /// nothing is closed: all clients would reconnect again and again.
    pub(super) async fn recall(
        &self,
        subscriber: &Subscriber,
        outage: &Outage,
        until: Instant,
        counts: &mut Counts,
    ) {
        if outage.is_on() {
            counts.suspended += 1;
            return;
        }
        let (frame, mut progress) = (subscriber.protocol.frame(reconnect(subscriber)), Progress::default());
        let posting = self.sockets.post_once(recipient(subscriber), &frame, &mut progress);
        match within(until, posting).await {
            Some(Outcome::Gone) => {
                counts.gone += 1;
                self.delete(subscriber, until).await;
            }
            Some(outcome) if outcome.is_outage() => {
                counts.suspended += 1;
                outage.begin(1, progress.error.as_deref());
            }
            Some(Outcome::Delivered) => {
                if self.close(subscriber, until, counts).await {
                    counts.closed += 1;
                    self.delete(subscriber, until).await;
                }
            }
            _ => self.disconnect(subscriber, progress.error, until, counts).await,
        }
    }
}

fn reconnect(subscriber: &Subscriber) -> String {
    let (id, time) = (format!("{}:reconnect", subscriber.id), rfc3339(now_in_milliseconds()));
    Control::Reconnect { closes_at: time.clone() }.event(&Envelope::own(&id, &time, None))
}
