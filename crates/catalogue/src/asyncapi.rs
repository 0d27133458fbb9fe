//! The AsyncAPI 3.0 document of sockets and bus. What tablecast does is told from its side: it sends events, and
//! receives what clients say.

mod channels;
mod messages;
mod operations;

use serde_json::{Value as Json, json};
use tablecast_authoring::draft::{Definitions, Draft, Unsayable};

use crate::contents::Contents;
use messages::Said;

/// What AsyncAPI calls the schemas of the document; they are draft 7.
const SCHEMAS: &str = "#/components/schemas/";

/// Or what its schemas have no words for.
pub fn document<'c>(contents: &'c Contents<'c>) -> Result<Json, Vec<Unsayable<'c>>> {
    let mut definitions = Definitions::new(&contents.library, Draft::Seven, SCHEMAS);
    let Said { messages, mut schemas } = messages::all(contents, &mut definitions);
    schemas.extend(definitions.finish()?);
    Ok(json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "tablecast",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Changes of DynamoDB items as CloudEvents, over WebSockets and an EventBridge bus. \
                            The types of events end in their own major version.",
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
