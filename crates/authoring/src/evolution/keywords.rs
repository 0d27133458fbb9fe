use serde_json::{Value as Json, json};
use tablecast_definitions::problem::Rule;

use super::proof::{Proof, accepts};
use crate::schema::Location;

/// Keywords that belong together, and the rule that their change breaks.
pub struct KeywordGroup {
    keywords: &'static [&'static str],
    rule: Rule,
}

/// A breaking change of a keyword.
pub struct KeywordChange {
    pub rule: Rule,
    pub keyword: &'static str,
    pub reason: &'static str,
}

const fn group(rule: Rule, keywords: &'static [&'static str]) -> KeywordGroup {
    KeywordGroup { keywords, rule }
}

/// Keywords without subschemas.
pub const SIMPLE: [KeywordGroup; 11] = [
    group(Rule::ChangeType, &["type"]),
    group(Rule::ChangeValues, &["enum", "const"]),
    group(Rule::ChangeLimit, &["pattern"]),
    group(Rule::ChangeLimit, &["format"]),
    group(Rule::ChangeLimit, &["minLength", "maxLength"]),
    group(Rule::ChangeLimit, &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    group(Rule::ChangeLimit, &["minItems", "maxItems"]),
    group(Rule::ChangeLimit, &["uniqueItems"]),
    group(Rule::ChangeLimit, &["minProperties", "maxProperties"]),
    group(Rule::ChangeLimit, &["propertyNames", "dependentRequired"]),
    group(Rule::ChangeLimit, &["contains", "minContains", "maxContains"]),
];

/// Keywords with subschemas, compared if nothing else explains the change. The comparison takes their
/// subschemas as readers see them, not as pipes fill them.
pub const APPLICATORS: [KeywordGroup; 4] = [
    group(Rule::ChangeAlternatives, &["anyOf", "oneOf"]),
    group(Rule::ChangeAlternatives, &["not", "if", "then", "else", "dependentSchemas"]),
    group(Rule::ChangeLimit, &["prefixItems", "items"]),
    group(Rule::ChangeOthers, &["patternProperties"]),
];

impl KeywordGroup {
    /// Compares these keywords alone. Different keywords with the same meaning are no change.
    pub fn compare(&self, old: &Location<'_>, new: &Location<'_>) -> Option<KeywordChange> {
        let (before, now) = (old.constraints(self.keywords), new.constraints(self.keywords));
        if before == now {
            return None;
        }
        let (rule, reason) = self.explain(&document(&before), &document(&now))?;
        let is_in = |all: &[Json], keyword: &str| all.iter().any(|it| it.get(keyword).is_some());
        let mut keywords = self.keywords.iter().copied();
        let keyword = keywords.find(|keyword| is_in(&now, keyword) || is_in(&before, keyword));
        Some(KeywordChange { rule, keyword: keyword.unwrap_or_default(), reason })
    }

    fn explain(&self, old: &Json, new: &Json) -> Option<(Rule, &'static str)> {
        use Proof::{Disproven, Proven, Unknown};
        match (accepts(old, new), accepts(new, old)) {
            (Proven, Proven) => None,
            (Disproven, Disproven) => {
                Some((self.rule, "changed: old readers reject new events, and new readers reject old events"))
            }
            (Disproven, _) | (Unknown, Proven) => Some((self.rule, "accepts values that old readers reject")),
            (_, Disproven) | (Proven, Unknown) => {
                Some((self.rule, "rejects values that old events may contain"))
            }
            (Unknown, Unknown) => Some((
                Rule::ChangeUnjudged,
                "changed, and the check cannot prove that both versions mean the same",
            )),
        }
    }
}

fn document(constraints: &[Json]) -> Json {
    let all = [&[json!(true)], constraints].concat();
    json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": all})
}
