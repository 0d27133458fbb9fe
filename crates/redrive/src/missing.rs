//! The known facts of a dead letter whose records have left the stream. It has positions only, but its events can be in
//! the log, and its records in the table of rejected records.

use std::collections::BTreeSet;

use serde::Deserialize;
use tablecast_event_log::{LoggedEvent, Walk};
use tablecast_protocol::{milliseconds_of, rfc3339};

use crate::dead_letter::DeadLetter;
use crate::error::RedriveError;
use crate::redrive::Redrive;
use crate::report::{Known, LetterPlace, Lost, Output};
use crate::shard::ShardRange;
use crate::work::Work;

/// The clocks of DynamoDB and of dispatch may differ by so many milliseconds.
const CLOCK_SKEW: i64 = 60_000;

#[derive(Deserialize)]
struct Event {
    id: String,
    subject: String,
    #[serde(default)]
    sequence: String,
    time: String,
}

impl<I> Redrive<I> {
    /// Reports the dead letters that lack records. With `discards`, deletes them.
    pub(crate) async fn report_lost(
        &self,
        work: &mut Work,
        discards: bool,
        out: &mut impl Output,
    ) -> Result<(), RedriveError> {
        let is_lost = |index: &usize| work.letters[*index].lacks_records;
        let lost: Vec<usize> = (0..work.letters.len()).filter(is_lost).collect();
        let letters: Vec<DeadLetter> = lost.iter().map(|index| work.letters[*index].clone()).collect();
        let logged = self.logged(&letters).await?;
        for ((index, letter), logged) in lost.into_iter().zip(letters).zip(logged) {
            // Records of it that the stream had are redriven, or still open.
            let discarded = discards && letter.open == 0;
            match discarded {
                true => self.delete_letter(work, index).await?,
                false => work.summary.letters_lost += 1,
            }
            let known = [rejected(work, &letter), logged].concat();
            let found = work.records.iter().filter(|record| record.letters.contains(&index)).count();
            out.lost(&report(letter, found, known, discarded))?;
        }
        Ok(())
    }

    /// Returns the events of each dead letter that the logs have.
    async fn logged(&self, letters: &[DeadLetter]) -> Result<Vec<Vec<Known>>, RedriveError> {
        let mut known = vec![Vec::new(); letters.len()];
        let pipes: BTreeSet<&str> = letters.iter().map(|letter| letter.pipe.as_str()).collect();
        for pipe in pipes {
            let of_pipe = || letters.iter().enumerate().filter(|(_, letter)| letter.pipe == pipe);
            let span = Span::of(of_pipe().map(|(_, letter)| letter));
            for event in self.events(pipe, span).await? {
                for (index, _) in of_pipe().filter(|(_, letter)| letter.range.contains(&event.sequence)) {
                    known[index].push(event.known());
                }
            }
        }
        Ok(known)
    }

    async fn events(&self, pipe: &str, span: Span) -> Result<Vec<Event>, RedriveError> {
        let (mut events, mut channels) = (Vec::new(), self.logs.channels(pipe));
        loop {
            let sources = channels.next_page().await?;
            if sources.is_empty() {
                return Ok(events);
            }
            for source in sources {
                if let Some(walk) = self.logs.walk_since(pipe, &source, span.first - CLOCK_SKEW).await? {
                    read(walk, span, &mut events).await?;
                }
            }
        }
    }
}

/// From the first change to the last dead letter, in milliseconds since the epoch.
#[derive(Debug, Clone, Copy)]
struct Span {
    first: i64,
    last: i64,
}

impl Span {
    fn of<'l>(letters: impl Iterator<Item = &'l DeadLetter>) -> Self {
        let mut span = Self { first: i64::MAX, last: i64::MIN };
        for letter in letters {
            let first =
                milliseconds_of(&letter.range.approximate_arrival_of_first_record).unwrap_or_default();
            span.first = span.first.min(first);
            span.last = span.last.max(milliseconds_of(&letter.at).unwrap_or(i64::MAX / 2));
        }
        span
    }
}

/// Reads a channel up to the first event that is too new. Everything after it was appended later.
async fn read(mut walk: Walk, span: Span, events: &mut Vec<Event>) -> Result<(), RedriveError> {
    loop {
        let page = walk.next_page().await?;
        let found: Vec<Event> = page.iter().filter_map(event).collect();
        let is_past =
            |event: &Event| milliseconds_of(&event.time).is_some_and(|time| time > span.last + CLOCK_SKEW);
        let is_end = page.is_empty() || found.iter().any(is_past);
        events.extend(found);
        if is_end {
            return Ok(());
        }
    }
}

impl Event {
    fn known(&self) -> Known {
        let Self { id, subject, sequence, .. } = self;
        Known::Log { id: id.clone(), subject: subject.clone(), sequence: sequence.clone() }
    }
}

/// Events without a place in the stream were not made of its records.
fn event(logged: &LoggedEvent) -> Option<Event> {
    serde_json::from_str(&logged.text).ok().filter(|event: &Event| !event.sequence.is_empty())
}

fn rejected(work: &Work, letter: &DeadLetter) -> Vec<Known> {
    let in_range = work.records.iter().filter(|record| {
        let change = &record.head.change;
        record.rejected.is_some()
            && record.head.stream == letter.range.stream_arn
            && letter.range.contains(&change.sequence)
    });
    in_range
        .map(|record| Known::Rejected { id: record.id.clone(), keys: record.head.change.keys.json() })
        .collect()
}

fn report(letter: DeadLetter, found: usize, known: Vec<Known>, discarded: bool) -> Lost {
    let place = LetterPlace::from(&letter);
    let ShardRange { approximate_arrival_of_last_record: last_change, batch_size: records, .. } =
        letter.range;
    // `--until` is exclusive, and times of changes are whole seconds.
    let log_until = milliseconds_of(&last_change).map(|last| rfc3339(last + 1000)).unwrap_or_default();
    Lost { place, last_change, log_until, records, found, known, discarded }
}

#[cfg(test)]
mod tests;
