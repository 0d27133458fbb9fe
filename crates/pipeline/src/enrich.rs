//! Turns a batch of stream records into one element for each record. A malformed record never affects the
//! others, and a response is never larger than Lambda allows.
//!
//! # Layout
//! - `response`: collects the elements, up to the limit
//! - `rejection`: the element of a record that cannot become events

mod rejection;
mod response;

use tablecast_protocol::element::Element;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;

use crate::pipe::{Pipe, Pipes};
use crate::record::RecordHead;
use rejection::{event_id, no_pipe, rejected};
use response::Response;

/// Lambda accepts 6 MB (6,291,456 bytes): as the response of `enrich`, and as the request of `dispatch`. The
/// rest is a margin.
pub const MAX_RESPONSE_BYTES: usize = 6_000_000;

/// EventBridge Pipes sends at most this number of records.
const MAX_RECORDS: usize = 10_000;

/// `batch` is a JSON array of records. Only a batch that is not JSON, or that Pipes cannot have sent, is an
/// error, because it has no records to keep.
pub fn enrich(pipes: &Pipes, batch: &str) -> Result<Vec<Element>, Located> {
    Enricher { pipes, limit: MAX_RESPONSE_BYTES }.enrich(batch)
}

struct Enricher<'p> {
    pipes: &'p Pipes,
    /// The largest response, in bytes.
    limit: usize,
}

/// Why a record has no events.
struct Failure<'p> {
    pipe: Option<&'p Pipe>,
    error: Located,
    traceparent: Option<String>,
}

impl<'p> Failure<'p> {
    fn new(pipe: Option<&'p Pipe>, error: Located) -> Self {
        Self { pipe, error, traceparent: None }
    }
}

impl<'p> Enricher<'p> {
    fn enrich(&self, batch: &str) -> Result<Vec<Element>, Located> {
        let (mut response, mut guess) = (Response::new(self.limit), None);
        Cursor::new(batch).array(|cursor| {
            if response.len() == MAX_RECORDS {
                return Err(Located::here("has more than 10000 records: send smaller batches"));
            }
            if response.is_full() {
                response.defer(event_id(cursor.raw()?));
                return Ok(());
            }
            // A pipe reads one table, so the first record's pipe is the guess for the others.
            let guess = *guess.get_or_insert_with(|| self.pipe_of(cursor));
            response.add(self.element(guess, cursor)?);
            Ok(())
        })?;
        // AWS does not document partial failures for these pipes.
        let is_halved = |pipe: &Pipe| pipe.definition.stream.bisect;
        if response.is_full() && guess.flatten().is_some_and(is_halved) {
            return Err(Located::here(
                "is larger than a response: Pipes halves it, because of `bisect: true`",
            ));
        }
        let too_large = || Located::here("has records that fit into no response: send smaller batches");
        response.finish().ok_or_else(too_large)
    }

    fn element(&self, guess: Option<&'p Pipe>, cursor: &mut Cursor<'_>) -> Result<Element, Located> {
        let start = cursor.clone();
        self.events(guess, cursor).or_else(|failure| {
            *cursor = start;
            cursor.raw().map(|json| rejected(failure, json, self.limit))
        })
    }

    fn events(&self, guess: Option<&'p Pipe>, cursor: &mut Cursor<'_>) -> Result<Element, Failure<'p>> {
        let start = cursor.clone();
        let pipe =
            guess.or_else(|| self.pipe_of(&start)).ok_or_else(|| Failure::new(None, no_pipe(&start)))?;
        let record = pipe.read(cursor).map_err(|error| Failure::new(self.pipe_of(&start), error))?;
        if record.table != pipe.definition.table {
            let other = self.pipe_of(&start).ok_or_else(|| Failure::new(None, no_pipe(&start)))?;
            *cursor = start;
            return self.events(Some(other), cursor);
        }
        let (traceparent, invalid_trace) = match pipe.trace(&record) {
            Ok(traceparent) => (traceparent, None),
            Err(reason) => (None, Some(reason)),
        };
        let failure = |error| Failure { pipe: Some(pipe), error, traceparent: traceparent.clone() };
        let events = pipe.apply(&record, traceparent.as_deref(), self.pipes.schemas()).map_err(failure)?;
        let event_id = record.event_id.into_owned();
        let (name, bus) = (pipe.name.clone(), pipe.definition.bus);
        let element =
            Element { event_id, pipe: name, events, rejected: None, bus, deferred: false, invalid_trace };
        self.bounded(element).map_err(failure)
    }

    /// The events of one record may take half of a response. So a response always has space for the first
    /// record, beside the ids of all deferred records.
    fn bounded(&self, element: Element) -> Result<Element, Located> {
        let bytes: usize = element.events.iter().map(|event| event.get().len()).sum();
        let limit = self.limit / 2;
        let reason = || {
            let count = element.events.len();
            format!(
                "its {count} events have {bytes} bytes, but the limit is {limit}: list fewer attributes in data, or write fewer rules"
            )
        };
        if bytes > limit { Err(Located::new("events", reason())) } else { Ok(element) }
    }

    /// The pipe of the record at the cursor.
    fn pipe_of(&self, cursor: &Cursor<'_>) -> Option<&'p Pipe> {
        self.pipes.of_table(&RecordHead::read(&mut cursor.clone()).table?)
    }
}

#[cfg(test)]
mod tests;
