//! A pipe's filter: EventBridge patterns over stream records.

use serde_json::Value;

use crate::pattern::Pattern;
use tablecast_values::located::Located;

/// Pipes: at most 4,096 characters a pattern.
const LENGTH: usize = 4_096;

/// Any of its patterns lets a record pass; none at all lets all pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter(Vec<Pattern>);

impl Filter {
    /// How many patterns there may be, the pipe file's compiler knows.
    pub fn new(patterns: &[Value]) -> Result<Self, Located> {
        Self::each(patterns).collect::<Result<_, _>>().map(Self)
    }

    /// Everything that Pipes would refuse, where `new` tells the first.
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
        let reason = format!("{length} characters are too many; EventBridge Pipes take at most {LENGTH}");
        return Err(Located::here(&reason));
    }
    Pattern::for_pipe(pattern).map_err(|wrong| Located::new(wrong.path, wrong.reason))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn without_patterns_everything_passes_and_with_several_any_is_enough() {
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
