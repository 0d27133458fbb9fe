use tablecast_values::pointer::{escaped, tokens};
use tablecast_values::value::Value;

use super::applied::Applied;
use crate::schema::Schema;

/// A name that only the data has.
const OTHER: &str = "*";

/// Returns the path with the names that the schema has at each place, and with the indexes of lists.
pub fn path(pointer: &str, data: &Value<'_>, schema: &Schema) -> String {
    let mut path = String::new();
    let mut applied = Applied::to_whole(schema);
    let mut value = Some(data);
    for token in tokens(pointer) {
        path.push('/');
        // A number can be an index, or the name of a member.
        if let Some(Value::List(elements)) = value {
            let index = token.parse().unwrap_or(elements.len());
            path.push_str(&index.to_string());
            (applied, value) = (applied.to_element(index), elements.get(index));
        } else {
            path.push_str(&if applied.has_name(&token) { escaped(&token) } else { OTHER.to_owned() });
            (applied, value) = (applied.to_member(&token), value.and_then(|value| value.get(&token)));
        }
    }
    path
}
