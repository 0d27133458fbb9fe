//! What is published of pipe files and schemas: an AsyncAPI document, the schemas, and a catalogue to read. Pure: the
//! same files give the same bytes, on a disk (`tablecast publish`) as from the local mode.
//!
//! # Layout
//! - `contents`: which events there are, who emits them, and what a subscriber says
//! - `asyncapi`: the AsyncAPI document; `messages.json`: what clients say
//! - `page`: the catalogue

mod asyncapi;
mod contents;
mod page;

use serde_json::Value as Json;
use tablecast_definitions::problem::{Problem, Source};
use tablecast_pipeline::pipe::Pipes;

use contents::Contents;
pub use page::LOOK;

/// Where what is described is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Where clients connect: `wss://abcd123.execute-api.eu-central-1.amazonaws.com/live`.
    pub socket: String,
    /// The name of the bus.
    pub bus: String,
    pub tokens: Tokens,
    /// Whether the page with the live events is at `/`.
    pub live_page: bool,
}

/// Whose tokens count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tokens {
    /// `cargo run -- token` makes them, with these arguments beside the claims.
    Development { arguments: String },
    /// An issuer's of which nothing is known here.
    Issuer,
    /// None are asked for.
    None,
}

/// A file to be served under its path, or to be written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// `schemas/order.placed.v1.json`
    pub path: String,
    pub media_type: &'static str,
    pub content: String,
}

const ASYNCAPI: &str = "application/vnd.aai.asyncapi+json;version=3.0.0";
const SCHEMA: &str = "application/schema+json";

/// All of them, or why there are none: what `tablecast check` tells as well.
pub fn files(pipes: &[Source], schemas: &[Source], places: &Places) -> Result<Vec<File>, Vec<Problem>> {
    let compiled = Pipes::compile(pipes, schemas)?;
    let contents = Contents::of(&compiled, places);
    let asyncapi = asyncapi::document(&contents)
        .map_err(|unsayable| unsayable.into_iter().map(|one| one.problem(schemas)).collect::<Vec<_>>())?;
    let mut files = vec![File::new("asyncapi.json", ASYNCAPI, pretty(&asyncapi))];
    files.extend(page::files(&contents));
    let schemas = schemas.iter().filter_map(|source| Some((source, compiled.schemas().get(&source.name)?)));
    files.extend(schemas.map(|(source, schema)| File::new(schema.path(), SCHEMA, source.text.clone())));
    Ok(files)
}

impl File {
    fn new(path: &str, media_type: &'static str, content: String) -> Self {
        Self { path: path.to_owned(), media_type, content }
    }
}

fn pretty(json: &Json) -> String {
    format!("{json:#}\n")
}

#[cfg(test)]
mod tests;
