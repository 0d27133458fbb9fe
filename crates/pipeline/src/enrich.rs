//! A batch of stream records in, one element per record out. No record, however odd, fails its neighbours.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use crate::element::{Element, Rejected};
use crate::located::Located;
use crate::pipe::{Pipe, Pipes};
use crate::record::Head;

/// zstd's default level: a batch of rejected records must still fit Lambda's 6 MB.
const COMPRESSION_LEVEL: i32 = 3;

pub fn enrich(pipes: &Pipes, records: &[Box<RawValue>]) -> Vec<Element> {
    // One pipe reads one table: what the first record is of, the others are of, unless they say otherwise.
    let first = records.first().and_then(|record| Head::of(record.get()).table);
    let guess = first.and_then(|table| pipes.of_table(&table));
    records.iter().map(|record| element(pipes, guess, record.get())).collect()
}

fn element(pipes: &Pipes, guess: Option<&Pipe>, json: &str) -> Element {
    match events(pipes, guess, json) {
        Ok(element) => element,
        Err((pipe, error)) => rejected(pipe, error, json),
    }
}

type Failure<'p> = (Option<&'p Pipe>, Located);

fn events<'p>(pipes: &'p Pipes, guess: Option<&'p Pipe>, json: &str) -> Result<Element, Failure<'p>> {
    let pipe = guess.or_else(|| pipe_of(pipes, json)).ok_or_else(|| (None, unknown_table()))?;
    let record = pipe.read(json).map_err(|error| (pipe_of(pipes, json), error))?;
    if record.table != pipe.definition.table {
        return match pipe_of(pipes, json) {
            Some(other) => events(pipes, Some(other), json),
            None => Err((None, unknown_table())),
        };
    }
    let events = pipe.apply(&record, pipes.schemas()).map_err(|error| (Some(pipe), error))?;
    Ok(Element { event_id: record.event_id.into_owned(), pipe: pipe.name.clone(), events, rejected: None })
}

fn pipe_of<'p>(pipes: &'p Pipes, json: &str) -> Option<&'p Pipe> {
    pipes.of_table(&Head::of(json).table?)
}

fn unknown_table() -> Located {
    Located::new("eventSourceARN", "is not of a table that has a pipe")
}

fn rejected(pipe: Option<&Pipe>, error: Located, json: &str) -> Element {
    let head = Head::of(json);
    let pipe = pipe.map(|pipe| pipe.name.clone()).or(head.table).unwrap_or_else(|| "unknown".to_owned());
    let rejected = Rejected { path: error.path, reason: error.reason, record: compressed(json) };
    let event_id = head.event_id.filter(|id| !id.is_empty()).unwrap_or_else(|| fingerprint(json));
    Element { event_id, pipe, events: Vec::new(), rejected: Some(rejected) }
}

/// Compression of what is in memory cannot fail; if it does, the record is kept as it is.
fn compressed(json: &str) -> String {
    let bytes = zstd::encode_all(json.as_bytes(), COMPRESSION_LEVEL);
    STANDARD.encode(bytes.unwrap_or_else(|_| json.as_bytes().to_vec()))
}

/// A name for a record without an id, the same each time.
fn fingerprint(json: &str) -> String {
    let hex: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{hex}")
}

#[cfg(test)]
mod tests;
