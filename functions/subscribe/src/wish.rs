use std::collections::BTreeSet;

use tablecast_definitions::grant::Granted;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Answer, Control};

/// What a client asks for and may have.
#[derive(Debug, Clone)]
pub struct Wish(EventFilter);

impl Wish {
    /// What this answer to it grants.
    pub fn granted_by(answer: &Control, types: &BTreeSet<String>) -> Self {
        let answers: &[Answer] = match answer {
            Control::Subscribed { subjects, .. } => subjects,
            _ => &[],
        };
        let granted = answers.iter().filter(|answer| answer.granted);
        let patterns = granted.filter_map(|answer| Pattern::parse(&answer.subject).ok()).collect();
        Self(EventFilter { patterns, types: types.clone() })
    }

    pub fn patterns(&self) -> Vec<&Pattern> {
        self.0.patterns.iter().collect()
    }

    /// What is not granted any more is not wanted either, nor is it if it is granted again.
    pub fn keep(&mut self, granted: &Granted) {
        self.0.patterns.retain(|pattern| granted.contains(pattern));
    }

    pub fn has_all_of(&self, other: &Self) -> bool {
        other.0.patterns.iter().all(|pattern| self.0.patterns.contains(pattern))
    }

    /// `event`: its JSON.
    pub fn wants(&self, event: &str) -> bool {
        self.0.wants(event)
    }
}
