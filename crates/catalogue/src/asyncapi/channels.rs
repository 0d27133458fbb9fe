use serde_json::{Map, Value as Json, json};
use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::Protocol;
use tablecast_protocol::event::bus_source;
use tablecast_protocol::message::{ACTIONS, Action};

use super::messages::on_bus;
use super::reference::to_component;
use crate::contents::Contents;
use crate::deployment::Tokens;

pub const SOCKET: &str = "socket";

pub fn servers(contents: &Contents<'_>) -> Json {
    let (protocol, host, _) = address(contents);
    let mut socket = json!({
        "host": host, "protocol": protocol,
        "description": "The WebSocket for clients. A connection ends after 10 minutes without a message, and after two hours.",
    });
    if contents.deployment.tokens != Tokens::None {
        let schemes = ["securitySchemes/bearer", "securitySchemes/query"];
        socket["security"] = json!(schemes.map(to_component));
    }
    json!({
        SOCKET: socket,
        "bus": {
            "host": "events.{region}.amazonaws.com", "protocol": "eventbridge",
            "description": "Amazon EventBridge. The policy of the bus decides who can create rules.",
            "variables": {"region": {"description": "The AWS region of the deployment."}},
        },
    })
}

/// Returns the protocol, the host and the path of the WebSocket.
fn address<'c>(contents: &Contents<'c>) -> (&'c str, &'c str, String) {
    let socket = &contents.deployment.socket;
    let (protocol, rest) = socket.split_once("://").unwrap_or(("wss", socket));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    (protocol, host, format!("/{path}"))
}

/// Returns the ways to send a token.
pub fn security() -> Json {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The header Authorization: Bearer <token>. Web pages send the sub-protocol bearer.<token> instead.",
        },
        "query": {
            "type": "httpApiKey", "in": "query", "name": "token",
            "description": "?token=<token>, for clients that can set neither a header nor a sub-protocol.",
        },
    })
}

pub fn all(contents: &Contents<'_>) -> Json {
    let mut channels = Map::from_iter([(SOCKET.to_owned(), socket(contents))]);
    channels.extend(contents.bus_pipes().map(|pipe| (bus_source(&pipe.name), bus(contents, pipe))));
    channels.into()
}

fn socket(contents: &Contents<'_>) -> Json {
    let events = contents.emitted().chain(&contents.controls).map(|event| event.event_type);
    let names = events.chain(ACTIONS.map(Action::name)).map(str::to_owned);
    json!({
        "address": address(contents).2,
        "servers": [{"$ref": format!("#/servers/{SOCKET}")}],
        "title": "WebSocket",
        "description": format!(
            "Every message to a client is a CloudEvent. With the sub-protocol cloudevents-batch.json it is an array of \
             CloudEvents.\n\n{}",
            logs(contents)
        ),
        "messages": messages(names),
        "bindings": {"ws": handshake()},
    })
}

/// Returns from which logs clients resume.
fn logs(contents: &Contents<'_>) -> String {
    let log = |pipe: &Pipe| {
        let keep = pipe.definition.log.keep;
        format!("\n- {}, for {keep}", source(pipe))
    };
    let logs: String = contents.pipes.iter().map(log).collect();
    format!(
        "The source of a table event is its channel: the first segments of its subject (log.channel of the pipe file). \
         Each source has its own log, which keeps events for clients that reconnect:\n{logs}\n\nA subscription within \
         one channel resumes from its log. A wider one receives live events, and cannot resume."
    )
}

/// Returns the form of the sources of a pipe's events: `tablecast/orders/{tenant}`.
fn source(pipe: &Pipe) -> String {
    format!("tablecast/{}", pipe.channel_outline())
}

fn handshake() -> Json {
    json!({
        "method": "GET",
        "query": {"type": "object", "properties": {
            "subscribe": {"type": "string", "description": "Subjects and patterns, separated by commas."},
        }},
        "headers": {"type": "object", "properties": {
            "Sec-WebSocket-Protocol": {
                "type": "string",
                "description": "The server chooses the first one that it supports. A refused client that also offers tablecast.explain receives the event tablecast.refused.v1 after its first message, in place of an HTTP status.",
                "examples": Protocol::ALL.map(Protocol::name),
            },
        }},
    })
}

fn bus(contents: &Contents<'_>, pipe: &Pipe) -> Json {
    let (name, source) = (&contents.deployment.bus.name, bus_source(&pipe.name));
    json!({
        "address": name,
        "servers": [{"$ref": "#/servers/bus"}],
        "title": format!("{source} on the bus"),
        "description": format!(
            "Changes of the table {}: the events of the bus {name} with the source {source}. Each event arrives at least \
             once, in any order. The source in detail is the event's channel, {}.",
            pipe.definition.table,
            self::source(pipe)
        ),
        "messages": messages(contents.emitted_by(&pipe.name).map(|event| on_bus(event.event_type))),
    })
}

fn messages(names: impl Iterator<Item = String>) -> Map<String, Json> {
    names
        .map(|name| {
            let message = to_component(&format!("messages/{name}"));
            (name, message)
        })
        .collect()
}
