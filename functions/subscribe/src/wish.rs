use std::collections::BTreeSet;

use tablecast_pipeline::interest::Interest;
use tablecast_pipeline::protocol::{Answer, Control};
use tablecast_pipeline::subject::Pattern;

/// What a client asks for and may have.
#[derive(Debug)]
pub struct Wish(Interest);

impl Wish {
    pub fn new(granted: impl Iterator<Item = Pattern>, types: &BTreeSet<String>) -> Self {
        Self(Interest { patterns: granted.collect(), types: types.clone() })
    }

    pub fn patterns(&self) -> Vec<&Pattern> {
        self.0.patterns.iter().collect()
    }

    /// What is not granted any more when the subscription is written is not wanted either.
    pub fn keep_granted(&mut self, answer: &Control) {
        let Control::Subscribed { subjects, .. } = answer else { return };
        let is_granted = |pattern: &Pattern| {
            let of_it = |answer: &Answer| answer.granted && answer.subject == pattern.as_str();
            subjects.iter().any(of_it)
        };
        self.0.patterns.retain(is_granted);
    }

    /// `event`: its JSON.
    pub fn wants(&self, event: &str) -> bool {
        self.0.wants(event)
    }
}
