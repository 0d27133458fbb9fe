//! Listeners that hold others back. Where all listeners are equally slow, there are none.

use tablecast_connections::Subscriber;

use super::listener::{Listener, State};
use super::{Crowd, SINGLE_EVENTS};
use crate::limits::Room;

/// A listener that lacks fewer events holds nobody back for long.
const FEW: usize = 2 * SINGLE_EVENTS;

/// A straggler lacks so many times as many events as the quickest tenth of the listeners.
const TIMES: usize = 4;

impl Crowd {
    /// The listeners that lack far more events than others: those that lack the oldest ones, until the others leave
    /// half of the room free.
    pub fn stragglers(&self, room: Room) -> Vec<Subscriber> {
        let many = FEW.max(TIMES * self.quickest());
        let is_slow = |one: &&Listener| one.state != State::Dropping && one.inbox.len() > many;
        let mut slow: Vec<&Listener> = self.listeners.values().filter(is_slow).collect();
        slow.sort_by_key(|listener| listener.front);
        let (mut queued, mut cursor) = (self.queued, self.cursor());
        let mut stragglers = Vec::new();
        for (listener, next) in slow.iter().zip(slow.iter().skip(1).map(Some).chain([None])) {
            if queued <= room.queued / 2 && self.backlog.bytes_from(cursor + 1) <= room.bytes / 2 {
                break;
            }
            queued -= listener.inbox.len();
            cursor = next.and_then(|next| next.front).map_or(self.read_to, |front| front - 1);
            stragglers.push(listener.subscriber.clone());
        }
        stragglers
    }

    /// The events that the quickest tenth of the latest listeners lack at most.
    fn quickest(&self) -> usize {
        let lacks = |id: &String| self.listeners.get(id).map_or(0, |listener| listener.inbox.len());
        let mut lacks: Vec<usize> = self.latest.iter().map(lacks).collect();
        let tenth = lacks.len() / 10;
        if lacks.is_empty() { 0 } else { *lacks.select_nth_unstable(tenth).1 }
    }
}
