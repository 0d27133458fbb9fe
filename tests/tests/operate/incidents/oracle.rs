//! Finds every change on the bus and at a client: in order by item, and once by id. A client receives the events in
//! order, and late ones have a mark. The bus keeps no order, so `sequence` gives it.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use tablecast_tests::bus::BusEvent;

/// The different events of a consumer, in the order of their arrival.
#[derive(Default)]
pub struct Seen {
    ids: HashMap<String, Value>,
    versions: BTreeMap<String, Vec<usize>>,
    pub late: usize,
}

impl Seen {
    /// Returns what the bus has.
    pub fn of_bus(events: &[BusEvent]) -> Self {
        let parse = |event: &BusEvent| serde_json::from_str(event.detail.get()).unwrap();
        let mut events: Vec<Value> = events.iter().map(parse).collect();
        events.sort_by_key(|event| event["sequence"].as_str().unwrap().to_owned());
        let mut seen = Self::default();
        events.iter().for_each(|event| seen.add(event));
        seen
    }

    pub fn add(&mut self, event: &Value) {
        let id = event["id"].as_str().unwrap().to_owned();
        if let Some(known) = self.ids.insert(id, event.clone()) {
            assert_eq!(known["data"], event["data"], "an id has one content");
            return;
        }
        let versions = self.versions.entry(event["subject"].as_str().unwrap().to_owned()).or_default();
        let (version, late) = (version(event), event["late"] == true);
        let newest = versions.iter().copied().max().unwrap_or_default();
        assert!(version > newest || late, "{version} is after {newest} without a mark: {event}");
        versions.push(version);
        self.late += usize::from(late);
    }

    /// Returns whether each of these subjects has each version. Panics if it has one twice.
    pub fn is_complete(&self, subjects: &[String], versions: usize) -> bool {
        subjects.iter().all(|subject| {
            let mut found = self.versions.get(subject).cloned().unwrap_or_default();
            found.sort_unstable();
            assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{subject}: {found:?}");
            found.len() == versions
        })
    }
}

/// Each change writes another display name.
fn version(event: &Value) -> usize {
    let data = event["data"].get("profile").unwrap_or(&event["data"]);
    data["displayName"].as_str().unwrap().parse().unwrap()
}
