use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use serde_json::{Value, json};
use tablecast_protocol::message::{Message, Subscribe, Unsubscribe};
use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_protocol::{Position, rfc3339};

use super::log::{Log, Logged, New};
use crate::server_events::{event, reconnect, too_wide, unavailable};

pub const SUBJECTS: [&str; 3] = ["a/1", "a/2", "b/1"];
pub const WIDE: &str = "tablecast/*";
const TYPES: [&str; 2] = ["x.v1", "y.v1"];

/// A step of a message that the server handles. Messages run concurrently.
enum Step {
    Announce(Subscribe),
    Send(String),
    Store(Subscribe),
    CatchUp { message: Subscribe, replayed: Vec<(String, usize)> },
    Remove(Vec<String>),
    Pong(Option<String>),
}

#[derive(Default)]
pub struct Connection {
    /// The types of each pattern.
    subscriptions: BTreeMap<String, BTreeSet<String>>,
    /// The frames that the client will receive, in this order.
    pub frames: VecDeque<String>,
    handling: Vec<VecDeque<Step>>,
    pub is_closing: bool,
}

/// A server with a log for each first segment of a subject, two concurrent dispatchers and connections that fail. Its
/// caller decides what happens next.
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
        self.dispatchers[usize::from(subject != "a/1")].push_back(logged);
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

    /// docs/reference/protocol.md: announce and replay, store the subscription, catch up, acknowledge.
    pub fn handle(&mut self, id: u64, message: Message) {
        let Some(connection) = self.connections.get_mut(&id).filter(|connection| !connection.is_closing)
        else {
            return;
        };
        connection.handling.push(match message {
            Message::Subscribe(message) => [Step::Announce(message)].into(),
            Message::Unsubscribe(Unsubscribe { subjects, id }) => {
                let data = json!({"request": id, "subjects": subjects});
                let reply = event("tablecast.unsubscribed.v1", data, json!({}));
                [Step::Remove(subjects), Step::Send(reply)].into()
            }
            Message::Ping(ping) => [Step::Pong(ping.id)].into(),
            Message::Refresh(_) => VecDeque::new(),
        });
    }

    /// Runs the next step of a message.
    pub fn run(&mut self, id: u64, message: usize) {
        let step = self.connections.get_mut(&id).unwrap().handling[message].pop_front().unwrap();
        match step {
            Step::Announce(subscribe) => self.announce(id, message, subscribe),
            Step::Send(frame) => self.connection(id).frames.push_back(frame),
            Step::Store(Subscribe { subjects, types, .. }) => {
                let stored = subjects.into_iter().map(|subject| (subject, types.clone()));
                self.connection(id).subscriptions.extend(stored);
            }
            Step::CatchUp { message: subscribe, replayed } => {
                self.catch_up(id, message, &subscribe, &replayed)
            }
            Step::Remove(subjects) => {
                self.connection(id).subscriptions.retain(|subject, _| !subjects.contains(subject));
            }
            Step::Pong(request) => self.pong(id, request),
        }
    }

    fn connection(&mut self, id: u64) -> &mut Connection {
        self.connections.get_mut(&id).unwrap()
    }

    fn announce(&mut self, id: u64, index: usize, message: Subscribe) {
        let (mut results, mut replayed, mut steps) = (serde_json::Map::new(), Vec::new(), VecDeque::new());
        let mut continued = 0;
        for (source, position) in &message.after {
            let position: Position = position.parse().unwrap();
            let log = self.logs_of(&message.subjects).into_iter().find(|log| log.source == *source);
            let result = match log.map(|log| (log, log.resolve(position))) {
                Some((log, Some(from))) => {
                    let end = log.end();
                    continued += u32::from(end.epoch != position.epoch && position.offset > 0);
                    replayed.push((source.clone(), log.events.len()));
                    steps.extend(replay(log, from as usize, &message));
                    json!({"recovered": true, "position": end})
                }
                Some((_, None)) => json!({"recovered": false, "reason": "epoch-changed"}),
                None if message.subjects.contains(&"*".to_owned()) => too_wide(),
                None => json!({"recovered": false, "reason": "position-unknown"}),
            };
            results.insert(source.clone(), result);
        }
        self.continued += continued;
        if !message.after.is_empty() {
            let data = json!({"request": message.id, "sources": results});
            self.connection(id).frames.push_back(event("tablecast.resumed.v1", data, json!({})));
        }
        let copy = Subscribe {
            types: message.types.clone(),
            subjects: message.subjects.clone(),
            ..Subscribe::default()
        };
        steps.extend([Step::Store(copy), Step::CatchUp { message, replayed }]);
        self.connection(id).handling[index] = steps;
    }

    fn catch_up(&mut self, id: u64, index: usize, message: &Subscribe, replayed: &[(String, usize)]) {
        let again = |log: &Log| {
            let from = replayed.iter().find(|(source, _)| *source == log.source);
            from.map(|(_, from)| replay(log, *from, message).collect::<Vec<_>>()).unwrap_or_default()
        };
        let mut steps: VecDeque<_> = self.logs.iter().flat_map(again).collect();
        let granted: Vec<_> =
            message.subjects.iter().map(|subject| json!({"subject": subject, "granted": true})).collect();
        let data =
            json!({"request": message.id, "subjects": granted, "sources": self.sources(&message.subjects)});
        let reply = event("tablecast.subscribed.v1", data, json!({"time": rfc3339(0)}));
        steps.push_back(Step::Send(reply));
        self.connection(id).handling[index] = steps;
    }

    fn pong(&mut self, id: u64, request: Option<String>) {
        let subjects: Vec<_> = self.connection(id).subscriptions.keys().cloned().collect();
        let reply = match std::mem::take(&mut self.fails_next_ping) {
            true => unavailable(request.as_deref()),
            false => {
                let data = json!({"request": request, "sources": self.sources(&subjects)});
                event("tablecast.pong.v1", data, json!({}))
            }
        };
        self.connection(id).frames.push_back(reply);
    }

    fn sources(&self, subjects: &[String]) -> Value {
        let ends = self.logs_of(subjects).into_iter().map(|log| (log.source.clone(), json!(log.end())));
        let wide = subjects.contains(&"*".to_owned()).then(|| (WIDE.to_owned(), json!(Position::NONE)));
        Value::Object(ends.chain(wide).collect())
    }

    fn logs_of(&self, subjects: &[String]) -> Vec<&Log> {
        let has = |log: &&Log| {
            subjects
                .iter()
                .any(|subject| subject != "*" && log.source == format!("tablecast/{}", &subject[..1]))
        };
        self.logs.iter().filter(has).collect()
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

fn replay<'l>(log: &'l Log, from: usize, message: &Subscribe) -> impl Iterator<Item = Step> + use<'l> {
    let (subjects, types) = (message.subjects.clone(), message.types.clone());
    let missed = log.events.iter().skip(from).filter(move |logged| is_wanted(logged, &subjects, &types));
    missed.map(|logged| Step::Send(logged.frame.clone()))
}

/// No types are all types.
pub fn is_wanted(logged: &Logged, subjects: &[String], types: &BTreeSet<String>) -> bool {
    let subject = Subject::parse(logged.subject).unwrap();
    subjects.iter().any(|pattern| Pattern::parse(pattern).unwrap().matches(&subject))
        && (types.is_empty() || types.contains(logged.event_type))
}
