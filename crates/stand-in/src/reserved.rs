//! The reserved words of DynamoDB. Its expressions must name such attributes by placeholders. The database of the
//! stand-in does not check this.
//!
//! Source of the list: "Reserved words in DynamoDB" in AWS's Developer Guide.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("reserved_words.txt").lines().collect());

/// Words of the expressions' own language.
const SYNTAX: [&str; 9] = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];

/// Returns the reserved words that the expressions of a request use as names.
pub fn in_request(request: &Value) -> Vec<String> {
    match request {
        Value::Array(parts) => parts.iter().flat_map(in_request).collect(),
        Value::Object(members) => members.iter().flat_map(|(name, value)| in_member(name, value)).collect(),
        _ => Vec::new(),
    }
}

fn in_member(name: &str, value: &Value) -> Vec<String> {
    match value.as_str().filter(|_| name.ends_with("Expression")) {
        Some(expression) => names(expression).filter(|name| is_reserved(name)).map(str::to_owned).collect(),
        None => in_request(value),
    }
}

/// The names, with `#` or `:` if they are placeholders.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    expression.split(|character: char| !character.is_alphanumeric() && !"_#:".contains(character))
}

fn is_reserved(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    !SYNTAX.contains(&&*upper) && WORDS.contains(&*upper)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reserved_words_are_found_in_each_expression() {
        let request = json!({
            "UpdateExpression": "SET source = :source, #source = :v, run_id = :source",
            "TransactItems": [{ "Put": { "ConditionExpression": "attribute_not_exists(pk) AND Owner<:owner" } }],
            "ExpressionAttributeNames": { "#source": "source" },
        });
        assert_eq!(in_request(&request), ["Owner", "source"]);
    }
}
