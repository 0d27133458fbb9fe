use std::collections::BTreeSet;

use crate::event::Heading;
use crate::subject::{Pattern, Subject};

/// Which events somebody wants: the rule of resume and replay. Push finds who wants an event from the other side, by the
/// patterns that match its subject, and has the rule of the types in common.
#[derive(Debug, Clone)]
pub struct EventFilter {
    pub patterns: Vec<Pattern>,
    /// All, if there is none.
    pub types: BTreeSet<String>,
}

impl EventFilter {
    /// Whether every pattern of the other is a pattern of this one.
    pub fn has_all_patterns_of(&self, other: &Self) -> bool {
        other.patterns.iter().all(|pattern| self.patterns.contains(pattern))
    }

    /// `event` is the event's JSON.
    pub fn wants(&self, event: &str) -> bool {
        Heading::read(event).is_ok_and(|heading| self.takes(&heading))
    }

    pub fn takes(&self, heading: &Heading<'_>) -> bool {
        let Ok(subject) = Subject::parse(&heading.subject) else { return false };
        is_wanted(&self.types, &heading.event_type)
            && self.patterns.iter().any(|pattern| pattern.matches(&subject))
    }
}

/// Of types that are named, only these are wanted; all, if there is none.
pub fn is_wanted(types: &BTreeSet<String>, event_type: &str) -> bool {
    types.is_empty() || types.contains(event_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(patterns: &[&str], types: &[&str]) -> EventFilter {
        let patterns = patterns.iter().map(|text| Pattern::parse(text).unwrap());
        EventFilter { patterns: patterns.collect(), types: types.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn an_event_is_wanted_by_its_subject_and_its_type() {
        let event =
            r#"{"id":"1","type":"order.placed.v1","subject":"orders/acme/1","time":"2026-11-23T09:00:00Z"}"#;
        for (patterns, types, wanted) in [
            (vec!["orders/acme/*"], vec![], true),
            (vec!["profiles/*", "orders/acme/1"], vec!["order.placed.v1"], true),
            (vec!["orders/acme/1"], vec!["order.cancelled.v1"], false),
            (vec!["orders/globex/*"], vec![], false),
            (vec![], vec![], false),
        ] {
            assert_eq!(filter(&patterns, &types).wants(event), wanted, "{patterns:?} {types:?}");
        }
        assert!(!filter(&["*"], &[]).wants(r#"{"id":"1"}"#));
    }
}
