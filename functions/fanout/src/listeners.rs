mod dropping;
mod lagging;
mod listener;
mod turns;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use tablecast_connections::Subscriber;
use tablecast_protocol::Protocol;

use crate::block::Lacking;
use crate::event::Event;
use crate::limits::Room;
use crate::retained::RetainedEvents;
use crate::watermark::LowWatermark;
use listener::{Listener, State};
pub use turns::Ready;

/// The listeners that lack events.
#[derive(Debug, Default)]
pub struct Listeners {
    by_id: HashMap<String, Listener>,
    ready: VecDeque<String>,
    watermark: LowWatermark,
    /// Events that listeners lack.
    queued: usize,
    /// The listeners of the events that were added last.
    latest: Vec<String>,
    retained: RetainedEvents,
    /// Every listener has, or lacks, the events up to here.
    read_to: u64,
    /// Grows when the run begins again. Turns of before do not count.
    generation: u32,
    /// Connections that are closed, or must be.
    dropped: HashSet<String>,
}

impl Listeners {
    pub fn new(cursor: u64) -> Self {
        Self { read_to: cursor, ..Self::default() }
    }

    /// Begins again at an earlier offset.
    pub fn restart(&mut self, cursor: u64) {
        self.generation += 1;
        self.read_to = cursor;
        self.queued = 0;
        self.retained = RetainedEvents::default();
        self.watermark.clear();
        self.ready.clear();
        self.by_id.retain(|_, listener| matches!(listener.state, State::Sending | State::Dropping));
        for listener in self.by_id.values_mut() {
            listener.inbox.clear();
            listener.first_unsent = (listener.state == State::Dropping).then_some(cursor + 1);
            self.watermark.change(None, listener.first_unsent);
        }
    }

    pub fn read_to(&self) -> u64 {
        self.read_to
    }

    pub fn queued(&self) -> usize {
        self.queued
    }

    /// Returns whether listeners lack so little that more events can be read.
    pub fn has_room(&mut self, room: Room) -> bool {
        self.retained.release(self.cursor());
        self.queued < room.queued && self.retained.bytes() < room.bytes
    }

    /// Every listener has the events up to here.
    pub fn cursor(&self) -> u64 {
        self.watermark.first().map_or(self.read_to, |first| first - 1)
    }

    pub fn is_idle(&self) -> bool {
        self.by_id.is_empty()
    }

    /// When the oldest event was appended that a listener lacks.
    pub fn oldest(&self) -> Option<i64> {
        let oldest = |listener: &Listener| listener.inbox.front().map(|event| event.appended_at);
        self.by_id.values().filter_map(oldest).min()
    }

    /// Frames that the listeners need, roughly.
    pub fn backlog(&self) -> usize {
        let frames = |listener: &Listener| match listener.subscriber.protocol {
            Protocol::Single => listener.inbox.len(),
            Protocol::Batch => usize::from(!listener.inbox.is_empty()),
        };
        self.by_id.values().map(frames).sum()
    }

    /// Every listener of these events lacks them, or has them.
    pub fn read<'e>(&mut self, events: impl Iterator<Item = &'e Rc<Event>>, to: u64) {
        events.for_each(|event| self.retained.add(event.offset, event.text.len()));
        self.read_to = to;
    }

    /// These listeners are to get events next.
    pub fn begin_block(&mut self, deliveries: &[Lacking]) {
        if !deliveries.is_empty() {
            self.latest = deliveries.iter().map(|(subscriber, _)| subscriber.id.clone()).collect();
        }
    }

    /// A listener lacks these events. Nothing is sent to connections that are dropped. At the end of the token that
    /// granted the first events, the connection is read again: its new token may not grant them.
    pub fn add(&mut self, mut subscriber: Subscriber, events: Vec<Rc<Event>>) {
        if events.is_empty() || self.is_dropped(&subscriber.id) {
            return;
        }
        self.queued += events.len();
        let id = subscriber.id.clone();
        let listener = self.by_id.entry(id.clone()).or_insert_with(|| Listener::new(subscriber.clone()));
        if !listener.inbox.is_empty() {
            subscriber.ends_at = subscriber.ends_at.min(listener.subscriber.ends_at);
        }
        listener.subscriber = subscriber;
        listener.inbox.extend(events);
        listener.update_first_unsent(&mut self.watermark);
        if listener.state == State::Idle {
            listener.state = State::Ready;
            self.ready.push_back(id);
        }
    }
}

#[cfg(test)]
mod tests;
