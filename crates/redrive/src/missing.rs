//! What is known of a dead letter whose records have left the stream. It has positions only, but its events can be in
//! the log, and its records in the table of rejected records.

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use serde::Deserialize;
use tablecast_event_log::{LoggedEvent, Walk};
use tablecast_protocol::rfc3339;

use crate::error::RedriveError;
use crate::letter::Letter;
use crate::redrive::Redrive;
use crate::report::{Known, Lost, Output};
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
        for index in 0..work.letters.len() {
            let letter = work.letters[index].clone();
            if !letter.lacks_records {
                continue;
            }
            let mut known = rejected(work, &letter);
            known.extend(self.logged(&letter).await?);
            // Records of it that the stream had are redriven, or still open.
            let discarded = discards && letter.open == 0;
            if discarded {
                self.delete_letter(work, index).await?;
            } else {
                work.summary.letters_lost += 1;
            }
            let found = work.records.iter().filter(|record| record.letters.contains(&index)).count();
            out.lost(&lost(letter, found, known, discarded))?;
        }
        Ok(())
    }

    /// Reads the log from the time of the first change on, up to the time of the dead letter.
    async fn logged(&self, letter: &Letter) -> Result<Vec<Known>, RedriveError> {
        let mut known = Vec::new();
        let first = milliseconds(&letter.batch.approximate_arrival_of_first_record).unwrap_or_default();
        let mut channels = self.logs.channels(&letter.pipe);
        loop {
            let sources = channels.next_page().await?;
            if sources.is_empty() {
                return Ok(known);
            }
            for source in sources {
                if let Some(walk) = self.logs.walk_since(&letter.pipe, &source, first - CLOCK_SKEW).await? {
                    known.extend(events(walk, letter).await?);
                }
            }
        }
    }
}

async fn events(mut walk: Walk, letter: &Letter) -> Result<Vec<Known>, RedriveError> {
    let last = milliseconds(&letter.at).unwrap_or(i64::MAX - CLOCK_SKEW);
    let mut known = Vec::new();
    loop {
        let page = walk.next_page().await?;
        let events: Vec<Event> = page.iter().filter_map(event).collect();
        let is_past = |event: &Event| milliseconds(&event.time).is_some_and(|time| time > last + CLOCK_SKEW);
        let is_end = page.is_empty() || events.iter().any(is_past);
        let of_letter = events.into_iter().filter(|event| letter.batch.contains(&event.sequence));
        known.extend(of_letter.map(|Event { id, subject, sequence, .. }| Known::Log {
            id,
            subject,
            sequence,
        }));
        if is_end {
            return Ok(known);
        }
    }
}

/// Events without a place in the stream were not made of its records.
fn event(logged: &LoggedEvent) -> Option<Event> {
    serde_json::from_str(&logged.text).ok().filter(|event: &Event| !event.sequence.is_empty())
}

fn rejected(work: &Work, letter: &Letter) -> Vec<Known> {
    let in_range = work.records.iter().filter(|record| {
        let change = &record.head.change;
        record.entry.is_some()
            && record.head.stream == letter.batch.stream_arn
            && letter.batch.contains(&change.sequence)
    });
    in_range
        .map(|record| Known::Rejected { id: record.id.clone(), keys: record.head.change.keys.clone() })
        .collect()
}

fn lost(letter: Letter, found: usize, known: Vec<Known>, discarded: bool) -> Lost {
    let Letter { pipe, id, condition, at, batch, .. } = letter;
    // `--until` is exclusive, and times of changes are whole seconds.
    let log_until = milliseconds(&batch.approximate_arrival_of_last_record).map(|last| rfc3339(last + 1000));
    Lost {
        pipe,
        letter: id,
        condition,
        at,
        stream: batch.stream_arn,
        shard: batch.shard_id,
        first_sequence: batch.start_sequence_number,
        last_sequence: batch.end_sequence_number,
        first_change: batch.approximate_arrival_of_first_record,
        last_change: batch.approximate_arrival_of_last_record,
        log_until: log_until.unwrap_or_default(),
        records: batch.batch_size,
        found,
        known,
        discarded,
    }
}

fn milliseconds(text: &str) -> Option<i64> {
    DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).ok()?.to_millis().ok()
}
