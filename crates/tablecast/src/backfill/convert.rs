//! From items to events, by the rules of today's pipe file.

use std::error::Error;

use serde_json::{Map, Value as Json};
use tablecast_aws::item_json;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_pipeline::record::{BEFORE_EVERY_CHANGE, ReadItem, read_record};
use tablecast_pipes::Filter;
use tablecast_protocol::element::Element;
use tablecast_protocol::with_replay;

use super::counts::Counts;
use super::scan::{Item, Page};
use crate::output;

pub struct Converter<'c> {
    pub pipes: &'c Pipes,
    pub filter: Filter,
    /// The table's name in the pipe file.
    pub table: &'c str,
    pub keys: &'c [String],
    pub replay: &'c str,
}

/// An item that passed the filter, as a record.
struct Read {
    keys: String,
    record: String,
}

impl Converter<'_> {
    /// Returns the events of a page. Names each item that cannot become events, and goes on.
    pub fn events(&self, page: &Page, counts: &mut Counts) -> Result<Vec<String>, Box<dyn Error>> {
        counts.items += page.items.len() as u64;
        counts.units += page.units;
        let reads: Vec<Read> =
            page.items.iter().filter_map(|item| self.read(item, page.read_at, counts)).collect();
        let mut events = Vec::new();
        self.convert(&reads, &mut events, counts)?;
        counts.events += events.len() as u64;
        Ok(events)
    }

    /// Converts records in batches that fit into a response of `enrich`.
    fn convert(
        &self,
        reads: &[Read],
        events: &mut Vec<String>,
        counts: &mut Counts,
    ) -> Result<(), Box<dyn Error>> {
        if reads.is_empty() {
            return Ok(());
        }
        let elements = match enrich(self.pipes, &batch(reads)) {
            // A pipe with `bisect` halves a batch that is too large.
            Err(_) if reads.len() > 1 => {
                let (first, second) = reads.split_at(reads.len() / 2);
                self.convert(first, events, counts)?;
                return self.convert(second, events, counts);
            }
            elements => elements.map_err(|error| error.to_string())?,
        };
        let done = elements.iter().take_while(|element| !element.deferred).count();
        if done == 0 {
            return Err("an item has events that fit into no response of enrich".into());
        }
        for (read, element) in reads.iter().zip(&elements[..done]) {
            self.add(read, element, events, counts);
        }
        self.convert(&reads[done..], events, counts)
    }

    /// Returns the record of an item, if it passes the filter.
    fn read(&self, item: &Item, time: i64, counts: &mut Counts) -> Option<Read> {
        let attributes = item_json(item).map_err(|error| {
            counts.rejected += 1;
            output::note(format_args!("rejected an item of {}: {error}", self.table));
        });
        let attributes = attributes.ok()?;
        let sequence = Some(BEFORE_EVERY_CHANGE);
        let read = ReadItem { table: self.table, keys: self.keys, attributes: &attributes, time, sequence };
        let record = read_record(&read);
        if !passes(&self.filter, &record) {
            counts.filtered += 1;
            return None;
        }
        Some(Read { keys: keys(&attributes, self.keys), record })
    }

    fn add(&self, read: &Read, element: &Element, events: &mut Vec<String>, counts: &mut Counts) {
        if let Some(rejected) = &element.rejected {
            counts.rejected += 1;
            output::note(format_args!("rejected {}: {}: {}", read.keys, rejected.path, rejected.reason));
        } else if element.events.is_empty() {
            counts.unmatched += 1;
        }
        events.extend(element.events.iter().map(|event| with_replay(event.get(), self.replay)));
    }
}

/// A filter is about changes. An item passes if it would pass as one that was just inserted or changed.
fn passes(filter: &Filter, record: &str) -> bool {
    let Ok(mut record) = serde_json::from_str::<Json>(record) else { return true };
    ["READ", "INSERT", "MODIFY"].into_iter().any(|operation| {
        record["eventName"] = operation.into();
        filter.passes(&record)
    })
}

fn batch(reads: &[Read]) -> String {
    let records: Vec<&str> = reads.iter().map(|read| read.record.as_str()).collect();
    format!("[{}]", records.join(","))
}

/// The key attributes in DynamoDB JSON, which `aws dynamodb get-item --key` accepts.
fn keys(attributes: &Map<String, Json>, names: &[String]) -> String {
    let keys = names.iter().filter_map(|name| Some((name.clone(), attributes.get(name)?.clone())));
    Json::Object(keys.collect()).to_string()
}

#[cfg(test)]
mod tests;
