mod listener;
mod stragglers;

use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use tablecast_connections::{Session, Subscriber};
use tablecast_protocol::Protocol;

use crate::block::Lacking;
use crate::event::Event;
use crate::fronts::Fronts;
use crate::held::Held;
use crate::limits::Room;
use listener::{Listener, State};

/// Events of one turn. The cursor can move after a turn.
const SINGLE_EVENTS: usize = 64;
const BATCH_EVENTS: usize = 2000;

/// Turns in a row that end with a throttled post. Then the connection itself counts as the cause.
const MAX_STRIKES: u8 = 5;

/// The listeners that lack events.
#[derive(Debug, Default)]
pub struct Crowd {
    listeners: HashMap<String, Listener>,
    ready: VecDeque<String>,
    fronts: Fronts,
    /// Events that listeners lack.
    queued: usize,
    /// The listeners of the events that were added last.
    latest: Vec<String>,
    held: Held,
    /// Every listener has, or lacks, the events up to here.
    read_to: u64,
    /// Grows when the run begins again. Turns of before do not count.
    generation: u32,
    /// Connections that are closed, or must be.
    dropped: HashSet<String>,
}

/// The events that a listener lacks, to be sent now.
#[derive(Debug)]
pub struct Ready {
    pub subscriber: Subscriber,
    pub events: Vec<Rc<Event>>,
    pub generation: u32,
    /// The listener shall be informed that it is far behind.
    pub informs: bool,
}

impl Crowd {
    pub fn new(cursor: u64) -> Self {
        Self { read_to: cursor, ..Self::default() }
    }

    /// Begins again at an earlier offset.
    pub fn restart(&mut self, cursor: u64) {
        self.generation += 1;
        self.read_to = cursor;
        self.queued = 0;
        self.held = Held::default();
        self.fronts.clear();
        self.ready.clear();
        self.listeners.retain(|_, listener| matches!(listener.state, State::Sending | State::Dropping));
        for listener in self.listeners.values_mut() {
            listener.inbox.clear();
            listener.front = (listener.state == State::Dropping).then_some(cursor + 1);
            self.fronts.change(None, listener.front);
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
        self.held.release(self.cursor());
        self.queued < room.queued && self.held.bytes() < room.bytes
    }

    /// Every listener has the events up to here.
    pub fn cursor(&self) -> u64 {
        self.fronts.first().map_or(self.read_to, |first| first - 1)
    }

    pub fn is_idle(&self) -> bool {
        self.listeners.is_empty()
    }

    /// When the oldest event was appended that a listener lacks.
    pub fn oldest(&self) -> Option<i64> {
        let oldest = |listener: &Listener| listener.inbox.front().map(|event| event.appended_at);
        self.listeners.values().filter_map(oldest).min()
    }

    /// Frames that the listeners need, roughly.
    pub fn backlog(&self) -> usize {
        let frames = |listener: &Listener| match listener.subscriber.protocol {
            Protocol::Single => listener.inbox.len(),
            Protocol::Batch => usize::from(!listener.inbox.is_empty()),
        };
        self.listeners.values().map(frames).sum()
    }

    /// Every listener of these events lacks them, or has them.
    pub fn read<'e>(&mut self, events: impl Iterator<Item = &'e Rc<Event>>, to: u64) {
        events.for_each(|event| self.held.add(event.offset, event.text.len()));
        self.read_to = to;
    }

    pub fn is_dropped(&self, id: &str) -> bool {
        self.dropped.contains(id)
    }

    /// These listeners are to get events next.
    pub fn begin_block(&mut self, deliveries: &[Lacking]) {
        if !deliveries.is_empty() {
            self.latest = deliveries.iter().map(|(subscriber, _)| subscriber.id.clone()).collect();
        }
    }

    /// A listener lacks these events. Nothing is sent to connections that are dropped.
    pub fn add(&mut self, subscriber: Subscriber, events: Vec<Rc<Event>>) {
        if events.is_empty() || self.is_dropped(&subscriber.id) {
            return;
        }
        self.queued += events.len();
        let id = subscriber.id.clone();
        let listener = self.listeners.entry(id.clone()).or_insert_with(|| Listener::new(subscriber.clone()));
        listener.subscriber = subscriber;
        listener.inbox.extend(events);
        listener.update_front(&mut self.fronts);
        if listener.state == State::Idle {
            listener.state = State::Ready;
            self.ready.push_back(id);
        }
    }

    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// The listener whose turn it is.
    pub fn next_turn(&mut self, informed_before: Option<i64>) -> Option<Ready> {
        let generation = self.generation;
        loop {
            let id = self.ready.pop_front()?;
            let Some(listener) = self.listeners.get_mut(&id).filter(|one| one.state == State::Ready) else {
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
        let Some(listener) = self.listeners.get_mut(id) else { return };
        if generation == self.generation {
            self.queued -= listener.take(sent, &mut self.fronts);
        }
        if is_fine {
            listener.strikes = 0;
        }
    }

    /// It gets its next turn, if it lacks more.
    pub fn go_on(&mut self, id: &str) {
        let Some(listener) = self.listeners.get_mut(id) else { return };
        match listener.inbox.is_empty() {
            true => drop(self.listeners.remove(id)),
            false => {
                listener.state = State::Ready;
                self.ready.push_back(id.to_owned());
            }
        }
    }

    /// The listener has another token. It may grant less: only events of subscriptions that are left are sent.
    pub fn renew(&mut self, session: &Session) {
        let id = &session.connection.id;
        if let Some(listener) = self.listeners.get_mut(id) {
            listener.subscriber.ends_at = session.connection.ends_at();
            self.queued -= listener.retain(|event| event.is_wanted(&session.subscriptions), &mut self.fronts);
            self.go_on(id);
        }
    }

    pub fn suspect(&mut self, id: &str) {
        if let Some(listener) = self.listeners.get_mut(id) {
            listener.state = State::Suspect;
        }
    }

    /// Returns whether its failures are too many to be those of others.
    pub fn strike(&mut self, id: &str) -> bool {
        let Some(listener) = self.listeners.get_mut(id) else { return false };
        listener.strikes += 1;
        listener.strikes >= MAX_STRIKES
    }

    /// A connection that was dropped gets later events again.
    pub fn readmit(&mut self, id: &str) {
        self.dropped.remove(id);
    }

    /// The listener gets nothing any more. The cursor waits until it is closed: see `forget`.
    pub fn drop_listener(&mut self, subscriber: &Subscriber) -> bool {
        let is_new = self.dropped.insert(subscriber.id.clone());
        let next = self.read_to + 1;
        let listener =
            self.listeners.entry(subscriber.id.clone()).or_insert_with(|| Listener::new(subscriber.clone()));
        listener.state = State::Dropping;
        self.queued -= listener.inbox.len();
        listener.inbox.clear();
        if listener.front.is_none() {
            self.fronts.change(None, Some(next));
            listener.front = Some(next);
        }
        is_new
    }

    pub fn forget(&mut self, id: &str) {
        if let Some(mut listener) = self.listeners.remove(id) {
            self.queued -= listener.retain(|_| false, &mut self.fronts);
        }
    }
}

#[cfg(test)]
mod tests;
