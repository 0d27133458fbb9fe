use std::collections::BTreeSet;

use crate::event::EventHead;
use crate::subject::{Pattern, Subject};

/// The events that a subscription or a replay selects. Pushes find subscribers by the patterns that match a
/// subject, and share only the rule for types.
#[derive(Debug, Clone)]
pub struct EventFilter {
    pub patterns: Vec<Pattern>,
    /// Empty for all types.
    pub types: BTreeSet<String>,
}

impl EventFilter {
    /// Returns whether this filter has every pattern of the other.
    pub fn has_all_patterns_of(&self, other: &Self) -> bool {
        other.patterns.iter().all(|pattern| self.patterns.contains(pattern))
    }

    /// `event` is the event's JSON.
    pub fn wants(&self, event: &str) -> bool {
        EventHead::parse(event).is_ok_and(|head| self.matches(&head))
    }

    pub fn matches(&self, head: &EventHead<'_>) -> bool {
        let Ok(subject) = Subject::parse(&head.subject) else { return false };
        includes_type(&self.types, &head.event_type)
            && self.patterns.iter().any(|pattern| pattern.matches(&subject))
    }
}

/// Returns whether a list of types includes this one. An empty list includes all.
pub fn includes_type(types: &BTreeSet<String>, event_type: &str) -> bool {
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
    fn a_filter_with_all_patterns_of_another_can_have_more() {
        let (none, one, two) = (filter(&[], &[]), filter(&["a/1"], &[]), filter(&["a/*", "a/1"], &[]));
        assert!(two.has_all_patterns_of(&one) && two.has_all_patterns_of(&two));
        assert!(one.has_all_patterns_of(&none) && none.has_all_patterns_of(&none));
        assert!(!one.has_all_patterns_of(&two) && !none.has_all_patterns_of(&one));
        assert!(!filter(&["a/*"], &[]).has_all_patterns_of(&one), "exactly the same pattern");
    }

    #[test]
    fn a_filter_selects_events_by_subject_and_type() {
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
