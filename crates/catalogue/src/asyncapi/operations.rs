use serde_json::{Map, Value as Json, json};
use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::event::bus_source;
use tablecast_protocol::message::{ACTIONS, Action};

use super::channels::SOCKET;
use super::messages::on_bus;
use super::reference::reference;
use crate::contents::Contents;

/// Control events that reply to no message.
const NOTICES: [&str; 3] = ["tablecast.error.v1", "tablecast.event-too-large.v1", "tablecast.refused.v1"];

/// The control events that reply to a client message.
fn replies(action: Action) -> &'static [&'static str] {
    match action {
        Action::Subscribe => {
            &["tablecast.resumed.v1", "tablecast.subscribed.v1", "tablecast.state.v1", "tablecast.error.v1"]
        }
        Action::Unsubscribe => &["tablecast.unsubscribed.v1", "tablecast.error.v1"],
        Action::Ping => &["tablecast.pong.v1", "tablecast.error.v1"],
        Action::Refresh => &["tablecast.refreshed.v1", "tablecast.error.v1"],
        Action::State => &["tablecast.state.v1", "tablecast.error.v1"],
    }
}

pub fn all(contents: &Contents<'_>) -> Json {
    let is_known = |name: &&str| contents.controls.iter().any(|control| control.event_type == *name);
    let events = contents.emitted().map(|event| event.event_type);
    let notices = NOTICES.into_iter().filter(is_known);
    let mut operations = Map::new();
    operations.insert("push".into(), send("Sends events to subscribers.", SOCKET, events));
    operations
        .insert("notify".into(), send("Sends control events that reply to no message.", SOCKET, notices));
    for action in ACTIONS {
        let replies = replies(action).iter().copied().filter(is_known);
        operations.insert(action.name().into(), receive(action.name(), replies));
    }
    let publishing = |pipe: &Pipe| (format!("publish.{}", pipe.name), publish(contents, pipe));
    operations.extend(contents.bus_pipes().map(publishing));
    operations.into()
}

fn publish(contents: &Contents<'_>, pipe: &Pipe) -> Json {
    let messages: Vec<String> =
        contents.emitted_by(&pipe.name).map(|event| on_bus(event.event_type)).collect();
    let summary = format!("Publishes changes of the table {} on the bus.", pipe.definition.table);
    send(&summary, &bus_source(&pipe.name), messages.iter().map(String::as_str))
}

fn send<'m>(summary: &str, channel: &str, messages: impl Iterator<Item = &'m str>) -> Json {
    json!({
        "action": "send", "summary": summary, "channel": to_channel(channel),
        "messages": in_channel(channel, messages),
    })
}

fn receive<'m>(action: &str, replies: impl Iterator<Item = &'m str>) -> Json {
    json!({
        "action": "receive",
        "channel": to_channel(SOCKET),
        "messages": in_channel(SOCKET, [action].into_iter()),
        "reply": {"channel": to_channel(SOCKET), "messages": in_channel(SOCKET, replies)},
    })
}

/// Returns references to messages of a channel.
fn in_channel<'m>(channel: &str, messages: impl Iterator<Item = &'m str>) -> Vec<Json> {
    messages.map(|name| reference(&format!("#/channels/{channel}/messages/{name}"))).collect()
}

fn to_channel(channel: &str) -> Json {
    reference(&format!("#/channels/{channel}"))
}
