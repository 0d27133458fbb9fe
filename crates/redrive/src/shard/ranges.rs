use std::collections::BTreeMap;

use aws_sdk_dynamodbstreams::types::Record;
use serde_json::Value;
use tablecast_pipes::record_json;

use super::error::ShardError;
use super::range::{LetterRange, ShardRange, number};

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
    letter: usize,
    range: ShardRange,
    has_first: bool,
    has_last: bool,
    /// True if the stream lost records while they were read.
    has_gap: bool,
    records: Vec<(String, Value)>,
}

/// The result of one dead letter of the work.
#[derive(Debug)]
pub struct LetterResult {
    /// The index of the dead letter.
    pub letter: usize,
    pub result: RangeResult,
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
    pub fn by_shard(ranges: Vec<LetterRange>) -> Vec<Self> {
        let mut shards: BTreeMap<_, Vec<OpenRange>> = BTreeMap::new();
        for LetterRange { letter, range } in ranges {
            let shard = (range.stream_arn.clone(), range.shard_id.clone());
            shards.entry(shard).or_default().push(OpenRange::new(letter, range));
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
    pub fn add(&mut self, page: Vec<Record>) -> Result<Vec<LetterResult>, ShardError> {
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
    pub fn end(&mut self) -> Vec<LetterResult> {
        found(std::mem::take(&mut self.open))
    }

    /// Returns the rest as unread, also those that have some of their records.
    pub fn fail(&mut self, error: &ShardError) -> Vec<LetterResult> {
        let unread = |open: OpenRange| LetterResult {
            letter: open.letter,
            result: RangeResult::Unread(error.clone()),
        };
        std::mem::take(&mut self.open).into_iter().map(unread).collect()
    }
}

impl OpenRange {
    fn new(letter: usize, range: ShardRange) -> Self {
        Self { letter, range, has_first: false, has_last: false, has_gap: false, records: Vec::new() }
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
        let json =
            record_json(record, &range.stream_arn).map_err(|error| ShardError::new(error.to_string()))?;
        let id = record.event_id.clone().ok_or_else(|| ShardError::new("a record has no eventID"))?;
        self.records.push((id, json));
        Ok(())
    }
}

fn found(ranges: Vec<OpenRange>) -> Vec<LetterResult> {
    let found = |range: OpenRange| {
        let is_complete = range.has_first && range.has_last && !range.has_gap;
        let result = RangeResult::Found(RangeRecords { records: range.records, is_complete });
        LetterResult { letter: range.letter, result }
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
        let ranges = places.iter().map(|(start, end)| letter(start, end).range).enumerate();
        let ranges = ranges.map(|(letter, range)| LetterRange { letter, range }).collect();
        let mut ranges = OpenRanges::by_shard(ranges).remove(0);
        ranges.next();
        ranges
    }

    /// A dead letter that ends in a page, with the ids of its records.
    #[derive(Debug, PartialEq)]
    struct Ended {
        letter: usize,
        ids: Vec<String>,
        is_complete: bool,
    }

    fn complete<const N: usize>(letter: usize, ids: [&str; N]) -> Ended {
        Ended { letter, ids: ids.map(str::to_owned).into(), is_complete: true }
    }

    fn incomplete<const N: usize>(letter: usize, ids: [&str; N]) -> Ended {
        Ended { is_complete: false, ..complete(letter, ids) }
    }

    fn add(ranges: &mut OpenRanges, sequences: &[&str]) -> Vec<Ended> {
        let record = |sequence: &&str| {
            let change = StreamRecord::builder().sequence_number(*sequence).build();
            Record::builder().event_id(*sequence).dynamodb(change).build()
        };
        let ended = ranges.add(sequences.iter().map(record).collect()).unwrap();
        let shown = |LetterResult { letter, result }| match result {
            RangeResult::Found(RangeRecords { records, is_complete }) => {
                Ended { letter, ids: records.into_iter().map(|(id, _)| id).collect(), is_complete }
            }
            RangeResult::Unread(error) => panic!("{error}"),
        };
        ended.into_iter().map(shown).collect()
    }

    fn one(sequences: &[&str]) -> Vec<Ended> {
        add(&mut ranges(&[("99", "101")]), sequences)
    }

    #[test]
    fn only_the_records_of_the_range_are_found() {
        assert_eq!(one(&["98", "99", "100", "101", "102"]), [complete(0, ["99", "100", "101"])]);
    }

    #[test]
    fn a_range_without_its_first_or_last_record_is_not_complete() {
        assert_eq!(one(&["100", "101"]), [incomplete(0, ["100", "101"])]);
        assert_eq!(one(&["99", "100", "102"]), [incomplete(0, ["99", "100"])]);
        assert_eq!(one(&["102"]), [incomplete(0, [])]);
        assert!(one(&["99", "100"]).is_empty(), "the last record can come in another page");
    }

    #[test]
    fn a_page_ends_several_letters_and_begins_another_one() {
        let mut ranges = ranges(&[("104", "200"), ("101", "102"), ("100", "100"), ("900", "901")]);
        let ended = add(&mut ranges, &["100", "101", "102", "103", "104"]);
        assert_eq!(ended, [complete(2, ["100"]), complete(1, ["101", "102"])]);
        assert!(ranges.has_begun());
        assert_eq!(add(&mut ranges, &["200"]), [complete(0, ["104", "200"])]);
        assert!(!ranges.has_begun(), "the next one has its own iterator");
        assert_eq!(ranges.next().unwrap().start_sequence_number, "900");
        assert_eq!(ranges.end().len(), 1);
    }

    #[test]
    fn letters_with_common_records_each_have_them() {
        let mut ranges = ranges(&[("1", "9"), ("2", "3"), ("2", "3")]);
        let shared = |letter| complete(letter, ["2", "3"]);
        assert_eq!(add(&mut ranges, &["1", "2", "3"]), [shared(1), shared(2)]);
        assert_eq!(add(&mut ranges, &["9"]), [complete(0, ["1", "2", "3", "9"])]);
    }

    #[test]
    fn records_before_a_letter_do_not_end_it() {
        let mut ranges = ranges(&[("99", "101")]);
        assert!(add(&mut ranges, &["7", "8"]).is_empty() && ranges.has_begun());
    }
}
