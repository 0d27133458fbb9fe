use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use tablecast_protocol::subject::{Pattern, Subject};

use super::log::{Log, Logged, New};
use super::step::Step;
use crate::server_events::reconnect;

pub const SUBJECTS: [&str; 3] = ["a/1", "a/2", "b/1"];
pub const WIDE: &str = "tablecast/*";
const TYPES: [&str; 2] = ["x.v1", "y.v1"];

#[derive(Default)]
pub struct Connection {
    /// The types of each pattern.
    pub subscriptions: BTreeMap<String, BTreeSet<String>>,
    /// The frames that the client will receive, in this order.
    pub frames: VecDeque<String>,
    pub handling: Vec<VecDeque<Step>>,
    pub is_closing: bool,
}

/// A server with a log for each first segment of a subject, two concurrent dispatchers and connections that fail. Its
/// caller decides what happens next. A dispatcher sends the events of an item in order.
pub struct Server {
    /// Every event, in the order of the ids.
    pub events: Vec<Logged>,
    pub logs: Vec<Log>,
    pub connections: BTreeMap<u64, Connection>,
    /// How often a client resumed a log in the epoch that continues its position.
    pub continued: u32,
    /// The events that each dispatcher has not sent yet.
    pub dispatchers: [VecDeque<Logged>; 2],
    last_sent: Option<Logged>,
    pub fails_next_ping: bool,
}

impl Connection {
    /// The messages with a step that remains.
    pub fn running(&self) -> Vec<usize> {
        (0..self.handling.len()).filter(|index| !self.handling[*index].is_empty()).collect()
    }
}

impl Server {
    pub fn new() -> Self {
        let epochs = Rc::new(Cell::new(0));
        let logs = ["tablecast/a", "tablecast/b"].map(|source| Log::new(source, epochs.clone()));
        Self {
            events: Vec::new(),
            logs: logs.into(),
            connections: BTreeMap::new(),
            continued: 0,
            dispatchers: Default::default(),
            last_sent: None,
            fails_next_ping: false,
        }
    }

    pub fn open(&mut self, id: u64) {
        self.connections.insert(id, Connection::default());
    }

    pub fn write(&mut self, subject: &'static str, kind: usize, at: u128) {
        let source = format!("tablecast/{}", &subject[..1]);
        let waiting = self.dispatchers.iter().flatten().filter(|logged| logged.source == source);
        let delivered = waiting.map(|logged| logged.offset - 1).min().unwrap_or(u64::MAX);
        let new = New { id: self.events.len(), at, subject, event_type: TYPES[kind % TYPES.len()] };
        let log = self.logs.iter_mut().find(|log| log.source == source).unwrap();
        let logged = log.append(new, delivered);
        self.events.push(logged.clone());
        let dispatcher = usize::from(logged.item() != "a/1");
        self.dispatchers[dispatcher].push_back(logged);
    }

    /// Nothing happens for longer than the logs keep events.
    pub fn expire(&mut self) {
        let is_idle =
            |connection: &Connection| connection.frames.is_empty() && connection.running().is_empty();
        let is_dispatched = self.dispatchers.iter().all(VecDeque::is_empty);
        if is_dispatched && self.connections.values().all(is_idle) {
            self.last_sent = None;
            self.logs.iter_mut().for_each(Log::expire);
        }
    }

    /// Returns the dispatchers that have an event to send.
    pub fn busy_dispatchers(&self) -> Vec<usize> {
        (0..2).filter(|index| !self.dispatchers[*index].is_empty()).collect()
    }

    pub fn dispatch(&mut self, dispatcher: usize) {
        let logged = self.dispatchers[dispatcher].pop_front().unwrap();
        self.send(&logged);
        self.last_sent = Some(logged);
    }

    /// Sends the events that were appended before this time.
    pub fn dispatch_before(&mut self, time: u128) {
        for dispatcher in 0..2 {
            while self.dispatchers[dispatcher].front().is_some_and(|logged| logged.at < time) {
                self.dispatch(dispatcher);
            }
        }
    }

    pub fn dispatch_again(&mut self) {
        if let Some(logged) = self.last_sent.clone() {
            self.send(&logged);
        }
    }

    /// Dispatches an event that one connection cannot take. The server closes that connection.
    pub fn fail_send(&mut self) {
        let Some(dispatcher) = self.busy_dispatchers().first().copied() else { return };
        let Some(connection) = self.connections.values_mut().next() else { return };
        connection.is_closing = true;
        connection.handling.clear();
        let logged = self.dispatchers[dispatcher].pop_front().unwrap();
        self.send(&logged);
    }

    pub fn request_reconnect(&mut self) {
        self.connections.values_mut().for_each(|connection| connection.frames.push_back(reconnect()));
    }

    fn send(&mut self, logged: &Logged) {
        for connection in self.connections.values_mut().filter(|connection| !connection.is_closing) {
            let is_wanted = |(pattern, types): (&String, &BTreeSet<String>)| {
                is_wanted(logged, std::slice::from_ref(pattern), types)
            };
            if connection.subscriptions.iter().any(is_wanted) {
                connection.frames.push_back(logged.frame.clone());
            }
        }
    }
}

/// No types are all types.
pub fn is_wanted(logged: &Logged, subjects: &[String], types: &BTreeSet<String>) -> bool {
    let subject = Subject::parse(logged.subject).unwrap();
    subjects.iter().any(|pattern| Pattern::parse(pattern).unwrap().matches(&subject))
        && (types.is_empty() || types.contains(logged.event_type))
}
