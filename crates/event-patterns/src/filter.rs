//! A pipe's filter: event patterns for stream records.

use serde_json::Value;
use tablecast_values::located::Located;

use crate::pattern::{Event, Pattern};
use crate::stream_record::{self, Keys};

/// EventBridge Pipes' limit of a pattern, in characters.
const LENGTH: usize = 4_096;

/// A record passes if one of the patterns matches, or if there are none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter(Vec<Pattern>);

impl Filter {
    /// Returns the first problem. The pipe file's compiler limits the number of patterns.
    pub fn new(patterns: &[Value]) -> Result<Self, Located> {
        Self::each(patterns).map(|(_, pattern)| pattern).collect::<Result<_, _>>().map(Self)
    }

    /// Returns everything that EventBridge Pipes would refuse, and everything that cannot match a stream record
    /// of a table with these keys.
    pub fn problems(patterns: &[Value], keys: &Keys) -> Vec<Located> {
        let problems = Self::each(patterns).flat_map(|(place, pattern)| match pattern {
            Ok(pattern) => {
                let problems = stream_record::problems(&pattern, keys);
                problems.into_iter().map(|problem| problem.within(&place)).collect()
            }
            Err(refused) => vec![refused],
        });
        problems.collect()
    }

    fn each(patterns: &[Value]) -> impl Iterator<Item = (String, Result<Pattern, Located>)> {
        patterns.iter().enumerate().map(|(at, pattern)| {
            let place = format!("filter[{at}]");
            let pattern = compiled(pattern).map_err(|wrong| wrong.within(&place));
            (place, pattern)
        })
    }

    pub fn passes(&self, record: &Value) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let record = Event::new(record);
        self.0.iter().any(|pattern| pattern.matches_fields(&record))
    }

    /// Returns why a record does not pass: for each pattern, the field that does not match. Empty if the record
    /// passes. The reasons contain no values of the record.
    pub fn mismatches(&self, record: &Value) -> Vec<Located> {
        let record = Event::new(record);
        let mismatch = |(at, pattern): (usize, &Pattern)| {
            let mismatch = pattern.mismatch(&record)?;
            Some(Located::new(mismatch.place, mismatch.reason).within(&format!("filter[{at}]")))
        };
        let mismatches: Option<Vec<_>> = self.0.iter().enumerate().map(mismatch).collect();
        mismatches.unwrap_or_default()
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

    #[test]
    fn all_problems_of_all_patterns_have_their_places() {
        let patterns = [
            json!({"eventName": ["INSERT"]}),
            json!({"a": ["x"], "b": ["y"]}),
            json!({"eventName": [{"wildcard": "*"}]}),
        ];
        let problems = Filter::problems(&patterns, &Keys::new());
        let places: Vec<_> = problems.iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(places, ["filter[1].a", "filter[1].b", "filter[2].eventName[0]"]);
    }

    #[test]
    fn each_pattern_names_the_field_that_does_not_match() {
        let filter = Filter::new(&[
            json!({"eventName": ["INSERT"], "dynamodb": {"NewImage": {"status": {"S": ["PAID"]}}}}),
            json!({"dynamodb": {"NewImage": {"status": ["OPEN"]}}}),
            json!({"dynamodb": {"NewImage": {"status": {"S": [{"exists": false}]}}}}),
            json!({"eventName": ["INSERT"], "$or": [{"awsRegion": ["a"]}, {"dynamodb": {"OldImage": {"n": {"N": ["1"]}}}}]}),
            // The alternative that matches the most fields.
            json!({"$or": [{"awsRegion": ["a"]}, {"eventName": ["INSERT"], "gone": ["x"]}]}),
        ])
        .unwrap();
        let record = json!({"eventName": "INSERT", "awsRegion": "b", "dynamodb": {"NewImage": {"status": {"S": "OPEN"}}}});
        let found: Vec<String> = filter.mismatches(&record).iter().map(ToString::to_string).collect();
        let expected = [
            "filter[0].dynamodb.NewImage.status.S: has another value",
            "filter[1].dynamodb.NewImage.status: has no value of its own; there is dynamodb.NewImage.status.S",
            "filter[2].dynamodb.NewImage.status.S: is present",
            "filter[3].$or[0].awsRegion: has another value",
            "filter[4].$or[1].gone: is absent",
        ];
        assert_eq!(found, expected);
        assert_eq!(filter.mismatches(&json!({"eventName": "INSERT", "awsRegion": "a"})), []);
    }
}
