use std::collections::BTreeMap;
use std::sync::Mutex;

/// The numbers of one kind of fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    pub planned: u64,
    /// The faults that hit something.
    pub fired: u64,
    /// Requests, sockets or processes that were hit.
    pub hits: u64,
}

#[derive(Debug, Default)]
pub struct Counts(Mutex<BTreeMap<&'static str, Count>>);

impl Counts {
    pub fn plan(&self, name: &'static str) {
        self.0.lock().unwrap().entry(name).or_default().planned += 1;
    }

    pub fn add(&self, name: &'static str, hits: u64) {
        let mut counts = self.0.lock().unwrap();
        let count = counts.entry(name).or_default();
        count.fired += u64::from(hits > 0);
        count.hits += hits;
    }

    pub fn all(&self) -> BTreeMap<&'static str, Count> {
        self.0.lock().unwrap().clone()
    }
}
