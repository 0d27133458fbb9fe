use std::io;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tablecast_rejected::{RejectedRecord, StoredRecord, unpack};

use crate::error::RecordError;
use crate::shard::number;

/// A record, and where it waits.
#[derive(Debug)]
pub struct Record {
    /// Its eventID.
    pub id: String,
    /// The pipe that failed on it.
    pub pipe: String,
    pub head: Head,
    /// The text, compressed with zstd.
    text: Box<[u8]>,
    /// Its place in the table of rejected records.
    pub rejected: Option<RejectedRecord>,
    /// The indexes of the dead letters that have it.
    pub letters: Vec<usize>,
}

/// The members of a record that a redrive needs. A malformed record may have none of them.
#[derive(Debug, Default, Deserialize)]
pub struct Head {
    #[serde(rename = "eventName", default)]
    pub operation: String,
    /// The ARN of the stream.
    #[serde(rename = "eventSourceARN", default)]
    pub stream: String,
    #[serde(rename = "dynamodb", default)]
    pub change: Change,
}

#[derive(Debug, Default, Deserialize)]
pub struct Change {
    #[serde(rename = "Keys", default)]
    pub keys: Keys,
    #[serde(rename = "SequenceNumber", default)]
    pub sequence: String,
    /// Seconds since the epoch.
    #[serde(rename = "ApproximateCreationDateTime", default)]
    pub created: f64,
}

/// The key attributes as text, which needs less memory than a `Value`. None for a malformed record.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Value")]
pub struct Keys(Option<Box<str>>);

impl From<Value> for Keys {
    fn from(keys: Value) -> Self {
        Self((!keys.is_null()).then(|| keys.to_string().into()))
    }
}

impl Keys {
    pub fn json(&self) -> Value {
        let json = self.0.as_deref().and_then(|text| serde_json::from_str(text).ok());
        json.unwrap_or_default()
    }
}

impl Record {
    /// Fails for a text that is no JSON: in a batch, it would fail the records beside it.
    pub fn of_rejected(stored: StoredRecord) -> Result<Self, RecordError> {
        let StoredRecord { record: rejected, packed } = stored;
        let text = unpack(&packed).and_then(checked).map_err(|cause| damaged(&rejected.id, cause))?;
        Ok(Self {
            id: rejected.id.clone(),
            pipe: rejected.pipe.clone(),
            head: Head::read(&text),
            text: packed.into(),
            rejected: Some(rejected),
            letters: Vec::new(),
        })
    }

    pub fn of_letter(id: String, pipe: &str, text: &str, letter: usize) -> Result<Self, RecordError> {
        let packed = zstd::encode_all(text.as_bytes(), 1).map_err(|cause| damaged(&id, cause))?;
        let head = Head::read(text);
        Ok(Self {
            id,
            pipe: pipe.to_owned(),
            head,
            text: packed.into(),
            rejected: None,
            letters: vec![letter],
        })
    }

    /// A record of an item that was read waits nowhere.
    pub fn of_read(id: &str, pipe: &str, text: &str) -> Result<Self, RecordError> {
        let record = Self::of_letter(id.to_owned(), pipe, text, 0)?;
        Ok(Self { letters: Vec::new(), ..record })
    }

    /// Adds the places of the same record.
    pub fn join(&mut self, other: Self) {
        self.rejected = self.rejected.take().or(other.rejected);
        self.letters.extend(other.letters);
        self.letters.sort_unstable();
        self.letters.dedup();
    }

    /// The record as it came from the stream.
    pub fn text(&self) -> Result<String, RecordError> {
        unpack(&self.text).map_err(|cause| damaged(&self.id, cause))
    }

    /// Records of one item compare in the order of its changes.
    pub fn order(&self) -> (&str, (usize, &str)) {
        (&self.head.stream, number(&self.head.change.sequence))
    }

    /// Records of one table go through one pipe.
    pub fn table(&self) -> &str {
        self.head.stream.split("/stream/").next().unwrap_or_default()
    }

    /// The changed item. A malformed record without keys has none.
    pub fn item(&self) -> Option<(String, String)> {
        let keys = self.head.change.keys.0.as_deref()?;
        Some((self.table().to_owned(), keys.to_owned()))
    }

    /// When the item changed, in milliseconds since the epoch.
    pub fn changed(&self) -> i64 {
        (self.head.change.created * 1000.0) as i64
    }
}

impl Head {
    fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }
}

fn damaged(id: &str, cause: io::Error) -> RecordError {
    RecordError { id: id.to_owned(), cause }
}

fn checked(text: String) -> io::Result<String> {
    serde_json::from_str::<&RawValue>(&text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tablecast_rejected::{Cause, pack};

    use super::*;
    use crate::error::RedriveError;

    fn record(stream: &str, sequence: &str) -> Record {
        let arn = format!("arn:aws:dynamodb:r:1:table/orders/stream/{stream}");
        let change = json!({ "SequenceNumber": sequence, "Keys": { "id": { "S": "1" } } });
        let text = json!({ "eventID": "1", "eventSourceARN": arn, "dynamodb": change }).to_string();
        Record::of_letter("1".to_owned(), "orders", &text, 0).unwrap()
    }

    #[test]
    fn sequence_numbers_compare_as_numbers_within_a_stream() {
        let [old, low, high] = [("2025", "900"), ("2026", "99"), ("2026", "100")].map(|(a, b)| record(a, b));
        assert!(old.order() < low.order() && low.order() < high.order());
        assert_eq!(low.item(), high.item());
        assert_eq!(low.table(), "arn:aws:dynamodb:r:1:table/orders");
    }

    #[test]
    fn a_record_that_waits_in_several_places_has_all_of_them_once() {
        let in_letter = |letter| Record { letters: vec![letter], ..record("2026", "99") };
        let mut joined = in_letter(2);
        for letter in [0, 2, 1] {
            joined.join(in_letter(letter));
        }
        assert_eq!((joined.letters, joined.rejected), (vec![0, 1, 2], None));
    }

    #[test]
    fn a_malformed_record_keeps_its_text_and_has_no_item() {
        let record = Record::of_letter("1".to_owned(), "orders", r#"{"dynamodb": 7}"#, 0).unwrap();
        assert_eq!((record.item(), record.text().unwrap().as_str()), (None, r#"{"dynamodb": 7}"#));
    }

    #[test]
    fn a_record_that_cannot_be_unpacked_is_no_failure_of_the_output() {
        let record = Record { text: (*b"no zstd").into(), ..record("2026", "99") };
        let error = RedriveError::from(record.text().unwrap_err()).to_string();
        assert!(error.starts_with("the record 1 is damaged: ") && !error.contains("output"), "{error}");
    }

    #[test]
    fn a_stored_text_that_is_no_json_is_no_record() {
        let cause = Cause { path: "p".into(), reason: "r".into() };
        let stored = |text: &str| {
            StoredRecord::new("orders".into(), "1".into(), 1, cause.clone(), pack(text).unwrap())
        };
        let of = |text: &str| Record::of_rejected(stored(text));
        assert!(of(r#"{"dynamodb": 7}"#).is_ok());
        assert!(of(r#"{"dynamodb": 7}, {"#).is_err() && of("").is_err());
    }
}
