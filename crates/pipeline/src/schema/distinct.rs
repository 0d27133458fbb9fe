use std::collections::HashSet;

use tablecast_values::value::Value;

use crate::expression::normal_text;

/// Returns whether all values are different. Numbers are equal if their values are, and objects in any order.
pub fn are_distinct(values: &[Value<'_>]) -> bool {
    let mut seen = HashSet::with_capacity(values.len());
    values.iter().all(|value| {
        let mut text = String::new();
        write(value, &mut text);
        seen.insert(text)
    })
}

/// Writes the same text for equal values only.
fn write(value: &Value<'_>, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(digits) => text.push_str(&normal_text(digits)),
        Value::String(string) => write_string(string, text),
        Value::List(values) => {
            text.push('[');
            values.iter().for_each(|value| write(value, text));
            text.push(']');
        }
        Value::Map(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|(name, _), (other, _)| name.cmp(other));
            text.push('{');
            for (name, value) in fields {
                write_string(name, text);
                write(value, text);
            }
            text.push('}');
        }
    }
    text.push(',');
}

/// Writes the length first, because it shows where the string ends.
fn write_string(string: &str, text: &mut String) {
    text.push_str(&format!("{}:{string}", string.len()));
}
