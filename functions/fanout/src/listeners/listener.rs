use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use tablecast_connections::Subscriber;
use tablecast_protocol::Protocol;
use tokio::time::Instant;

use crate::event::Event;
use crate::watermark::LowWatermark;

/// A listener that is behind is informed at most once in this time.
const INFORM_EVERY: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Listener {
    pub subscriber: Subscriber,
    pub inbox: VecDeque<Rc<Event>>,
    /// The first offset that it lacks.
    pub first_unsent: Option<u64>,
    pub state: State,
    pub strikes: u8,
    informed_at: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Idle,
    /// It waits for its turn.
    Ready,
    Sending,
    /// It failed, and the cause is not known yet.
    Suspect,
    /// It is being closed.
    Dropping,
}

impl Listener {
    pub fn new(subscriber: Subscriber) -> Self {
        let (inbox, state) = (VecDeque::new(), State::Idle);
        Self { subscriber, inbox, first_unsent: None, state, strikes: 0, informed_at: None }
    }

    pub fn take(&mut self, events: usize, watermark: &mut LowWatermark) -> usize {
        let taken = self.inbox.drain(..events.min(self.inbox.len())).count();
        self.update_first_unsent(watermark);
        taken
    }

    /// Drops the other events, and returns their number.
    pub fn retain(&mut self, is_kept: impl Fn(&Event) -> bool, watermark: &mut LowWatermark) -> usize {
        let before = self.inbox.len();
        self.inbox.retain(|event| is_kept(event));
        self.update_first_unsent(watermark);
        before - self.inbox.len()
    }

    pub fn update_first_unsent(&mut self, watermark: &mut LowWatermark) {
        let first_unsent = self.inbox.front().map(|event| event.offset);
        watermark.change(self.first_unsent, first_unsent);
        self.first_unsent = first_unsent;
    }

    /// Returns whether to inform the listener that it is behind. If so, the next notice is due after a pause.
    /// Only a client of single messages can do something about it.
    pub fn begin_to_inform(&mut self, appended_before: i64) -> bool {
        let is_behind = self.inbox.front().is_some_and(|event| event.appended_at < appended_before);
        let is_single = self.subscriber.protocol == Protocol::Single;
        let is_due = self.informed_at.is_none_or(|at| at.elapsed() >= INFORM_EVERY);
        if is_behind && is_single && is_due {
            self.informed_at = Some(Instant::now());
            return true;
        }
        false
    }
}
