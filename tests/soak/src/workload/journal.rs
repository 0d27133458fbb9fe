//! Everything that was written and received so far.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde_json::Value;

use super::awaited::Awaited;
use super::digest::hash;
use super::events::outcome;
use super::item::{Item, Table};
use super::operation::Change;
use crate::oracle::observations::{
    ClientLog, CollectionEnd, Entry, Expected, Observations, Outcome, Received, Start, Time, Write,
};

pub struct Journal {
    begin: Instant,
    records: Mutex<Records>,
}

#[derive(Default)]
struct Records {
    observations: Observations,
    awaited: Awaited,
    /// The state of the table `orders`, by subject.
    table: BTreeMap<String, Value>,
    newest_write: Time,
    newest_event: Time,
    received: usize,
}

/// The place of a subscription in the journal.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub client: usize,
    pub subscription: usize,
}

/// How a change took place.
pub struct Made {
    pub kind: &'static str,
    pub started: Time,
    pub is_certain: bool,
    pub is_expired: bool,
}

impl Journal {
    pub fn new(clients: Vec<ClientLog>, collections: Vec<CollectionEnd>) -> Self {
        let awaited = Awaited::new(&clients);
        let observations = Observations { clients, collections, ..Observations::default() };
        let records = Records { observations, awaited, ..Records::default() };
        Self { begin: Instant::now(), records: Mutex::new(records) }
    }

    fn lock(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn time(&self) -> Time {
        u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub fn wrote(&self, change: &Change, made: &Made) {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        let Some(item) = new.or(old) else { return };
        let write = Write {
            kind: made.kind,
            subject: change.key.subject(),
            version: item.version,
            started: made.started,
            is_certain: made.is_certain,
            may_be_late: item.is_odd,
            outcome: outcome(old, new, made.is_expired),
        };
        let now = self.time();
        let mut records = self.lock();
        if let (true, Outcome::Events(events)) = (write.is_certain, &write.outcome) {
            records.awaited.write(&write, events);
            records.newest_write = now;
        }
        records.set_table(&write.subject, item.key.table, new);
        records.observations.writes.push(write);
    }

    pub fn published(&self, event: Received) {
        let now = self.time();
        let mut records = self.lock();
        records.awaited.publish(&event, key(&event.subject, &event.event_type, event.version));
        records.newest_event = now;
        records.received += 1;
        records.observations.bus.push(event);
    }

    pub fn entered(&self, place: Place, entry: Entry) {
        let now = self.time();
        let mut records = self.lock();
        match &entry {
            Entry::Started(_) => records.awaited.restart(place),
            Entry::Ready(_) => records.awaited.ready(place),
            Entry::Event(event) | Entry::Late(event) => {
                records.awaited.receive(place, event, key(&event.subject, &event.event_type, event.version));
                (records.newest_event, records.received) = (now, records.received + 1);
            }
            Entry::Gap { source, .. } => records.awaited.gap(place, source),
            Entry::Problem(_) => {}
        }
        records.observations.clients[place.client].subscriptions[place.subscription].entries.push(entry);
    }

    /// A process of a client has started.
    pub fn started(&self, client: usize, start: Start) {
        let subscriptions = self.lock().observations.clients[client].subscriptions.len();
        for subscription in 0..subscriptions {
            self.entered(Place { client, subscription }, Entry::Started(start));
        }
    }

    /// Changes what a collection shows.
    pub fn shown(&self, collection: usize, change: impl FnOnce(&mut BTreeMap<String, Value>)) {
        let mut records = self.lock();
        change(&mut records.observations.collections[collection].items);
        records.received += 1;
    }

    pub fn problem(&self, problem: String) {
        self.lock().observations.problems.push(problem);
    }

    pub fn count(&self, what: &str, number: u64) {
        *self.lock().observations.counts.entry(what.to_owned()).or_default() += number;
    }

    pub fn is_ready(&self) -> bool {
        self.lock().awaited.is_ready()
    }

    /// The number of events that are missing somewhere, and of items that a collection shows in another way.
    pub fn lag(&self) -> usize {
        let records = self.lock();
        let collections = records.observations.collections.iter();
        records.awaited.len() + collections.map(|end| records.differences(end)).sum::<usize>()
    }

    pub fn lag_of(&self, table: &str) -> usize {
        self.lock().awaited.of_table(table)
    }

    /// Grows with everything that arrives.
    pub fn received(&self) -> usize {
        self.lock().received
    }

    /// Describes what is missing.
    pub fn missing(&self) -> Vec<String> {
        self.lock().awaited.describe()
    }

    pub fn finish(&self) -> Observations {
        let mut records = self.lock();
        let late = records.newest_event.saturating_sub(records.newest_write);
        let mut all = std::mem::take(&mut records.observations);
        for end in &mut all.collections {
            end.table = records.table_of(&end.tenant);
        }
        all.counts.insert("milliseconds from the newest write to the newest event".to_owned(), late);
        all
    }
}

impl Records {
    fn set_table(&mut self, subject: &str, table: Table, new: Option<&Item>) {
        if table != Table::Orders {
            return;
        }
        match new.and_then(Item::state) {
            Some(state) => self.table.insert(subject.to_owned(), state),
            None => self.table.remove(subject),
        };
    }

    fn table_of(&self, tenant: &str) -> BTreeMap<String, Value> {
        let prefix = format!("orders/{tenant}/");
        let items = self.table.iter().filter(|(subject, _)| subject.starts_with(&prefix));
        items.map(|(subject, state)| (subject.clone(), state.clone())).collect()
    }

    fn differences(&self, end: &CollectionEnd) -> usize {
        let table = self.table_of(&end.tenant);
        let other = table.iter().filter(|(subject, state)| end.items.get(*subject) != Some(*state)).count();
        other + end.items.keys().filter(|subject| !table.contains_key(*subject)).count()
    }
}

/// Identifies an event.
pub fn key(subject: &str, event_type: &str, version: u64) -> u64 {
    hash((subject, event_type, version))
}

pub fn key_of(subject: &str, expected: &Expected) -> u64 {
    key(subject, expected.event_type, expected.version)
}
