//! Listeners that hold others back. Where all listeners are equally slow, there are none.

use tablecast_connections::Subscriber;

use super::Listeners;
use super::listener::{Listener, State};
use super::turns::SINGLE_EVENTS;
use crate::limits::Room;

/// A listener that lacks fewer events holds nobody back for long.
const FEW: usize = 2 * SINGLE_EVENTS;

/// A lagging listener lacks so many times as many events as the quickest tenth of the listeners.
const TIMES: usize = 4;

impl Listeners {
    /// The listeners that lack far more events than others: those that lack the oldest ones, until the others leave
    /// half of the room free.
    pub fn lagging(&self, room: Room) -> Vec<Subscriber> {
        let many = FEW.max(TIMES * self.quickest());
        let is_slow = |one: &&Listener| one.state != State::Dropping && one.inbox.len() > many;
        let mut slow: Vec<&Listener> = self.by_id.values().filter(is_slow).collect();
        slow.sort_by_key(|listener| listener.first_unsent);
        let (enough, mut queued) = (room.divided_by(2), self.queued);
        let holds_back = |listener: &&Listener| {
            let bytes = self.retained.bytes_from(listener.first_unsent.unwrap_or_default());
            let is_enough = queued <= enough.queued && bytes <= enough.bytes;
            queued -= listener.inbox.len();
            !is_enough
        };
        slow.into_iter().take_while(holds_back).map(|listener| listener.subscriber.clone()).collect()
    }

    /// The events that the quickest tenth of the latest listeners lack at most. Dropped connections do not count.
    fn quickest(&self) -> usize {
        let lacks = |id: &String| self.by_id.get(id).map_or(0, |listener| listener.inbox.len());
        let served = self.latest.iter().filter(|id| !self.is_dropped(id));
        let mut lacks: Vec<usize> = served.map(lacks).collect();
        let tenth = lacks.len() / 10;
        if lacks.is_empty() { 0 } else { *lacks.select_nth_unstable(tenth).1 }
    }
}
