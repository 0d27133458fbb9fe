use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use tablecast_values::located::Located;

use crate::Filter;
use crate::source::Record;

/// The number of records that are kept for display.
const KEPT: usize = 20;

/// The shortest time between two log lines of a pipe.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// A record that the filter dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct FilteredRecord {
    pub event_id: String,
    pub operation: String,
    pub created: SystemTime,
    pub keys: Value,
    /// For each pattern, the field that did not match, without its value.
    pub mismatches: Vec<Located>,
}

/// The records that the filter of a pipe dropped: the last ones, and what is not logged yet. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Filtered(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The newest first.
    last: VecDeque<FilteredRecord>,
    total: u64,
    logged: u64,
    logged_at: Option<Instant>,
}

impl Filtered {
    /// Returns the last records, the newest first.
    pub fn last(&self) -> Vec<FilteredRecord> {
        self.state().last.iter().cloned().collect()
    }

    /// Adds the records of one page, the oldest first. Only the last ones are compared with the patterns again.
    pub fn add<P>(&self, filter: &Filter, records: &[Record<P>]) {
        let kept = records.iter().skip(records.len().saturating_sub(KEPT));
        let kept: Vec<FilteredRecord> = kept.map(|record| filtered(filter, record)).collect();
        let mut state = self.state();
        state.total += records.len() as u64;
        kept.into_iter().for_each(|record| state.last.push_front(record));
        state.last.truncate(KEPT);
    }

    /// Logs the count if records were dropped since the last line, at most once a minute.
    pub fn log_when_due(&self, pipe: &str, now: Instant) {
        let mut state = self.state();
        let is_due = state.logged_at.is_none_or(|at| now.duration_since(at) >= LOG_INTERVAL);
        if is_due && state.log(pipe) {
            state.logged_at = Some(now);
        }
    }

    /// Logs what is not logged yet.
    pub fn log_rest(&self, pipe: &str) {
        self.state().log(pipe);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns whether there was something to log.
    fn log(&mut self, pipe: &str) -> bool {
        let (total, new) = (self.total, self.total - self.logged);
        let Some(last) = self.last.front().filter(|_| new > 0) else { return false };
        let reasons: Vec<String> = last.mismatches.iter().map(ToString::to_string).collect();
        let (id, reasons) = (&last.event_id, reasons.join("; "));
        tracing::info!(
            pipe,
            "records that the filter dropped: {new} new, {total} since the start; the last one is {id}: {reasons}"
        );
        self.logged = self.total;
        true
    }
}

fn filtered<P>(filter: &Filter, record: &Record<P>) -> FilteredRecord {
    FilteredRecord {
        event_id: record.event_id.clone(),
        operation: record.json["eventName"].as_str().unwrap_or_default().to_owned(),
        created: record.created,
        keys: record.json["dynamodb"]["Keys"].clone(),
        mismatches: filter.mismatches(&record.json),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(id: usize) -> Record<usize> {
        Record {
            position: id,
            event_id: id.to_string(),
            sequence: id.to_string(),
            created: SystemTime::UNIX_EPOCH,
            partition: String::new(),
            json: json!({"eventName": "REMOVE", "dynamodb": {"Keys": {"id": {"S": id.to_string()}}}}),
        }
    }

    #[test]
    fn the_last_records_are_kept_with_the_field_that_did_not_match() {
        let filter = Filter::new(&[json!({"eventName": ["INSERT"]})]).unwrap();
        let filtered = Filtered::default();
        filtered.add(&filter, &[record(1)]);
        filtered.add(&filter, &(2..=KEPT + 5).map(record).collect::<Vec<_>>());
        let last = filtered.last();
        assert_eq!(
            (last.len(), last[0].event_id.as_str(), last[KEPT - 1].event_id.as_str()),
            (KEPT, "25", "6")
        );
        assert_eq!((last[0].operation.as_str(), &last[0].keys), ("REMOVE", &json!({"id": {"S": "25"}})));
        assert_eq!(last[0].mismatches, [Located::new("filter[0].eventName", "has another value")]);
    }

    #[test]
    fn each_dropped_record_is_logged_once_and_at_most_one_line_a_minute() {
        let filter = Filter::new(&[json!({"eventName": ["INSERT"]})]).unwrap();
        let (filtered, start) = (Filtered::default(), Instant::now());
        let logged = || filtered.state().logged;
        filtered.log_when_due("orders", start);
        assert_eq!(logged(), 0);
        filtered.add(&filter, &[record(1), record(2)]);
        filtered.log_when_due("orders", start);
        assert_eq!(logged(), 2);
        filtered.add(&filter, &[record(3)]);
        filtered.log_when_due("orders", start + LOG_INTERVAL / 2);
        assert_eq!(logged(), 2);
        filtered.log_when_due("orders", start + LOG_INTERVAL);
        assert_eq!(logged(), 3);
        filtered.add(&filter, &[record(4)]);
        filtered.log_rest("orders");
        assert_eq!(logged(), 4);
    }
}
