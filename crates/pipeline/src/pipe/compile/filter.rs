use serde_json::Value as Json;

/// Returns whether a filter is known to pass every stream record: it has no patterns, or its patterns that only list
/// operations have all of them together.
pub fn passes_every_record(patterns: &[Json]) -> bool {
    let listed: Vec<&Json> = patterns.iter().filter_map(only_operations).flatten().collect();
    let is_listed = |operation: &&str| listed.iter().any(|listed| *listed == operation);
    patterns.is_empty() || ["INSERT", "MODIFY", "REMOVE"].iter().all(is_listed)
}

/// The operations of a pattern that has nothing else.
fn only_operations(pattern: &Json) -> Option<Vec<&Json>> {
    let members = pattern.as_object().filter(|members| members.len() == 1)?;
    Some(members.get("eventName")?.as_array()?.iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_filter_of_all_operations_is_known_to_pass_every_record() {
        for (patterns, expected) in [
            (json!([]), true),
            (json!([{"eventName": ["INSERT", "MODIFY", "REMOVE"]}]), true),
            (json!([{"eventName": ["INSERT", "MODIFY"]}, {"eventName": ["REMOVE"]}]), true),
            (json!([{"eventName": ["INSERT", "MODIFY"]}]), false),
            (json!([{"eventName": ["INSERT", "MODIFY", "REMOVE"], "awsRegion": ["eu-west-1"]}]), false),
            (json!([{"eventName": ["INSERT", "MODIFY", "REMOVE"]}, {"awsRegion": ["eu-west-1"]}]), true),
            (json!([{"eventName": ["INSERT", "MODIFY"]}, {"awsRegion": ["eu-west-1"]}]), false),
            (json!([{}]), false),
        ] {
            assert_eq!(passes_every_record(patterns.as_array().unwrap()), expected, "{patterns}");
        }
    }
}
