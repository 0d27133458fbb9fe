use serde_json::{Value, json};
use tablecast_event_patterns::filter::Filter;

use super::super::error::ApiError;
use super::super::violations::Violations;
use super::members::FilterCriteria;

/// Parses the patterns as JSON.
pub fn patterns(criteria: &FilterCriteria, violations: &mut Violations) -> Vec<Value> {
    let path = "sourceParameters.filterCriteria.filters";
    let filters = criteria.filters.as_slice();
    let mut patterns = Vec::new();
    for (index, text) in filters.iter().filter_map(|filter| filter.pattern.as_ref()).enumerate() {
        let path = format!("{path}[{index}].pattern");
        match serde_json::from_str(text) {
            Ok(pattern) => patterns.push(pattern),
            Err(reason) => violations.add_constraint(&path, text, &format!("Member must be JSON: {reason}")),
        }
    }
    patterns
}

pub fn filter(patterns: &[Value]) -> Result<Filter, ApiError> {
    Filter::new(patterns).map_err(|wrong| {
        let wrong = json!(wrong.to_string());
        ApiError::invalid(format!("Invalid event pattern in sourceParameters.filterCriteria: {wrong}"))
    })
}
