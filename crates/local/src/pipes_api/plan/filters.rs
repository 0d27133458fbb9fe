use serde_json::{Value, json};

use super::said::FilterCriteria;
use crate::pipes::Filter;
use crate::pipes_api::refusal::Refusal;
use crate::pipes_api::rule::Violations;

/// EventBridge Pipes: at most 4,096 characters a pattern.
const PATTERN: usize = 4_096;

/// The patterns' texts as JSON.
pub fn patterns(criteria: &FilterCriteria, violations: &mut Violations) -> Vec<Value> {
    let path = "sourceParameters.filterCriteria.filters";
    let filters = criteria.filters.as_slice();
    violations.length(path, &"[...]", filters.len(), 0..=5);
    let mut patterns = Vec::new();
    for (at, text) in filters.iter().filter_map(|filter| filter.pattern.as_ref()).enumerate() {
        let path = format!("{path}[{at}].pattern");
        violations.length(&path, text, text.chars().count(), 0..=PATTERN);
        match serde_json::from_str(text) {
            Ok(pattern) => patterns.push(pattern),
            Err(reason) => violations.breaks(&path, text, &format!("Member must be JSON: {reason}")),
        }
    }
    patterns
}

pub fn filter(patterns: &[Value]) -> Result<Filter, Refusal> {
    Filter::new(patterns).map_err(|wrong| {
        let wrong = json!(wrong.to_string());
        Refusal::invalid(format!("Invalid event pattern in sourceParameters.filterCriteria: {wrong}"))
    })
}
