use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

pub type Fields = HashMap<String, AttributeValue>;

/// A rejected record in its table. A large one has several items, `<id>#0001` and so on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRecord {
    pub pipe: String,
    pub id: String,
    pub parts: usize,
    /// Seconds since the epoch.
    pub at: i64,
    pub path: String,
    pub reason: String,
}

/// One item of the table.
#[derive(Debug)]
pub struct RecordPart {
    pub rejected: RejectedRecord,
    number: usize,
    bytes: Vec<u8>,
}

/// The records of these parts, each with its compressed record, and those that lack a part.
#[derive(Debug, Default)]
pub struct RejectedRecords {
    pub complete: Vec<(RejectedRecord, Vec<u8>)>,
    /// Dispatch writes them at this moment, or something else changed the table.
    pub incomplete: Vec<RejectedRecord>,
}

impl RejectedRecord {
    /// The sort keys of its items.
    pub fn sort_keys(&self) -> Vec<String> {
        match self.parts {
            1 => vec![self.id.clone()],
            parts => (1..=parts).map(|part| format!("{}#{part:04}", self.id)).collect(),
        }
    }

    /// As `doctor` shows it.
    pub fn cause(&self) -> String {
        cause(&self.path, &self.reason)
    }
}

pub fn cause(path: &str, reason: &str) -> String {
    let separator = if path.is_empty() { "" } else { ": " };
    format!("{path}{separator}{reason}")
}

impl RecordPart {
    /// `None` for an item that dispatch did not write.
    pub fn read(fields: &Fields) -> Option<Self> {
        let text = |name: &str| fields.get(name)?.as_s().ok().cloned();
        let number = |name: &str| fields.get(name)?.as_n().ok()?.parse::<i64>().ok();
        let parts = usize::try_from(number("parts")?).ok()?.max(1);
        let sort_key = text("sk")?;
        let (id, part) = match (parts, sort_key.rsplit_once('#')) {
            (1, _) => (sort_key, 1),
            (_, Some((id, part))) => (id.to_owned(), part.parse().ok()?),
            (_, None) => return None,
        };
        let rejected = RejectedRecord {
            pipe: text("pk")?,
            id,
            parts,
            at: number("at")?,
            path: text("path")?,
            reason: text("reason")?,
        };
        Some(Self { rejected, number: part, bytes: fields.get("record")?.as_b().ok()?.clone().into_inner() })
    }
}

impl RejectedRecords {
    pub fn of(parts: Vec<RecordPart>) -> Self {
        let mut by_id: BTreeMap<(String, String), Vec<RecordPart>> = BTreeMap::new();
        for part in parts {
            by_id.entry((part.rejected.pipe.clone(), part.rejected.id.clone())).or_default().push(part);
        }
        let mut records = Self::default();
        by_id.into_values().for_each(|parts| records.add(parts));
        records
    }

    fn add(&mut self, mut parts: Vec<RecordPart>) {
        parts.sort_by_key(|part| part.number);
        let Some(rejected) = parts.first().map(|first| first.rejected.clone()) else { return };
        let is_complete = parts.iter().map(|part| part.number).eq(1..=rejected.parts)
            && parts.iter().all(|part| part.rejected == rejected);
        match is_complete {
            true => self.complete.push((rejected, parts.into_iter().flat_map(|part| part.bytes).collect())),
            false => self.incomplete.push(rejected),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::primitives::Blob;

    use super::*;

    fn part(sort_key: &str, parts: usize, at: i64, bytes: &str) -> RecordPart {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let number = |number: i64| AttributeValue::N(number.to_string());
        let fields = [
            ("pk", text("orders")),
            ("sk", text(sort_key)),
            ("path", text("p")),
            ("reason", text("r")),
            ("record", AttributeValue::B(Blob::new(bytes.as_bytes()))),
            ("parts", number(parts as i64)),
            ("at", number(at)),
        ];
        RecordPart::read(&fields.map(|(name, value)| (name.to_owned(), value)).into()).unwrap()
    }

    #[test]
    fn the_parts_of_a_large_record_are_joined_in_order() {
        let parts = vec![part("b#0002", 2, 7, "cd"), part("a#b", 1, 7, "x"), part("b#0001", 2, 7, "ab")];
        let found = RejectedRecords::of(parts);
        let ids: Vec<_> =
            found.complete.iter().map(|(rejected, bytes)| (rejected.sort_keys(), &bytes[..])).collect();
        let large = vec!["b#0001".to_owned(), "b#0002".to_owned()];
        assert_eq!(ids, [(vec!["a#b".to_owned()], b"x".as_slice()), (large, b"abcd".as_slice())]);
    }

    #[test]
    fn a_record_that_is_being_written_is_incomplete() {
        for parts in
            [vec![part("b#0001", 2, 7, "ab")], vec![part("b#0001", 2, 8, "ab"), part("b#0002", 2, 7, "cd")]]
        {
            let found = RejectedRecords::of(parts);
            assert!(found.complete.is_empty());
            assert_eq!(found.incomplete.len(), 1);
        }
    }

    #[test]
    fn a_cause_has_its_path_if_there_is_one() {
        assert_eq!(cause("data.total", "is missing"), "data.total: is missing");
        assert_eq!(cause("", "has no pipe"), "has no pipe");
        let rejected = part("a", 1, 7, "x").rejected;
        assert_eq!(rejected.cause(), cause(&rejected.path, &rejected.reason));
    }

    #[test]
    fn an_item_that_dispatch_did_not_write_is_no_part() {
        assert!(RecordPart::read(&Fields::new()).is_none());
    }
}
