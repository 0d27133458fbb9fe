//! The events that one application, or the bus, has and lacks.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::oracle::observations::SubscriptionLog;

#[derive(Default)]
pub struct Receiver {
    patterns: Vec<String>,
    types: Vec<String>,
    pub is_durable: bool,
    pub is_ready: bool,
    pub received: HashSet<u64>,
    /// With their subjects.
    pub missing: HashMap<u64, String>,
    /// The ids of notices whose events are unknown yet.
    pub notices: Vec<String>,
}

impl Receiver {
    pub fn bus() -> Self {
        Self { patterns: vec!["*".to_owned()], is_ready: true, ..Self::default() }
    }

    pub fn of(log: &SubscriptionLog) -> Self {
        Self {
            patterns: log.patterns.clone(),
            types: log.types.clone(),
            is_durable: log.is_durable,
            ..Self::default()
        }
    }

    /// Notes an event that this receiver must have, unless it arrived already.
    pub fn expect(&mut self, key: u64, subject: &str, event_type: &str) {
        if self.wants(subject, event_type) && !self.received.contains(&key) {
            self.missing.insert(key, subject.to_owned());
        }
    }

    fn wants(&self, subject: &str, event_type: &str) -> bool {
        let has_type = self.types.is_empty() || self.types.iter().any(|known| known == event_type);
        let has_subject = self.patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => subject.starts_with(prefix),
            None => subject == pattern,
        });
        self.is_ready && has_type && has_subject
    }

    pub fn receive(&mut self, key: u64) {
        self.received.insert(key);
        self.missing.remove(&key);
    }

    /// Describes what is missing. Returns nothing for a receiver that has everything.
    pub fn describe(&self, name: &str) -> Option<String> {
        let subjects: BTreeSet<_> = self.missing.values().take(5).collect();
        let (lacks, ready) = (self.missing.len(), self.is_ready);
        let is_behind = lacks > 0 || !ready;
        is_behind.then(|| format!("{name} lacks {lacks} events of {subjects:?}, ready: {ready}"))
    }
}
