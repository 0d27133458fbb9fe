use std::collections::VecDeque;
use std::time::Duration;

use tablecast_connections::Subscriber;
use tablecast_push::{Closing, Counts, Pusher, delete_connection};
use tokio::time::{Instant, sleep};

use super::{Completion, Worker};

/// Connections that are closed at once.
const AT_ONCE: usize = 64;

/// The pause before a connection is closed again that could be neither closed nor deleted.
const PAUSE: Duration = Duration::from_secs(2);

/// Why a connection gets nothing more.
#[derive(Debug, Clone)]
pub enum Reason {
    /// It has ended.
    Gone,
    /// Its token has expired, or its subscription is damaged.
    Ended,
    /// It stalled for too long, or lacked far more events than others.
    TimedOut,
    /// It missed events for this reason.
    Missed(String),
}

/// Connections that are closed and deleted. The cursor waits for them: a connection that missed events must not
/// stay.
#[derive(Default)]
pub struct Cleaning {
    waiting: VecDeque<Ending>,
    running: Vec<Ending>,
}

#[derive(Debug, Clone)]
struct Ending {
    subscriber: Subscriber,
    reason: Reason,
    /// It could be neither closed nor deleted so far.
    is_repeated: bool,
}

impl Cleaning {
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty()
    }

    /// Connections that could be neither closed nor deleted so far.
    pub fn unstopped(&self) -> usize {
        self.waiting.iter().chain(&self.running).filter(|ending| ending.is_repeated).count()
    }
}

impl Ending {
    async fn run(self, pusher: &Pusher, until: Instant) -> Closing {
        if self.is_repeated {
            sleep(PAUSE).await;
        }
        let subscriber = &self.subscriber;
        match self.reason {
            // One that has ended can miss nothing.
            Reason::Gone => {
                delete_connection(&pusher.connections, subscriber, until).await;
                Closing::Closed
            }
            Reason::Ended => pusher.end(subscriber, until).await,
            Reason::TimedOut => pusher.disconnect(subscriber, None, until).await,
            Reason::Missed(error) => pusher.disconnect(subscriber, Some(error), until).await,
        }
    }

    /// The counts of its last attempt.
    fn counts(&self, closing: Closing) -> Counts {
        let mut counts = Counts::default();
        match (closing, &self.reason) {
            (Closing::Closed, Reason::Gone) | (Closing::Unstopped, _) => {}
            (Closing::Closed, Reason::Ended) => counts.expired = usize::from(!self.subscriber.is_damaged),
            (Closing::Closed, Reason::TimedOut | Reason::Missed(_)) => counts.closed = 1,
            (Closing::Connecting, _) => counts.connecting = 1,
            (Closing::Unclosed, _) => counts.unclosed = 1,
        }
        counts
    }
}

impl Worker<'_> {
    pub(super) fn drop_listener(&mut self, subscriber: &Subscriber, reason: Reason) {
        if self.listeners.drop_listener(subscriber) {
            match reason {
                Reason::Gone => self.served.counts.gone += 1,
                Reason::TimedOut => self.served.counts.timed_out += 1,
                Reason::Ended | Reason::Missed(_) => {}
            }
            let ending = Ending { subscriber: subscriber.clone(), reason, is_repeated: false };
            self.cleaning.waiting.push_back(ending);
        }
    }

    pub(super) fn plan_cleaning(&mut self) {
        while self.cleaning.running.len() < AT_ONCE
            && let Some(ending) = self.cleaning.waiting.pop_front()
        {
            self.cleaning.running.push(ending.clone());
            let (fanout, until) = (self.fanout, self.deadline.end);
            self.steps.push(Box::pin(async move {
                let id = ending.subscriber.id.clone();
                Completion::Cleaned(id, ending.run(&fanout.pusher, until).await)
            }));
        }
    }

    pub(super) fn on_cleaned(&mut self, id: &str, closing: Closing) {
        let running = self.cleaning.running.iter().position(|ending| ending.subscriber.id == id);
        let Some(ending) = running.map(|at| self.cleaning.running.swap_remove(at)) else { return };
        self.served.counts = self.served.counts + ending.counts(closing);
        match closing {
            Closing::Unstopped => self.cleaning.waiting.push_back(Ending { is_repeated: true, ..ending }),
            Closing::Closed | Closing::Unclosed => self.listeners.forget(id),
            // It may be open from now on.
            Closing::Connecting => {
                self.listeners.forget(id);
                self.listeners.readmit(id);
            }
        }
    }
}
