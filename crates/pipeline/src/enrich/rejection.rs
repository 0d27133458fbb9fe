use std::collections::BTreeSet;

use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};
use tablecast_protocol::element::{Element, Rejected};
use tablecast_protocol::traceparent::trace_id;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;

use super::Failure;
use super::response::size;
use crate::record::{RecordHead, without_images};

/// The longest path, and the longest reason. They can contain names of the item's attributes, and `dispatch`
/// stores both in one item of 400 KB, beside a part of the record.
const MAX_TEXT_BYTES: usize = 4 * 1024;

/// The element of a rejected record. It keeps the whole record, unless that takes `limit` bytes.
pub fn rejected(failure: Failure<'_>, json: &str, limit: usize) -> Element {
    let Failure { pipe, error, traceparent } = failure;
    let head = RecordHead::read(&mut Cursor::new(json));
    let pipe = pipe.map(|pipe| pipe.name.clone()).or(head.table).unwrap_or_else(|| "unknown".to_owned());
    let event_id = event_id(json);
    let (path, reason) = (cut(error.path), cut(error.reason));
    let trace_id = traceparent.as_deref().and_then(trace_id).map(str::to_owned);
    let rejected = Rejected { path, reason, record: raw(json), trace_id };
    let whole = Element {
        event_id,
        pipe,
        events: Vec::new(),
        rejected: Some(rejected),
        bus: true,
        deferred: false,
        invalid_trace: None,
    };
    if size(&whole) >= limit { shortened(whole, json) } else { whole }
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_TEXT_BYTES {
        text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES));
        text.push('…');
    }
    text
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

/// Why the record at the cursor has no pipe.
pub fn no_pipe(cursor: &Cursor<'_>) -> Located {
    let table = || RecordHead::read(&mut cursor.clone()).table;
    malformed(cursor).unwrap_or_else(|| {
        let table = table().unwrap_or_default();
        let reason =
            format!("belongs to the table {table}, which has no pipe file: add one, set the name in TABLE_NAMES, or remove this stream");
        Located::new("eventSourceARN", reason)
    })
}

/// The mistake of a value that is no stream record.
fn malformed(cursor: &Cursor<'_>) -> Option<Located> {
    let mut members = BTreeSet::new();
    // An error is ignored, because a batch that is not JSON fails as a whole.
    _ = cursor.clone().object(|cursor, name| {
        members.insert(name);
        cursor.skip()
    });
    let has = |name: &str| members.contains(name);
    let located = |path, reason| Some(Located::new(path, reason));
    match cursor.clone().peek() {
        b'[' => located("record", "is a list: take one element of it"),
        b'{' if has("Records") && !has("dynamodb") => {
            located("Records", "is the list of a whole Lambda event: take one element of it")
        }
        b'{' if !has("dynamodb") => located(
            "dynamodb",
            "is missing, so this is no stream record: it has eventID, eventName, eventSourceARN and dynamodb",
        ),
        b'{' if RecordHead::read(&mut cursor.clone()).table.is_none() => located(
            "eventSourceARN",
            "is not the ARN of a table's stream: write arn:aws:dynamodb:<region>:<account>:table/<table>/stream/<time>",
        ),
        b'{' => None,
        _ => located("record", "is not an object: write one stream record"),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_after_4_kb() {
        let of = |bytes| cut("x".repeat(bytes));
        assert_eq!(of(MAX_TEXT_BYTES), "x".repeat(MAX_TEXT_BYTES));
        assert_eq!(of(MAX_TEXT_BYTES + 1), format!("{}…", "x".repeat(MAX_TEXT_BYTES)));
        assert_eq!(cut(format!("x{}", "é".repeat(MAX_TEXT_BYTES / 2))).len(), MAX_TEXT_BYTES - 1 + "…".len());
    }
}
