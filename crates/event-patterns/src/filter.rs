//! A pipe's filter: event patterns for stream records.

use serde_json::Value;
use tablecast_values::located::Located;

use crate::pattern::Pattern;

/// EventBridge Pipes' limit of a pattern, in characters.
const LENGTH: usize = 4_096;

/// A record passes if one of the patterns matches, or if there are none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter(Vec<Pattern>);

impl Filter {
    /// Returns the first problem. The pipe file's compiler limits the number of patterns.
    pub fn new(patterns: &[Value]) -> Result<Self, Located> {
        Self::each(patterns).collect::<Result<_, _>>().map(Self)
    }

    /// Returns everything that EventBridge Pipes would refuse.
    pub fn problems(patterns: &[Value]) -> Vec<Located> {
        Self::each(patterns).filter_map(Result::err).collect()
    }

    fn each(patterns: &[Value]) -> impl Iterator<Item = Result<Pattern, Located>> {
        let within = |at: usize| move |wrong: Located| wrong.within(&format!("filter[{at}]"));
        patterns.iter().enumerate().map(move |(at, pattern)| compiled(pattern).map_err(within(at)))
    }

    pub fn passes(&self, record: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(record))
    }
}

fn compiled(pattern: &Value) -> Result<Pattern, Located> {
    let length = pattern.to_string().chars().count();
    if length > LENGTH {
        let reason = format!(
            "{length} characters are too many: EventBridge Pipes accept {LENGTH}, so write several patterns"
        );
        return Err(Located::here(&reason));
    }
    Pattern::for_pipe(pattern).map_err(|wrong| Located::new(wrong.path, wrong.reason))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_passes_without_patterns_or_if_one_of_several_matches() {
        let record = json!({"eventName": "INSERT"});
        assert!(Filter::new(&[]).unwrap().passes(&record));
        let insert = json!({"eventName": ["INSERT"]});
        let remove = json!({"eventName": ["REMOVE"]});
        assert!(Filter::new(&[remove.clone(), insert]).unwrap().passes(&record));
        assert!(!Filter::new(&[remove]).unwrap().passes(&record));
    }

    #[test]
    fn a_pattern_has_at_most_4096_characters() {
        let pattern = |length: usize| json!({"a": ["é".repeat(length - r#"{"a":[""]}"#.len())]});
        assert!(Filter::new(&[pattern(4_096)]).is_ok());
        let error = Filter::new(&[pattern(4_097)]).unwrap_err().to_string();
        assert!(error.starts_with("filter[0]: 4097 characters are too many"), "{error}");
    }

    #[test]
    fn a_bad_pattern_is_named_with_its_place() {
        let error =
            Filter::new(&[json!({"a": [1]}), json!({"a": [{"wildcard": "*"}]})]).unwrap_err().to_string();
        assert!(error.starts_with("filter[1].a[0]: "), "{error}");
    }
}
