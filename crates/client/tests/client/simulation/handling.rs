//! The messages of clients.

use std::collections::VecDeque;

use serde_json::{Value, json};
use tablecast_protocol::message::{Message, Subscribe, Unsubscribe};
use tablecast_protocol::{Position, rfc3339};

use super::log::Log;
use super::server::{Connection, Server, WIDE, is_wanted};
use super::step::Step;
use crate::server_events::{event, too_wide, unavailable};

impl Server {
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
            Message::Refresh(_) | Message::State(_) => VecDeque::new(),
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
}

fn replay<'l>(log: &'l Log, from: usize, message: &Subscribe) -> impl Iterator<Item = Step> + use<'l> {
    let (subjects, types) = (message.subjects.clone(), message.types.clone());
    let missed = log.events.iter().skip(from).filter(move |logged| is_wanted(logged, &subjects, &types));
    missed.map(|logged| Step::Send(logged.frame.clone()))
}
