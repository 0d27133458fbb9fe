use std::collections::BTreeMap;

use aws_sdk_dynamodbstreams::types::Record;
use serde_json::Value;
use tablecast_pipes::record_json;

use super::error::ShardError;
use super::requests::failed;
use crate::batch::{Batch, number};

/// The dead letters of a shard that are not read to their last record.
#[derive(Debug)]
pub struct Letters {
    /// In the order of their first records.
    open: Vec<Letter>,
    /// All records from the place of the iterator to this sequence number are read.
    read_to: String,
}

#[derive(Debug)]
struct Letter {
    index: usize,
    batch: Batch,
    has_first: bool,
    has_last: bool,
    /// True if the stream lost records while they were read.
    has_gap: bool,
    records: Vec<(String, Value)>,
}

/// The result of a dead letter in its shard.
#[derive(Debug)]
pub enum Reading {
    Found(Found),
    Unread(ShardError),
}

#[derive(Debug)]
pub struct Found {
    /// Their ids and their JSON, in order. A dead letter can have records in between that the pipe delivered.
    pub records: Vec<(String, Value)>,
    /// False if the stream does not have all of them any more.
    pub is_complete: bool,
}

impl Letters {
    pub fn by_shard(batches: Vec<(usize, Batch)>) -> Vec<Self> {
        let mut shards: BTreeMap<_, Vec<Letter>> = BTreeMap::new();
        for (index, batch) in batches {
            let shard = (batch.stream_arn.clone(), batch.shard_id.clone());
            shards.entry(shard).or_default().push(Letter::new(index, batch));
        }
        shards.into_values().map(Self::new).collect()
    }

    fn new(mut open: Vec<Letter>) -> Self {
        open.sort_by(|one, other| one.start().cmp(&other.start()));
        Self { open, read_to: String::new() }
    }

    /// Returns the dead letter whose first record is the place of a new iterator.
    pub fn next(&mut self) -> Option<Batch> {
        let batch = self.open.first().map(|letter| letter.batch.clone())?;
        self.read_to.clone_from(&batch.start_sequence_number);
        Some(batch)
    }

    /// Returns whether the next records are those of a dead letter.
    pub fn has_begun(&self) -> bool {
        self.open.first().is_some_and(|letter| letter.start() <= number(&self.read_to))
    }

    /// Adds a page, and returns the dead letters that end in it.
    pub fn add(&mut self, page: Vec<Record>) -> Result<Vec<(usize, Reading)>, ShardError> {
        for record in &page {
            let sequence = sequence(record);
            if number(sequence) > number(&self.read_to) {
                self.read_to = sequence.to_owned();
            }
            for letter in self.open.iter_mut().take_while(|letter| letter.start() <= number(sequence)) {
                letter.add(record, sequence)?;
            }
        }
        let has_ended = |letter: &Letter| letter.has_last || letter.batch.is_after(&self.read_to);
        let (ended, open) = std::mem::take(&mut self.open).into_iter().partition(has_ended);
        self.open = open;
        Ok(found(ended))
    }

    /// The next records of the dead letters that have begun are gone.
    pub fn lose(&mut self) {
        let read_to = number(&self.read_to);
        self.open
            .iter_mut()
            .take_while(|letter| letter.start() <= read_to)
            .for_each(|letter| letter.has_gap = true);
    }

    /// Returns the rest, because the shard has no more records.
    pub fn end(&mut self) -> Vec<(usize, Reading)> {
        found(std::mem::take(&mut self.open))
    }

    /// Returns the rest as unread, also those that have some of their records.
    pub fn fail(&mut self, error: &ShardError) -> Vec<(usize, Reading)> {
        let rest = std::mem::take(&mut self.open).into_iter();
        rest.map(|letter| (letter.index, Reading::Unread(error.clone()))).collect()
    }
}

impl Letter {
    fn new(index: usize, batch: Batch) -> Self {
        Self { index, batch, has_first: false, has_last: false, has_gap: false, records: Vec::new() }
    }

    fn start(&self) -> (usize, &str) {
        number(&self.batch.start_sequence_number)
    }

    fn add(&mut self, record: &Record, sequence: &str) -> Result<(), ShardError> {
        let Self { batch, .. } = self;
        if !batch.contains(sequence) {
            return Ok(());
        }
        self.has_first |= batch.is_first(sequence);
        self.has_last |= batch.is_last(sequence);
        let json = record_json(record, &batch.stream_arn).map_err(|error| failed(error.to_string()))?;
        let id = record.event_id.clone().ok_or_else(|| failed("a record has no eventID"))?;
        self.records.push((id, json));
        Ok(())
    }
}

fn found(letters: Vec<Letter>) -> Vec<(usize, Reading)> {
    let found = |letter: Letter| {
        let is_complete = letter.has_first && letter.has_last && !letter.has_gap;
        (letter.index, Reading::Found(Found { records: letter.records, is_complete }))
    };
    letters.into_iter().map(found).collect()
}

fn sequence(record: &Record) -> &str {
    record.dynamodb.as_ref().and_then(|change| change.sequence_number.as_deref()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodbstreams::types::StreamRecord;

    use super::*;
    use crate::letter::tests::letter;

    fn letters(ranges: &[(&str, &str)]) -> Letters {
        let batches = ranges.iter().map(|(start, end)| letter(start, end).batch).enumerate().collect();
        let mut letters = Letters::by_shard(batches).remove(0);
        letters.next();
        letters
    }

    /// Returns the dead letters that end in a page, with their records, and whether they are complete.
    fn add(letters: &mut Letters, sequences: &[&str]) -> Vec<(usize, Vec<String>, bool)> {
        let record = |sequence: &&str| {
            let change = StreamRecord::builder().sequence_number(*sequence).build();
            Record::builder().event_id(*sequence).dynamodb(change).build()
        };
        let ended = letters.add(sequences.iter().map(record).collect()).unwrap();
        let ids = |found: &Found| found.records.iter().map(|(id, _)| id.clone()).collect();
        let shown = |(index, reading)| match reading {
            Reading::Found(found) => (index, ids(&found), found.is_complete),
            Reading::Unread(error) => panic!("{error}"),
        };
        ended.into_iter().map(shown).collect()
    }

    fn one(sequences: &[&str]) -> Vec<(usize, Vec<String>, bool)> {
        add(&mut letters(&[("99", "101")]), sequences)
    }

    fn texts<const N: usize>(all: [&str; N]) -> Vec<String> {
        all.map(str::to_owned).into()
    }

    #[test]
    fn only_the_records_of_the_batch_are_found() {
        assert_eq!(one(&["98", "99", "100", "101", "102"]), [(0, texts(["99", "100", "101"]), true)]);
    }

    #[test]
    fn a_batch_without_its_first_or_last_record_is_not_complete() {
        assert_eq!(one(&["100", "101"]), [(0, texts(["100", "101"]), false)]);
        assert_eq!(one(&["99", "100", "102"]), [(0, texts(["99", "100"]), false)]);
        assert_eq!(one(&["102"]), [(0, Vec::new(), false)]);
        assert!(one(&["99", "100"]).is_empty(), "the last record can come in another page");
    }

    #[test]
    fn a_page_ends_several_letters_and_begins_another_one() {
        let mut letters = letters(&[("104", "200"), ("101", "102"), ("100", "100"), ("900", "901")]);
        let ended = add(&mut letters, &["100", "101", "102", "103", "104"]);
        assert_eq!(ended, [(2, texts(["100"]), true), (1, texts(["101", "102"]), true)]);
        assert!(letters.has_begun());
        assert_eq!(add(&mut letters, &["200"]), [(0, texts(["104", "200"]), true)]);
        assert!(!letters.has_begun(), "the next one has its own iterator");
        assert_eq!(letters.next().unwrap().start_sequence_number, "900");
        assert_eq!(letters.end().len(), 1);
    }

    #[test]
    fn letters_with_common_records_each_have_them() {
        let mut letters = letters(&[("1", "9"), ("2", "3"), ("2", "3")]);
        let shared = |index| (index, texts(["2", "3"]), true);
        assert_eq!(add(&mut letters, &["1", "2", "3"]), [shared(1), shared(2)]);
        assert_eq!(add(&mut letters, &["9"]), [(0, texts(["1", "2", "3", "9"]), true)]);
    }

    #[test]
    fn records_before_a_letter_do_not_end_it() {
        let mut letters = letters(&[("99", "101")]);
        assert!(add(&mut letters, &["7", "8"]).is_empty() && letters.has_begun());
    }
}
