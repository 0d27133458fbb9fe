use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entry::{Entry, EntryError, Event};

/// EventBridge allows 10 entries in a request.
pub const MAX_ENTRIES: usize = 10;
/// EventBridge allows 1 MB for all entries of a request together. Some regions still have 256 KB.
pub const MAX_REQUEST_BYTES: usize = 1024 * 1024;

#[derive(Deserialize)]
struct Request {
    #[serde(rename = "Entries")]
    entries: Vec<Entry>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    failed_entry_count: usize,
    entries: Vec<Outcome>,
}

/// The result of the entry with the same index.
#[derive(Serialize)]
#[serde(untagged)]
enum Outcome {
    #[serde(rename_all = "PascalCase")]
    Stored { event_id: String },
    #[serde(rename_all = "PascalCase")]
    Failed { error_code: &'static str, error_message: String },
}

/// The error of a whole request.
#[derive(Debug)]
pub struct RequestError {
    pub status: StatusCode,
    pub error_type: &'static str,
    pub message: String,
}

impl RequestError {
    pub fn new(error_type: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error_type, message: message.into() }
    }
}

/// Stores the events of a request, and returns the response as JSON. A failed entry does not fail the others.
pub fn put_events(body: &[u8], mut store: impl FnMut(Event)) -> Result<String, RequestError> {
    let unreadable =
        |error: serde_json::Error| RequestError::new("SerializationException", error.to_string());
    let request: Request = serde_json::from_slice(body).map_err(unreadable)?;
    check_limits(&request.entries)?;
    let entries: Vec<_> = request.entries.into_iter().map(|entry| outcome(entry, &mut store)).collect();
    let failed = |outcome: &&Outcome| matches!(outcome, Outcome::Failed { .. });
    let failed_entry_count = entries.iter().filter(failed).count();
    serde_json::to_string(&Response { failed_entry_count, entries })
        .map_err(|error| RequestError::new("InternalException", error.to_string()))
}

fn check_limits(entries: &[Entry]) -> Result<(), RequestError> {
    let invalid = |message: String| Err(RequestError::new("ValidationException", message));
    if entries.is_empty() || entries.len() > MAX_ENTRIES {
        let bound =
            if entries.is_empty() { "greater than or equal to 1" } else { "less than or equal to 10" };
        return invalid(format!(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: \
             Member must have length {bound}"
        ));
    }
    match entries.iter().map(Entry::bytes).sum::<usize>() {
        bytes if bytes > MAX_REQUEST_BYTES => {
            invalid("Total size of the entries in the request is over the limit.".to_owned())
        }
        _ => Ok(()),
    }
}

fn outcome(entry: Entry, store: &mut impl FnMut(Event)) -> Outcome {
    let id = Uuid::new_v4().to_string();
    match entry.into_event(&id) {
        Ok(event) => {
            tracing::info!("bus: {}", event.summary());
            store(event);
            Outcome::Stored { event_id: id }
        }
        Err(EntryError { code, message }) => {
            tracing::warn!("bus: refused an entry: {code}: {message}");
            Outcome::Failed { error_code: code, error_message: message }
        }
    }
}
