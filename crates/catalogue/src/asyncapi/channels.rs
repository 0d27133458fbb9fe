//! The socket, and of each pipe what it puts on the bus.

use serde_json::{Map, Value as Json, json};
use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::Protocol;
use tablecast_protocol::message::{ACTIONS, Action};
use tablecast_protocol::event::bus_source;

use super::messages::{on_bus, reference};
use crate::Tokens;
use crate::contents::Contents;

pub const SOCKET: &str = "socket";

pub fn servers(contents: &Contents<'_>) -> Json {
    let (protocol, host, _) = address(contents);
    let mut socket = json!({
        "host": host, "protocol": protocol,
        "description": "Clients. A connection ends after 10 minutes without a message, and after two hours.",
    });
    if contents.places.tokens != Tokens::None {
        socket["security"] = json!([to("securitySchemes/bearer"), to("securitySchemes/query")]);
    }
    json!({
        SOCKET: socket,
        "bus": {
            "host": "events.{region}.amazonaws.com", "protocol": "eventbridge",
            "description": "Amazon EventBridge. Who may make rules is said by the policy of the bus.",
            "variables": {"region": {"description": "The AWS region of the deployment."}},
        },
    })
}

/// Protocol, host and path of the socket.
fn address<'c>(contents: &Contents<'c>) -> (&'c str, &'c str, String) {
    let (protocol, rest) =
        contents.places.socket.split_once("://").unwrap_or(("wss", &contents.places.socket));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    (protocol, host, format!("/{path}"))
}

/// Where a token is.
pub fn security() -> Json {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "Authorization: Bearer <token>. Web pages offer the sub-protocol bearer.<token> instead.",
        },
        "query": {
            "type": "httpApiKey", "in": "query", "name": "token",
            "description": "?token=<token>, for clients that can set neither a header nor a sub-protocol.",
        },
    })
}

pub fn all(contents: &Contents<'_>) -> Json {
    let mut channels = Map::from_iter([(SOCKET.to_owned(), socket(contents))]);
    channels.extend(contents.pipes.iter().map(|pipe| (bus_source(&pipe.name), bus(contents, pipe))));
    channels.into()
}

fn socket(contents: &Contents<'_>) -> Json {
    let events = contents.events.iter().filter(|event| !event.emitters.is_empty());
    let events = events.chain(&contents.controls).map(|event| event.event_type);
    let protocols = Protocol::ALL.map(Protocol::name);
    json!({
        "address": address(contents).2,
        "servers": [{"$ref": format!("#/servers/{SOCKET}")}],
        "title": "The WebSocket",
        "description": "Every message to a client is a CloudEvent, or with the sub-protocol cloudevents-batch.json \
                        an array of them.",
        "messages": events.chain(ACTIONS.map(Action::name)).map(|name| (name.to_owned(), to_message(name))).collect::<Map<_, _>>(),
        "bindings": {"ws": {
            "method": "GET",
            "query": {"type": "object", "properties": {
                "subscribe": {"type": "string", "description": "Subjects and patterns, with commas between them."},
            }},
            "headers": {"type": "object", "properties": {
                "Sec-WebSocket-Protocol": {"type": "string", "description": "The first that is spoken here is confirmed.",
                    "examples": protocols},
            }},
        }},
    })
}

fn bus(contents: &Contents<'_>, pipe: &Pipe) -> Json {
    let emitted = contents.events.iter().filter(|event| event.pipe_names().contains(&pipe.name.as_str()));
    let names = emitted.map(|event| on_bus(event.event_type));
    let bus = &contents.places.bus;
    json!({
        "address": bus,
        "servers": [{"$ref": "#/servers/bus"}],
        "title": format!("{} on the bus", bus_source(&pipe.name)),
        "description": format!(
            "Changes of the table {}: the events of the bus {bus} whose source is {}. Not in order, and at least once.",
            pipe.definition.table, bus_source(&pipe.name)
        ),
        "messages": names.map(|name| { let to = to_message(&name); (name, to) }).collect::<Map<_, _>>(),
    })
}

fn to_message(name: &str) -> Json {
    to(&format!("messages/{name}"))
}

fn to(component: &str) -> Json {
    reference(&format!("#/components/{component}"))
}
