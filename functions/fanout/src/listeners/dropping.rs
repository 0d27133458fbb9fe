//! Connections that get nothing any more.

use tablecast_connections::Subscriber;

use super::Listeners;
use super::listener::{Listener, State};

impl Listeners {
    pub fn is_dropped(&self, id: &str) -> bool {
        self.dropped.contains(id)
    }

    /// A connection that was dropped gets later events again.
    pub fn readmit(&mut self, id: &str) {
        self.dropped.remove(id);
    }

    /// The listener gets nothing any more. The cursor waits until it is closed: see `forget`. Returns false if it
    /// was dropped before.
    pub fn drop_listener(&mut self, subscriber: &Subscriber) -> bool {
        if !self.dropped.insert(subscriber.id.clone()) {
            return false;
        }
        let next = self.read_to + 1;
        let listener =
            self.by_id.entry(subscriber.id.clone()).or_insert_with(|| Listener::new(subscriber.clone()));
        listener.state = State::Dropping;
        self.queued -= listener.inbox.len();
        listener.inbox.clear();
        if listener.first_unsent.is_none() {
            self.watermark.change(None, Some(next));
            listener.first_unsent = Some(next);
        }
        true
    }

    pub fn forget(&mut self, id: &str) {
        if let Some(mut listener) = self.by_id.remove(id) {
            self.queued -= listener.retain(|_| false, &mut self.watermark);
        }
    }
}
