use std::collections::BTreeSet;

use tablecast_protocol::event_filter::includes_type;
use tablecast_protocol::subject::Pattern;

use super::event::Event;
use super::source;

/// The events that a subscription receives, by subject and type.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Subjects and patterns, each once.
    pub subjects: Vec<String>,
    /// Those that can match. The server refuses the others.
    patterns: Vec<Pattern>,
    /// Empty for every type.
    pub types: BTreeSet<String>,
}

impl Filter {
    pub fn new<S: Into<String>, T: Into<String>>(
        subjects: impl IntoIterator<Item = S>,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        let mut once = BTreeSet::new();
        let subjects = subjects.into_iter().map(Into::into);
        let subjects: Vec<String> =
            subjects.filter(|subject: &String| once.insert(subject.clone())).collect();
        let patterns = subjects.iter().filter_map(|subject| Pattern::parse(subject).ok()).collect();
        Self { subjects, patterns, types: types.into_iter().map(Into::into).collect() }
    }

    /// Adds the subjects of another filter, each once.
    pub(crate) fn add_subjects(&mut self, other: &Self) {
        let missing: Vec<_> =
            other.subjects.iter().filter(|subject| !self.has_subject(subject)).cloned().collect();
        self.patterns.extend(missing.iter().filter_map(|subject| Pattern::parse(subject).ok()));
        self.subjects.extend(missing);
    }

    pub fn matches(&self, event: &Event) -> bool {
        self.matches_without(&BTreeSet::new(), event)
    }

    /// Returns whether one of the other subjects matches.
    pub(crate) fn matches_without(&self, refused: &BTreeSet<String>, event: &Event) -> bool {
        let Some(subject) = event.parsed_subject() else { return false };
        let mut granted = self.patterns.iter().filter(|pattern| !refused.contains(pattern.as_str()));
        granted.any(|pattern| pattern.matches(subject)) && includes_type(&self.types, &event.selected_type())
    }

    /// Returns whether the source has events of these subjects.
    pub(crate) fn can_have(&self, source: &str) -> bool {
        self.patterns.iter().any(|pattern| source::can_have(pattern, source))
    }

    /// Returns whether one of the subjects has its events in this source only.
    pub(crate) fn is_within(&self, source: &str) -> bool {
        self.patterns.iter().any(|pattern| source::is_within(pattern, source))
    }

    /// Returns whether one event can match both filters. Types are ignored.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.patterns.iter().any(|one| other.patterns.iter().any(|pattern| overlap(one, pattern)))
    }

    /// Returns whether one event can match two different subjects of the filters.
    pub(crate) fn overlaps_partly(&self, other: &Self) -> bool {
        let overlap = |one: &Pattern, other: &Pattern| one != other && overlap(one, other);
        self.patterns.iter().any(|one| other.patterns.iter().any(|pattern| overlap(one, pattern)))
    }

    pub(crate) fn has_subject(&self, subject: &str) -> bool {
        self.subjects.iter().any(|own| own == subject)
    }
}

fn overlap(one: &Pattern, other: &Pattern) -> bool {
    one.contains(other) || other.contains(one)
}
