use serde_json::Value;

use super::pattern::{Pattern, PatternError};

/// Pipes: at most 5 patterns.
const PATTERNS: usize = 5;
/// Pipes: at most 4,096 characters each.
const LENGTH: usize = 4_096;

/// Any of its patterns lets a record pass; none at all lets all pass.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("filter: {0} patterns are too many; EventBridge Pipes take at most {PATTERNS}")]
    TooMany(usize),
    #[error("filter[{at}]: {length} characters are too many; EventBridge Pipes take at most {LENGTH}")]
    TooLong { at: usize, length: usize },
    #[error("filter[{at}]: {source}")]
    Pattern { at: usize, source: PatternError },
}

impl Filter {
    pub fn new(patterns: &[Value]) -> Result<Self, FilterError> {
        if patterns.len() > PATTERNS {
            return Err(FilterError::TooMany(patterns.len()));
        }
        patterns.iter().enumerate().map(compiled).collect::<Result<_, _>>().map(Self)
    }

    pub fn passes(&self, record: &Value) -> bool {
        self.0.is_empty() || self.0.iter().any(|pattern| pattern.matches(record))
    }
}

fn compiled((at, pattern): (usize, &Value)) -> Result<Pattern, FilterError> {
    let length = pattern.to_string().chars().count();
    if length > LENGTH {
        return Err(FilterError::TooLong { at, length });
    }
    Pattern::for_pipe(pattern).map_err(|source| FilterError::Pattern { at, source })
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
    fn five_patterns_are_taken_and_six_are_not() {
        let pattern = json!({"eventName": ["INSERT"]});
        assert!(Filter::new(&vec![pattern.clone(); 5]).is_ok());
        assert_eq!(Filter::new(&vec![pattern; 6]), Err(FilterError::TooMany(6)));
    }

    #[test]
    fn a_pattern_has_at_most_4096_characters() {
        let pattern = |length: usize| json!({"a": ["é".repeat(length - r#"{"a":[""]}"#.len())]});
        assert!(Filter::new(&[pattern(4_096)]).is_ok());
        assert_eq!(Filter::new(&[pattern(4_097)]), Err(FilterError::TooLong { at: 0, length: 4_097 }));
    }

    #[test]
    fn a_bad_pattern_is_named_with_its_place() {
        let error =
            Filter::new(&[json!({"a": [1]}), json!({"a": [{"wildcard": "*"}]})]).unwrap_err().to_string();
        assert!(error.starts_with("filter[1]: a[0]: "), "{error}");
    }
}
