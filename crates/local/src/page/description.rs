//! The description of this machine for the page, as JSON.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tablecast_definitions::definition::{Definition, Example};

use crate::addresses::Addresses;
use crate::names::{REGION, REJECTED_TABLE};
use crate::options::{Auth, Options};
use crate::pipe_file::PipeFile;

#[derive(Serialize)]
pub struct Description<'a> {
    auth: &'static str,
    dynamodb: String,
    region: &'static str,
    /// The table of rejected records.
    rejected: &'static str,
    pipes: Vec<Pipe<'a>>,
}

#[derive(Serialize)]
struct Pipe<'a> {
    name: &'a str,
    table: &'a str,
    /// The name of the partition key, if the pipe file declares it.
    partition: Option<&'a str>,
    grants: Vec<&'a str>,
    examples: Vec<Write<'a>>,
}

/// An example write, and its events. The item keeps the order of its file.
#[derive(Serialize)]
struct Write<'a> {
    emits: &'a [String],
    operation: &'static str,
    item: Box<RawValue>,
}

/// The members of a stream record that describe its write.
#[derive(Deserialize)]
struct Record {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    keys: Box<RawValue>,
    new_image: Option<Box<RawValue>>,
}

impl<'a> Description<'a> {
    pub fn new(options: &Options, addresses: &Addresses, pipes: &'a [PipeFile]) -> Self {
        let auth = match options.auth {
            Auth::Jwt { .. } => "jwt",
            Auth::None => "none",
        };
        let pipe = |file: &'a PipeFile| Pipe::new(&file.name, &file.definition, &options.pipes);
        let (dynamodb, pipes) = (addresses.dynamodb(), pipes.iter().map(pipe).collect());
        Self { auth, dynamodb, region: REGION, rejected: REJECTED_TABLE, pipes }
    }
}

impl<'a> Pipe<'a> {
    fn new(name: &'a str, definition: &'a Definition, folder: &Path) -> Self {
        let keys = definition.keys.as_ref();
        let examples = definition.tests.iter().filter(|test| !test.emits.is_empty());
        Self {
            name,
            table: &definition.table,
            partition: keys.and_then(|keys| keys.partition.keys().next()).map(String::as_str),
            grants: definition.grant.iter().flat_map(|grant| grant.iter()).map(String::as_str).collect(),
            examples: examples.filter_map(|test| Write::new(test, folder)).collect(),
        }
    }
}

impl<'a> Write<'a> {
    /// Returns the write that causes the example's record, or `None` without a readable file. `check` reports
    /// that.
    fn new(test: &'a Example, folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(&test.record)).ok()?;
        let Record { dynamodb: Change { keys, new_image } } = serde_json::from_str(&text).ok()?;
        let (operation, item) = match new_image {
            Some(image) => ("PutItem", image),
            None => ("DeleteItem", keys),
        };
        Some(Self { emits: &test.emits, operation, item })
    }
}

#[cfg(test)]
mod tests;
