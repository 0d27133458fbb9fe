use std::collections::BTreeMap;

use aws_sdk_dynamodbstreams::types::Record;
use serde_json::Value;
use tablecast_pipes::record_json;

use super::error::ShardError;
use super::range::{ShardRange, number};
use super::requests::failed;

/// The dead letters of a shard that are not read to their last record.
#[derive(Debug)]
pub struct OpenRanges {
    /// In the order of their first records.
    open: Vec<OpenRange>,
    /// All records from the place of the iterator to this sequence number are read.
    read_to: String,
}

#[derive(Debug)]
struct OpenRange {
    index: usize,
    range: ShardRange,
    has_first: bool,
    has_last: bool,
    /// True if the stream lost records while they were read.
    has_gap: bool,
    records: Vec<(String, Value)>,
}

/// The result of a dead letter in its shard.
#[derive(Debug)]
pub enum RangeResult {
    Found(RangeRecords),
    Unread(ShardError),
}

#[derive(Debug)]
pub struct RangeRecords {
    /// Their ids and their JSON, in order. A dead letter can have records in between that the pipe delivered.
    pub records: Vec<(String, Value)>,
    /// False if the stream does not have all of them any more.
    pub is_complete: bool,
}

impl OpenRanges {
    pub fn by_shard(ranges: Vec<(usize, ShardRange)>) -> Vec<Self> {
        let mut shards: BTreeMap<_, Vec<OpenRange>> = BTreeMap::new();
        for (index, range) in ranges {
            let shard = (range.stream_arn.clone(), range.shard_id.clone());
            shards.entry(shard).or_default().push(OpenRange::new(index, range));
        }
        shards.into_values().map(Self::new).collect()
    }

    fn new(mut open: Vec<OpenRange>) -> Self {
        open.sort_by(|one, other| one.start().cmp(&other.start()));
        Self { open, read_to: String::new() }
    }

    /// Returns the dead letter whose first record is the place of a new iterator.
    pub fn next(&mut self) -> Option<ShardRange> {
        let range = self.open.first().map(|open| open.range.clone())?;
        self.read_to.clone_from(&range.start_sequence_number);
        Some(range)
    }

    /// Returns whether the next records are those of a dead letter.
    pub fn has_begun(&self) -> bool {
        self.open.first().is_some_and(|range| range.start() <= number(&self.read_to))
    }

    /// Adds a page, and returns the dead letters that end in it.
    pub fn add(&mut self, page: Vec<Record>) -> Result<Vec<(usize, RangeResult)>, ShardError> {
        for record in &page {
            let sequence = sequence(record);
            if number(sequence) > number(&self.read_to) {
                self.read_to = sequence.to_owned();
            }
            for range in self.open.iter_mut().take_while(|range| range.start() <= number(sequence)) {
                range.add(record, sequence)?;
            }
        }
        let has_ended = |open: &OpenRange| open.has_last || open.range.is_after(&self.read_to);
        let (ended, open) = std::mem::take(&mut self.open).into_iter().partition(has_ended);
        self.open = open;
        Ok(found(ended))
    }

    /// The next records of the dead letters that have begun are gone.
    pub fn lose(&mut self) {
        let read_to = number(&self.read_to);
        self.open
            .iter_mut()
            .take_while(|range| range.start() <= read_to)
            .for_each(|range| range.has_gap = true);
    }

    /// Returns the rest, because the shard has no more records.
    pub fn end(&mut self) -> Vec<(usize, RangeResult)> {
        found(std::mem::take(&mut self.open))
    }

    /// Returns the rest as unread, also those that have some of their records.
    pub fn fail(&mut self, error: &ShardError) -> Vec<(usize, RangeResult)> {
        let rest = std::mem::take(&mut self.open).into_iter();
        rest.map(|range| (range.index, RangeResult::Unread(error.clone()))).collect()
    }
}

impl OpenRange {
    fn new(index: usize, range: ShardRange) -> Self {
        Self { index, range, has_first: false, has_last: false, has_gap: false, records: Vec::new() }
    }

    fn start(&self) -> (usize, &str) {
        number(&self.range.start_sequence_number)
    }

    fn add(&mut self, record: &Record, sequence: &str) -> Result<(), ShardError> {
        let Self { range, .. } = self;
        if !range.contains(sequence) {
            return Ok(());
        }
        self.has_first |= range.is_first(sequence);
        self.has_last |= range.is_last(sequence);
        let json = record_json(record, &range.stream_arn).map_err(|error| failed(error.to_string()))?;
        let id = record.event_id.clone().ok_or_else(|| failed("a record has no eventID"))?;
        self.records.push((id, json));
        Ok(())
    }
}

fn found(ranges: Vec<OpenRange>) -> Vec<(usize, RangeResult)> {
    let found = |range: OpenRange| {
        let is_complete = range.has_first && range.has_last && !range.has_gap;
        (range.index, RangeResult::Found(RangeRecords { records: range.records, is_complete }))
    };
    ranges.into_iter().map(found).collect()
}

fn sequence(record: &Record) -> &str {
    record.dynamodb.as_ref().and_then(|change| change.sequence_number.as_deref()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodbstreams::types::StreamRecord;

    use super::*;
    use crate::dead_letter::tests::letter;

    fn ranges(places: &[(&str, &str)]) -> OpenRanges {
        let ranges = places.iter().map(|(start, end)| letter(start, end).range).enumerate().collect();
        let mut ranges = OpenRanges::by_shard(ranges).remove(0);
        ranges.next();
        ranges
    }

    /// Returns the dead letters that end in a page, with their records, and whether they are complete.
    fn add(ranges: &mut OpenRanges, sequences: &[&str]) -> Vec<(usize, Vec<String>, bool)> {
        let record = |sequence: &&str| {
            let change = StreamRecord::builder().sequence_number(*sequence).build();
            Record::builder().event_id(*sequence).dynamodb(change).build()
        };
        let ended = ranges.add(sequences.iter().map(record).collect()).unwrap();
        let ids = |found: &RangeRecords| found.records.iter().map(|(id, _)| id.clone()).collect();
        let shown = |(index, result)| match result {
            RangeResult::Found(found) => (index, ids(&found), found.is_complete),
            RangeResult::Unread(error) => panic!("{error}"),
        };
        ended.into_iter().map(shown).collect()
    }

    fn one(sequences: &[&str]) -> Vec<(usize, Vec<String>, bool)> {
        add(&mut ranges(&[("99", "101")]), sequences)
    }

    fn texts<const N: usize>(all: [&str; N]) -> Vec<String> {
        all.map(str::to_owned).into()
    }

    #[test]
    fn only_the_records_of_the_range_are_found() {
        assert_eq!(one(&["98", "99", "100", "101", "102"]), [(0, texts(["99", "100", "101"]), true)]);
    }

    #[test]
    fn a_range_without_its_first_or_last_record_is_not_complete() {
        assert_eq!(one(&["100", "101"]), [(0, texts(["100", "101"]), false)]);
        assert_eq!(one(&["99", "100", "102"]), [(0, texts(["99", "100"]), false)]);
        assert_eq!(one(&["102"]), [(0, Vec::new(), false)]);
        assert!(one(&["99", "100"]).is_empty(), "the last record can come in another page");
    }

    #[test]
    fn a_page_ends_several_letters_and_begins_another_one() {
        let mut ranges = ranges(&[("104", "200"), ("101", "102"), ("100", "100"), ("900", "901")]);
        let ended = add(&mut ranges, &["100", "101", "102", "103", "104"]);
        assert_eq!(ended, [(2, texts(["100"]), true), (1, texts(["101", "102"]), true)]);
        assert!(ranges.has_begun());
        assert_eq!(add(&mut ranges, &["200"]), [(0, texts(["104", "200"]), true)]);
        assert!(!ranges.has_begun(), "the next one has its own iterator");
        assert_eq!(ranges.next().unwrap().start_sequence_number, "900");
        assert_eq!(ranges.end().len(), 1);
    }

    #[test]
    fn letters_with_common_records_each_have_them() {
        let mut ranges = ranges(&[("1", "9"), ("2", "3"), ("2", "3")]);
        let shared = |index| (index, texts(["2", "3"]), true);
        assert_eq!(add(&mut ranges, &["1", "2", "3"]), [shared(1), shared(2)]);
        assert_eq!(add(&mut ranges, &["9"]), [(0, texts(["1", "2", "3", "9"]), true)]);
    }

    #[test]
    fn records_before_a_letter_do_not_end_it() {
        let mut ranges = ranges(&[("99", "101")]);
        assert!(add(&mut ranges, &["7", "8"]).is_empty() && ranges.has_begun());
    }
}
