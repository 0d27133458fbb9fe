use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use tablecast_protocol::element::{Element, Rejected};
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;

use super::response::size;
use crate::pipe::Pipe;
use crate::record::{RecordHead, without_images};

/// The element of a rejected record. It keeps the whole record, unless that takes `limit` bytes.
pub fn rejected(pipe: Option<&Pipe>, error: Located, json: &str, limit: usize) -> Element {
    let head = RecordHead::read(&mut Cursor::new(json));
    let pipe = pipe.map(|pipe| pipe.name.clone()).or(head.table).unwrap_or_else(|| "unknown".to_owned());
    let event_id = event_id(json);
    let Located { path, reason } = error;
    let rejected = Rejected { path, reason, record: raw(json) };
    let whole = Element { event_id, pipe, events: Vec::new(), rejected: Some(rejected), deferred: false };
    if size(&whole) >= limit { shortened(whole, json) } else { whole }
}

/// DynamoDB has no record as large as a response, but a caller of the function may.
fn shortened(element: Element, json: &str) -> Element {
    let shorten = |rejected: Rejected| Rejected {
        reason: format!(
            "{}. The images are left out, because the record has {} bytes: read it from the stream by its sequence number",
            rejected.reason,
            json.len()
        ),
        record: raw(&without_images(json)),
        ..rejected
    };
    Element { rejected: element.rejected.map(shorten), ..element }
}

/// The record as it came. A record that is not valid JSON becomes a string.
fn raw(json: &str) -> Box<RawValue> {
    let text = || to_raw_value(json).unwrap_or_default();
    RawValue::from_string(json.to_owned()).unwrap_or_else(|_| text())
}

/// The id that a record's element has.
pub fn event_id(json: &str) -> String {
    let found = RecordHead::read(&mut Cursor::new(json)).event_id;
    found.filter(|id| !id.is_empty()).unwrap_or_else(|| fingerprint(json))
}

/// A deterministic id for a record without one.
fn fingerprint(json: &str) -> String {
    let hex: String = Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256-{hex}")
}
