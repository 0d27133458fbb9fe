use serde_json::{Map, Value as Json, json};
use tablecast_protocol::event::bus_source;

use super::channels::SOCKET;
use super::messages::{on_bus, reference};
use crate::contents::Contents;

/// What a client says, and what may be answered.
const ANSWERED: [(&str, &[&str]); 4] = [
    ("subscribe", &["tablecast.resumed.v1", "tablecast.subscribed.v1", "tablecast.error.v1"]),
    ("unsubscribe", &["tablecast.unsubscribed.v1", "tablecast.error.v1"]),
    ("ping", &["tablecast.pong.v1", "tablecast.error.v1"]),
    ("refresh", &["tablecast.refreshed.v1", "tablecast.error.v1"]),
];

/// What comes without having been asked for.
const NOTICES: [&str; 2] = ["tablecast.error.v1", "tablecast.event-too-large.v1"];

pub fn all(contents: &Contents<'_>) -> Json {
    let mut operations = Map::new();
    let emitted = contents.events.iter().filter(|event| !event.emitters.is_empty());
    let pushed = emitted.map(|event| event.event_type);
    operations
        .insert("push".into(), send("Events reach who has subscribed to their subjects.", SOCKET, pushed));
    let known = |name: &&str| contents.controls.iter().any(|control| control.event_type == *name);
    let notices = NOTICES.into_iter().filter(known);
    operations.insert("notify".into(), send("What tablecast says unasked.", SOCKET, notices));
    for (action, answers) in ANSWERED {
        operations.insert(action.into(), receive(action, answers.iter().copied().filter(known)));
    }
    for pipe in contents.pipes.iter() {
        let emitted = contents.events.iter().filter(|event| event.pipe_names().contains(&pipe.name.as_str()));
        let messages: Vec<String> = emitted.map(|event| on_bus(event.event_type)).collect();
        let summary = format!("Changes of the table {} are published on the bus.", pipe.definition.table);
        let channel = bus_source(&pipe.name);
        let operation = send(&summary, &channel, messages.iter().map(String::as_str));
        operations.insert(format!("publish.{}", pipe.name), operation);
    }
    operations.into()
}

fn send<'m>(summary: &str, channel: &str, messages: impl Iterator<Item = &'m str>) -> Json {
    json!({ "action": "send", "summary": summary, "channel": to(channel), "messages": within(channel, messages) })
}

fn receive<'m>(action: &str, answers: impl Iterator<Item = &'m str>) -> Json {
    json!({
        "action": "receive",
        "channel": to(SOCKET),
        "messages": within(SOCKET, [action].into_iter()),
        "reply": {"channel": to(SOCKET), "messages": within(SOCKET, answers)},
    })
}

fn within<'m>(channel: &str, messages: impl Iterator<Item = &'m str>) -> Vec<Json> {
    messages.map(|name| reference(&format!("#/channels/{channel}/messages/{name}"))).collect()
}

fn to(channel: &str) -> Json {
    reference(&format!("#/channels/{channel}"))
}
