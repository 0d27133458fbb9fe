//! Events of items that are in the table, where the records of their changes are lost.

mod key;

use serde_json::Value;
use tablecast_aws::{Fields, Provable, Proven, StorageError, item_json, now_in_milliseconds};
use tablecast_pipeline::record::{BEFORE_EVERY_CHANGE, ReadItem, read_record};
use tablecast_pipes::invoke::Invoke;

use crate::deployment::Pipe;
use crate::error::RedriveError;
use crate::mode::{Mode, SHOW_TIMEOUT};
use crate::outcome::Outcome;
use crate::queue::Queue;
use crate::record::Record;
use crate::record_result::{Element, RecordResult};
use crate::redrive::Redrive;
use crate::report::{Line, Output, Summary};

pub use key::Key;

/// An item that changes so often has newer events anyway.
const READS: usize = 5;

/// The items to read.
#[derive(Debug, Clone)]
pub struct Rebuild {
    /// The name of the pipe's file.
    pub pipe: String,
    pub keys: Vec<Key>,
    /// The id of the dead letter that had changes of these items.
    pub letter: Option<String>,
}

/// Where an item is read, and the `sequence` of its events.
struct Source<'p> {
    pipe: &'p Pipe,
    sequence: String,
}

impl<I: Invoke> Redrive<I> {
    /// Makes events of the current items, or only shows them.
    pub async fn rebuild(
        &self,
        rebuild: &Rebuild,
        mode: Mode,
        out: &mut impl Output,
    ) -> Result<Summary, RedriveError> {
        let pipe = self.deployment.pipes.iter().find(|pipe| pipe.name == rebuild.pipe);
        let no_pipe = || RedriveError::Input(format!("there is no pipe {}; check --pipe", rebuild.pipe));
        let (pipe, mut summary) = (pipe.ok_or_else(no_pipe)?, Summary::default());
        let source = Source { pipe, sequence: self.sequence(pipe, rebuild).await? };
        for key in &rebuild.keys {
            summary.records += 1;
            match self.rebuild_item(&source, key, mode).await? {
                Some(line) => {
                    summary.count(&line);
                    out.line(&line)?;
                }
                None => {
                    let key = key.json();
                    out.note(&format!(
                        "{key} is not in the table {}: it was deleted, and only a record of the stream has what it was",
                        pipe.table
                    ));
                    summary.failed += 1;
                }
            }
        }
        Ok(summary)
    }

    /// The item has the changes of the dead letter, and perhaps later ones. So its events are news for a consumer that
    /// misses the first, and not for one that has the second.
    async fn sequence(&self, pipe: &Pipe, rebuild: &Rebuild) -> Result<String, RedriveError> {
        let Some(id) = &rebuild.letter else { return Ok(BEFORE_EVERY_CHANGE.to_owned()) };
        let missing =
            || RedriveError::Input(format!("the pipe {} has no dead letter {id}; check --id", pipe.name));
        let queue = Queue::open(&self.sqs, pipe.letters.as_ref().ok_or_else(missing)?).await?;
        let received = queue.receive(pipe, SHOW_TIMEOUT).await?;
        queue.hide(&received.receipts(), 0).await?;
        let letter = received.letters.into_iter().find(|letter| letter.id == *id).ok_or_else(missing)?;
        Ok(letter.range.end_sequence_number)
    }

    /// Reads an item again after its events, and again if it changed meanwhile. So no older state follows the events of a
    /// newer one for good.
    async fn rebuild_item(
        &self,
        source: &Source<'_>,
        key: &Key,
        mode: Mode,
    ) -> Result<Option<Line>, RedriveError> {
        let Some(mut record) = self.read_item(source, key).await? else { return Ok(None) };
        for _ in 0..READS {
            let line = self.send(&record, mode).await?;
            if line.outcome != Outcome::Redriven {
                return Ok(Some(line));
            }
            match self.read_item(source, key).await? {
                Some(again) if again.id != record.id => record = again,
                _ => return Ok(Some(line)),
            }
        }
        self.send(&record, mode).await.map(Some)
    }

    async fn send(&self, record: &Record, mode: Mode) -> Result<Line, RedriveError> {
        let elements = self.functions.enrich(&[record.text()?]).await?;
        let has_events = |element: &&Element| matches!(element.result, RecordResult::Events(..));
        let dispatched: Vec<&Element> = elements.iter().filter(has_events).collect();
        let failed =
            if mode.redrives() { self.functions.dispatch(&dispatched).await? } else { Default::default() };
        let result = elements.into_iter().next().map(|element| element.result);
        let result_of_all = result.as_ref().filter(|_| failed.is_empty());
        let outcome = result_of_all.and_then(|result| result.outcome(mode.delivered()));
        Ok(Line::new(record, None, outcome.unwrap_or(Outcome::Failed), result))
    }

    async fn read_item(&self, source: &Source<'_>, key: &Key) -> Result<Option<Record>, RedriveError> {
        let Source { pipe, sequence } = source;
        let table = &pipe.table;
        let time = now_in_milliseconds();
        let Some(item) = self.item(table, key).await? else { return Ok(None) };
        let attributes = item_json(&item).map_err(|error| RedriveError::Input(error.to_string()))?;
        let keys = key.names();
        let text = read_record(&ReadItem {
            table,
            keys: &keys,
            attributes: &attributes,
            time,
            sequence: Some(sequence),
        });
        let id = serde_json::from_str::<Value>(&text)
            .ok()
            .and_then(|it| it["eventID"].as_str().map(str::to_owned));
        Ok(Some(Record::of_read(&id.unwrap_or_default(), &pipe.name, &text)?))
    }

    /// An item needs no proof. DynamoDB omits `Item` if there is none.
    async fn item(&self, table: &str, key: &Key) -> Result<Option<Fields>, StorageError> {
        let call = self.dynamodb.get_item().table_name(table).set_key(key.fields()).consistent_read(true);
        let found = call.with_proof().send().await.map_err(|error| StorageError::failed(table, error))?;
        if found.item.is_some() { Ok(found.item) } else { Ok(found.proven(table)?.item) }
    }
}
