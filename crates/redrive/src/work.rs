use std::collections::BTreeMap;
use std::io;

use crate::dead_letter::DeadLetter;
use crate::deployment::Pipe;
use crate::error::RecordError;
use crate::mode::Mode;
use crate::outcome::Outcome;
use crate::record::Record;
use crate::record_result::RecordResult;
use crate::report::{Line, Output, Summary, Unread};
use crate::shard::{LetterRange, LetterResult, RangeRecords, RangeResult, Shards};
use crate::visibility::HiddenMessages;

/// Everything that waits, in the order of the changes.
#[derive(Debug)]
pub struct Work {
    pub mode: Mode,
    pub records: Vec<Record>,
    pub letters: Vec<DeadLetter>,
    pub hidden: HiddenMessages,
    pub summary: Summary,
}

impl Work {
    pub fn new(mode: Mode) -> Self {
        let hidden = HiddenMessages::new(mode.timeout());
        Self { mode, records: Vec::new(), letters: Vec::new(), hidden, summary: Summary::default() }
    }

    /// Adds the records of a pipe's letters, from this one on, that are still in the stream.
    pub async fn read_records(
        &mut self,
        shards: &mut Shards,
        pipe: &Pipe,
        first: usize,
    ) -> Result<(), RecordError> {
        let range = |letter: usize| LetterRange { letter, range: self.letters[letter].range.clone() };
        let ranges = (first..self.letters.len()).map(range).collect();
        shards.read(ranges, |result| self.add(pipe, result)).await
    }

    fn add(&mut self, pipe: &Pipe, read: LetterResult) -> Result<(), RecordError> {
        match read.result {
            RangeResult::Found(found) => self.add_records(pipe, read.letter, found),
            RangeResult::Unread(error) => {
                self.letters[read.letter].unread = Some(error);
                self.summary.letters_unread += 1;
                Ok(())
            }
        }
    }

    fn add_records(&mut self, pipe: &Pipe, letter: usize, found: RangeRecords) -> Result<(), RecordError> {
        self.letters[letter].lacks_records = !found.is_complete;
        for (id, json) in found.records {
            if !pipe.filter.passes(&json) {
                self.summary.filtered += 1;
                continue;
            }
            self.records.push(Record::of_letter(id, &pipe.name, &json.to_string(), letter)?);
        }
        Ok(())
    }

    /// The line about a record.
    pub fn line(&self, index: usize, outcome: Outcome, result: Option<RecordResult>) -> Line {
        let record = &self.records[index];
        let letter = record.letters.first().map(|letter| &self.letters[*letter]);
        Line::new(record, letter, outcome, result)
    }

    /// Reports the letters, from this one on, whose shard could not be read.
    pub fn report_unread(&self, first: usize, out: &mut impl Output) -> io::Result<()> {
        self.letters.iter().skip(first).filter_map(Unread::of).try_for_each(|unread| out.unread(&unread))
    }

    /// Joins the places of records that wait in several, and sorts them.
    pub fn join(&mut self) {
        let mut by_id: BTreeMap<String, Record> = BTreeMap::new();
        for record in std::mem::take(&mut self.records) {
            match by_id.get_mut(&record.id) {
                Some(known) => known.join(record),
                None => _ = by_id.insert(record.id.clone(), record),
            }
        }
        self.records = by_id.into_values().collect();
        self.records.sort_by(|one, other| one.order().cmp(&other.order()));
        for letter in self.records.iter().flat_map(|record| record.letters.clone()) {
            self.letters[letter].open += 1;
        }
        self.summary.records = self.records.len();
        self.summary.letters = self.letters.len();
    }
}
