//! The AsyncAPI 3.0 document of the WebSocket and the bus. It describes tablecast's side: tablecast sends
//! events and receives client messages.
//!
//! # Layout
//! - `channels`: the servers and channels
//! - `operations`: sending and receiving, with replies
//! - `messages`: the messages; `client_messages`: those of clients; `event_messages`: events
//! - `reference`: pointers within the document

mod channels;
mod client_messages;
mod event_messages;
mod messages;
mod operations;
mod reference;

use serde_json::{Value as Json, json};
use tablecast_authoring::draft::{Definitions, Draft, Unsupported};

use crate::contents::Contents;
use messages::Messages;
use reference::SCHEMAS;

pub use event_messages::envelope;

/// Returns the document, whose schemas are draft 7, or the keywords that draft 7 cannot express.
pub fn document<'c>(contents: &'c Contents<'c>) -> Result<Json, Vec<Unsupported<'c>>> {
    let mut definitions = Definitions::new(&contents.resolver, Draft::Seven, SCHEMAS);
    let Messages { messages, mut schemas } = messages::all(contents, &mut definitions);
    schemas.extend(definitions.finish()?);
    Ok(json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "tablecast",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Changes of DynamoDB items as CloudEvents, on a WebSocket and on an EventBridge bus. \
                            Event types end in their major version.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": channels::servers(contents),
        "channels": channels::all(contents),
        "operations": operations::all(contents),
        "components": {
            "messages": messages,
            "schemas": schemas,
            "securitySchemes": channels::security(),
        },
    }))
}
