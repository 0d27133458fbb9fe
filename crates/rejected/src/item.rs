//! One item of the table: a rejected record, or a part of a large one.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::Fields;

use crate::cause::Cause;
use crate::record::{PART_BYTES, RejectedRecord, StoredRecord};
use crate::sort_key::id_and_part;

/// 30 days.
const KEEP_SECONDS: i64 = 30 * 24 * 3600;

/// A part of a record, or the whole one.
#[derive(Debug)]
pub(crate) struct Part {
    pub record: RejectedRecord,
    /// The first part has the number 1.
    pub number: usize,
    pub bytes: Vec<u8>,
}

/// The items of a record, in order.
pub(crate) fn items(stored: &StoredRecord) -> impl Iterator<Item = Fields> {
    let StoredRecord { record, packed } = stored;
    let bytes = |index| packed.chunks(PART_BYTES).nth(index).unwrap_or_default();
    record.sort_keys().enumerate().map(move |(index, sort_key)| item(record, sort_key, bytes(index)))
}

fn item(record: &RejectedRecord, sort_key: String, bytes: &[u8]) -> Fields {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let attributes = [
        ("pk", text(&record.pipe)),
        ("sk", AttributeValue::S(sort_key)),
        ("reason", text(&record.cause.reason)),
        ("path", text(&record.cause.path)),
        ("record", AttributeValue::B(Blob::new(bytes))),
        ("parts", AttributeValue::N(record.parts.to_string())),
        ("at", AttributeValue::N(record.at.to_string())),
        ("expires_at", AttributeValue::N((record.at + KEEP_SECONDS).to_string())),
    ];
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The key of an item.
pub(crate) fn key(record: &RejectedRecord, sort_key: String) -> Fields {
    let (pk, sk) = (AttributeValue::S(record.pipe.clone()), AttributeValue::S(sort_key));
    [("pk".to_owned(), pk), ("sk".to_owned(), sk)].into()
}

impl Part {
    /// `None` for an item that dispatch did not write.
    pub fn read(item: &Fields) -> Option<Self> {
        let text = |name: &str| item.get(name)?.as_s().ok().cloned();
        let number = |name: &str| item.get(name)?.as_n().ok()?.parse::<i64>().ok();
        let parts = usize::try_from(number("parts")?).ok()?.max(1);
        let sort_key = text("sk")?;
        let (id, part) = id_and_part(&sort_key, parts)?;
        let (id, cause) = (id.to_owned(), Cause { path: text("path")?, reason: text("reason")? });
        let record = RejectedRecord { pipe: text("pk")?, id, parts, at: number("at")?, cause };
        Some(Self { record, number: part, bytes: item.get("record")?.as_b().ok()?.clone().into_inner() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items_of(bytes: usize) -> Vec<(String, usize)> {
        let cause = Cause { path: "p".to_owned(), reason: "r".to_owned() };
        let stored = StoredRecord::new("orders".to_owned(), "e1".to_owned(), 100, cause, vec![0; bytes]);
        let size = |item: Fields| {
            let part = Part::read(&item).unwrap();
            (item["sk"].as_s().unwrap().clone(), part.bytes.len())
        };
        items(&stored).map(size).collect()
    }

    #[test]
    fn a_record_that_fits_is_one_item() {
        for bytes in [0, 1, PART_BYTES] {
            assert_eq!(items_of(bytes), [("e1".to_owned(), bytes)]);
        }
    }

    #[test]
    fn a_larger_record_is_split_into_numbered_parts_without_loss() {
        let expected = [("e1#0001".to_owned(), PART_BYTES), ("e1#0002".to_owned(), 1)];
        assert_eq!(items_of(PART_BYTES + 1), expected);
        assert_eq!(items_of(3 * PART_BYTES).len(), 3);
    }

    #[test]
    fn an_item_that_dispatch_did_not_write_is_no_part() {
        assert!(Part::read(&Fields::new()).is_none());
    }
}
