//! Each listener has its turn, and then waits for the next one.

use std::collections::HashMap;
use std::rc::Rc;

use tablecast_connections::{Session, Subscriber};
use tablecast_protocol::Protocol;

use super::Listeners;
use super::listener::{Listener, State};
use crate::event::Event;

/// Events of one turn. The cursor can move after a turn.
pub(super) const SINGLE_EVENTS: usize = 64;
const BATCH_EVENTS: usize = 2000;

/// Turns in a row that end with a throttled post. Then the connection itself counts as the cause.
const MAX_STRIKES: u8 = 5;

/// The events that a listener lacks, to be sent now.
#[derive(Debug)]
pub struct Ready {
    pub subscriber: Subscriber,
    pub events: Vec<Rc<Event>>,
    pub generation: u32,
    /// The listener shall be informed that it is far behind.
    pub informs: bool,
}

impl Listeners {
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The listener whose turn it is.
    pub fn next_turn(&mut self, informed_before: Option<i64>) -> Option<Ready> {
        let generation = self.generation;
        loop {
            let id = self.ready.pop_front()?;
            let Some(listener) = self.by_id.get_mut(&id).filter(|one| one.state == State::Ready) else {
                continue;
            };
            listener.state = State::Sending;
            let informs = informed_before.is_some_and(|before| listener.begin_to_inform(before));
            let most = match listener.subscriber.protocol {
                Protocol::Single => SINGLE_EVENTS,
                Protocol::Batch => BATCH_EVENTS,
            };
            let events = listener.inbox.iter().take(most).cloned().collect();
            return Some(Ready { subscriber: listener.subscriber.clone(), events, generation, informs });
        }
    }

    /// The listener has its first events.
    pub fn finish(&mut self, id: &str, generation: u32, sent: usize, is_fine: bool) {
        let Some(listener) = served(&mut self.by_id, id) else { return };
        if generation == self.generation {
            self.queued -= listener.take(sent, &mut self.watermark);
        }
        if is_fine {
            listener.strikes = 0;
        }
    }

    /// It gets its next turn, if it lacks more.
    pub fn go_on(&mut self, id: &str) {
        let Some(listener) = served(&mut self.by_id, id) else { return };
        match listener.inbox.is_empty() {
            true => drop(self.by_id.remove(id)),
            false => {
                listener.state = State::Ready;
                self.ready.push_back(id.to_owned());
            }
        }
    }

    /// The listener has another token. It may grant less: only events of subscriptions that are left are sent.
    pub fn renew(&mut self, session: &Session) {
        let id = &session.connection.id;
        // Since its token was read, the run can have begun again, or the listener can have been dropped.
        if let Some(listener) = self.by_id.get_mut(id).filter(|one| one.state == State::Suspect) {
            listener.subscriber.ends_at = session.connection.ends_at();
            self.queued -=
                listener.retain(|event| event.is_wanted(&session.subscriptions), &mut self.watermark);
            self.go_on(id);
        }
    }

    pub fn suspect(&mut self, id: &str) {
        if let Some(listener) = served(&mut self.by_id, id) {
            listener.state = State::Suspect;
        }
    }

    /// Returns whether its failures are too many to be those of others.
    pub fn strike(&mut self, id: &str) -> bool {
        let Some(listener) = served(&mut self.by_id, id) else { return false };
        listener.strikes += 1;
        listener.strikes >= MAX_STRIKES
    }
}

/// A listener that is not dropped. The cursor waits for those that are.
fn served<'l>(listeners: &'l mut HashMap<String, Listener>, id: &str) -> Option<&'l mut Listener> {
    listeners.get_mut(id).filter(|listener| listener.state != State::Dropping)
}
