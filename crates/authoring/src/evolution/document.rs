//! Converts the schema at a location to one document: without annotations, and with all schemas that it
//! refers to.
//!
//! # Layout
//! - `builder`: collects the definitions of a document
//! - `rewrite`: copies the keywords of a schema

mod builder;
mod rewrite;

use serde_json::{Map, Value as Json, json};

use crate::schema::Location;
use builder::Builder;

pub use builder::NotComparable;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The events that a reader accepts. It ignores unknown properties.
    Reader,
    /// The events that a pipe may emit. They have unknown properties only where the schema allows additional
    /// ones.
    Pipe,
}

pub fn document(location: &Location<'_>, side: Side) -> Result<Json, NotComparable> {
    let mut builder = Builder::new(location.resolver);
    let root = builder.location(location, side == Side::Pipe)?;
    Ok(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [root],
        "$defs": builder.finish().collect::<Map<_, _>>(),
    }))
}
