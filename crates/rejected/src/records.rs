use std::collections::BTreeMap;

use tablecast_aws::Fields;

use crate::item::Part;
use crate::record::{RejectedRecord, StoredRecord};

/// The records of some items.
#[derive(Debug, Default)]
pub struct RejectedRecords {
    pub complete: Vec<StoredRecord>,
    /// Records that lack a part. Dispatch writes them at this moment, or something else changed the table.
    pub incomplete: Vec<RejectedRecord>,
    /// The number of items that are no part of a record.
    pub unknown: usize,
}

/// The parts that were read so far.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    by_id: BTreeMap<(String, String), Vec<Part>>,
    unknown: usize,
}

impl Parts {
    /// Adds an item, if its record is wanted.
    pub fn add(&mut self, item: &Fields, is_wanted: impl Fn(&RejectedRecord) -> bool) {
        match Part::read(item) {
            Some(part) if is_wanted(&part.record) => {
                let id = (part.record.pipe.clone(), part.record.id.clone());
                self.by_id.entry(id).or_default().push(part);
            }
            Some(_) => {}
            None => self.unknown += 1,
        }
    }

    /// Joins the parts of each record.
    pub fn join(self) -> RejectedRecords {
        let mut records = RejectedRecords { unknown: self.unknown, ..RejectedRecords::default() };
        self.by_id.into_values().for_each(|parts| records.add(parts));
        records
    }
}

impl RejectedRecords {
    fn add(&mut self, mut parts: Vec<Part>) {
        parts.sort_by_key(|part| part.number);
        let Some(record) = parts.first().map(|first| first.record.clone()) else { return };
        let is_complete = parts.iter().map(|part| part.number).eq(1..=record.parts)
            && parts.iter().all(|part| part.record == record);
        if is_complete {
            let packed = parts.into_iter().flat_map(|part| part.bytes).collect();
            self.complete.push(StoredRecord { record, packed });
        } else {
            self.incomplete.push(record);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::Cause;
    use crate::item::items;
    use crate::record::PART_BYTES;

    fn stored(id: &str, at: i64, bytes: usize) -> StoredRecord {
        let cause = Cause { path: "p".to_owned(), reason: "r".to_owned() };
        let packed = (0..bytes).map(|place| (place % 251) as u8).collect();
        StoredRecord::new("orders".to_owned(), id.to_owned(), at, cause, packed)
    }

    fn joined(items: impl IntoIterator<Item = Fields>) -> RejectedRecords {
        let mut parts = Parts::default();
        items.into_iter().for_each(|item| parts.add(&item, |_| true));
        parts.join()
    }

    #[test]
    fn records_are_read_as_they_were_written() {
        for bytes in [0, 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES] {
            let all = ["a", "b#1"].map(|id| stored(id, 7, bytes));
            let mut items: Vec<_> = all.iter().flat_map(items).collect();
            items.reverse();
            let found = joined(items);
            assert_eq!((found.complete, found.incomplete), (all.into(), Vec::new()), "{bytes}");
        }
    }

    #[test]
    fn a_record_that_is_being_written_is_incomplete() {
        let items = |at| items(&stored("b", at, PART_BYTES + 1)).collect::<Vec<_>>();
        let [first, second] = items(7).try_into().unwrap();
        for items in [vec![first], vec![items(8).remove(0), second]] {
            let found = joined(items);
            assert_eq!((found.complete.len(), found.incomplete.len()), (0, 1));
        }
    }

    #[test]
    fn an_item_of_something_else_is_counted() {
        let found = joined([Fields::new()]);
        assert_eq!((found.complete.len(), found.incomplete.len(), found.unknown), (0, 0, 1));
    }
}
