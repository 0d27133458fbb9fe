//! Turns a batch of stream records into one element for each record. A malformed record never affects the
//! others.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use tablecast_protocol::element::{Element, Rejected};
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;

use crate::pipe::{Pipe, Pipes};
use crate::record::RecordHead;

/// zstd's default level. A batch of rejected records must fit into Lambda's response limit of 6 MB.
const COMPRESSION_LEVEL: i32 = 3;

/// `batch` is a JSON array of records. Only a batch that is not JSON is an error, because it has no records
/// to keep.
pub fn enrich(pipes: &Pipes, batch: &str) -> Result<Vec<Element>, Located> {
    let (mut elements, mut guess) = (Vec::new(), None);
    Cursor::new(batch).array(|cursor| {
        // A pipe reads one table, so the first record's pipe is the guess for the others.
        let guess = *guess.get_or_insert_with(|| pipe_of(pipes, cursor));
        elements.push(element(pipes, guess, cursor)?);
        Ok(())
    })?;
    Ok(elements)
}

fn element(pipes: &Pipes, guess: Option<&Pipe>, cursor: &mut Cursor<'_>) -> Result<Element, Located> {
    let start = cursor.clone();
    events(pipes, guess, cursor).or_else(|(pipe, error)| {
        *cursor = start;
        cursor.raw().map(|json| rejected(pipe, error, json))
    })
}

type Failure<'p> = (Option<&'p Pipe>, Located);

fn events<'p>(
    pipes: &'p Pipes,
    guess: Option<&'p Pipe>,
    cursor: &mut Cursor<'_>,
) -> Result<Element, Failure<'p>> {
    let start = cursor.clone();
    let pipe = guess.or_else(|| pipe_of(pipes, &start)).ok_or_else(|| (None, unknown_table()))?;
    let record = pipe.read(cursor).map_err(|error| (pipe_of(pipes, &start), error))?;
    if record.table != pipe.definition.table {
        let other = pipe_of(pipes, &start).ok_or_else(|| (None, unknown_table()))?;
        *cursor = start;
        return events(pipes, Some(other), cursor);
    }
    let events = pipe.apply(&record, pipes.schemas()).map_err(|error| (Some(pipe), error))?;
    Ok(Element { event_id: record.event_id.into_owned(), pipe: pipe.name.clone(), events, rejected: None })
}

/// The pipe of the record at the cursor.
fn pipe_of<'p>(pipes: &'p Pipes, cursor: &Cursor<'_>) -> Option<&'p Pipe> {
    pipes.of_table(&RecordHead::read(&mut cursor.clone()).table?)
}

fn unknown_table() -> Located {
    Located::new(
        "eventSourceARN",
        "belongs to a table without a pipe: add a pipe file, or remove this stream",
    )
}

fn rejected(pipe: Option<&Pipe>, error: Located, json: &str) -> Element {
    let head = RecordHead::read(&mut Cursor::new(json));
    let pipe = pipe.map(|pipe| pipe.name.clone()).or(head.table).unwrap_or_else(|| "unknown".to_owned());
    let rejected = Rejected { path: error.path, reason: error.reason, record: compressed(json) };
    let event_id = head.event_id.filter(|id| !id.is_empty()).unwrap_or_else(|| fingerprint(json));
    Element { event_id, pipe, events: Vec::new(), rejected: Some(rejected) }
}

/// Compresses a record. If that ever fails, the record stays uncompressed.
fn compressed(json: &str) -> String {
    let bytes = zstd::encode_all(json.as_bytes(), COMPRESSION_LEVEL);
    STANDARD.encode(bytes.unwrap_or_else(|_| json.as_bytes().to_vec()))
}

/// A deterministic id for a record without one.
fn fingerprint(json: &str) -> String {
    let hex: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{hex}")
}

#[cfg(test)]
mod tests;
