use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize;
use tablecast_pipeline::protocol::{Answer, Control};
use tablecast_pipeline::subject::{Pattern, Subject};

/// What a client asks for and may have: the same rule as that by which events are pushed.
#[derive(Debug)]
pub struct Wish {
    patterns: Vec<Pattern>,
    /// All, if there is none.
    types: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Heading<'e> {
    #[serde(borrow, rename = "type")]
    event_type: Cow<'e, str>,
    #[serde(borrow)]
    subject: Cow<'e, str>,
}

impl Wish {
    pub fn new(granted: impl Iterator<Item = Pattern>, types: &BTreeSet<String>) -> Self {
        Self { patterns: granted.collect(), types: types.clone() }
    }

    pub fn patterns(&self) -> Vec<&Pattern> {
        self.patterns.iter().collect()
    }

    /// What is not granted any more when the subscription is written is not wanted either.
    pub fn keep_granted(&mut self, answer: &Control) {
        let Control::Subscribed { subjects, .. } = answer else { return };
        let is_granted = |pattern: &Pattern| {
            let of_it = |answer: &Answer| answer.granted && answer.subject == pattern.as_str();
            subjects.iter().any(of_it)
        };
        self.patterns.retain(is_granted);
    }

    /// `event`: its JSON.
    pub fn wants(&self, event: &str) -> bool {
        let Ok(heading) = serde_json::from_str::<Heading>(event) else { return false };
        let Ok(subject) = Subject::parse(&heading.subject) else { return false };
        let is_of_type = self.types.is_empty() || self.types.contains(heading.event_type.as_ref());
        is_of_type && self.patterns.iter().any(|pattern| pattern.matches(&subject))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(patterns: &[&str], types: &[&str]) -> Wish {
        let patterns = patterns.iter().map(|text| Pattern::parse(text).unwrap());
        Wish::new(patterns, &types.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_event_is_wanted_by_its_subject_and_its_type() {
        let event = r#"{"id":"1","type":"order.placed.v1","subject":"orders/acme/1"}"#;
        for (patterns, types, wanted) in [
            (vec!["orders/acme/*"], vec![], true),
            (vec!["profiles/*", "orders/acme/1"], vec!["order.placed.v1"], true),
            (vec!["orders/acme/1"], vec!["order.cancelled.v1"], false),
            (vec!["orders/globex/*"], vec![], false),
            (vec![], vec![], false),
        ] {
            assert_eq!(wish(&patterns, &types).wants(event), wanted, "{patterns:?} {types:?}");
        }
        assert!(!wish(&["*"], &[]).wants(r#"{"id":"1"}"#));
    }
}
