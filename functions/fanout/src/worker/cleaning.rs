use std::collections::VecDeque;
use std::time::Duration;

use tablecast_connections::Subscriber;
use tablecast_push::Counts;
use tokio::time::sleep;

use super::{Step, Worker};

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
    waiting: VecDeque<(Subscriber, Reason, Duration)>,
    running: Vec<(Subscriber, Reason)>,
}

impl Cleaning {
    pub fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty()
    }
}

impl Worker<'_> {
    pub(super) fn drop_listener(&mut self, subscriber: &Subscriber, reason: Reason) {
        if self.crowd.drop_listener(subscriber) {
            match reason {
                Reason::Gone => self.served.counts.gone += 1,
                Reason::TimedOut => self.served.counts.timed_out += 1,
                Reason::Ended | Reason::Missed(_) => {}
            }
            self.cleaning.waiting.push_back((subscriber.clone(), reason, Duration::ZERO));
        }
    }

    pub(super) fn plan_cleaning(&mut self) {
        while self.cleaning.running.len() < AT_ONCE
            && let Some((subscriber, reason, pause)) = self.cleaning.waiting.pop_front()
        {
            self.cleaning.running.push((subscriber.clone(), reason.clone()));
            let (fanout, until) = (self.fanout, self.deadline.end);
            self.steps.push(Box::pin(async move {
                sleep(pause).await;
                let (pusher, mut counts) = (&fanout.pusher, Counts::default());
                match reason {
                    Reason::Gone => {
                        let is_deleted = pusher.delete(&subscriber, until).await;
                        counts.unstopped += usize::from(!is_deleted);
                    }
                    Reason::Ended => pusher.end(&subscriber, until, &mut counts).await,
                    Reason::TimedOut => pusher.disconnect(&subscriber, None, until, &mut counts).await,
                    Reason::Missed(error) => {
                        pusher.disconnect(&subscriber, Some(error), until, &mut counts).await;
                    }
                }
                Step::Cleaned(subscriber.id, counts)
            }));
        }
    }

    pub(super) fn has_cleaned(&mut self, id: &str, counts: Counts) {
        let running = self.cleaning.running.iter().position(|(subscriber, _)| subscriber.id == id);
        let Some((subscriber, reason)) = running.map(|at| self.cleaning.running.swap_remove(at)) else {
            return;
        };
        self.served.counts = self.served.counts + counts;
        // A connection that has ended can miss nothing.
        if counts.unstopped > 0 && !matches!(reason, Reason::Gone) {
            self.cleaning.waiting.push_back((subscriber, reason, PAUSE));
        } else {
            self.crowd.forget(id);
        }
        // It may be open from now on.
        if counts.connecting > 0 {
            self.crowd.readmit(id);
        }
    }
}
