//! Functions of grants, for the text of a claim. Arguments are constants.

use std::fmt;

use tablecast_values::value::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Function {
    /// `string(claims.number)`: digits stay as they are.
    Text,
    /// `[1]`, of a list.
    Element(usize),
    /// `[1]`, of the parts of a text. The first part, or the last.
    Part(usize),
    LowerAscii,
    UpperAscii,
    Trim,
    Split(String),
    Replace(String, String),
    /// From a code point on, up to another, which is not part of it.
    Substring(usize, Option<usize>),
}

impl Function {
    /// `None` where CEL has an error: a value of another type, or an index that is not there.
    pub fn apply(&self, value: &Value<'_>) -> Option<Value<'static>> {
        match (self, value) {
            (Self::Text, _) => text_of(value),
            (Self::Element(at), Value::List(values)) => values.get(*at).map(owned),
            (Self::Part(at), Value::List(parts)) => part(parts, *at).map(owned),
            (_, Value::String(text)) => self.apply_to_text(text),
            _ => None,
        }
    }

    fn apply_to_text(&self, text: &str) -> Option<Value<'static>> {
        match self {
            Self::LowerAscii => Some(string(text.to_ascii_lowercase())),
            Self::UpperAscii => Some(string(text.to_ascii_uppercase())),
            Self::Trim => Some(string(text.trim().to_owned())),
            Self::Replace(from, to) => Some(string(text.replace(from, to))),
            Self::Split(by) => {
                Some(Value::List(text.split(by).map(|part| string(part.to_owned())).collect()))
            }
            Self::Substring(start, end) => substring(text, *start, *end).map(string),
            Self::Text | Self::Element(_) | Self::Part(_) => None,
        }
    }
}

fn text_of(value: &Value<'_>) -> Option<Value<'static>> {
    match value {
        Value::String(text) | Value::Number(text) => Some(string(text.to_string())),
        Value::Bool(truth) => Some(string(truth.to_string())),
        _ => None,
    }
}

/// `None` for a part between others: a user who chooses the text before it could put any other text in its place.
fn part<'v>(parts: &'v [Value<'v>], at: usize) -> Option<&'v Value<'v>> {
    let part = parts.get(at)?;
    (at == 0 || at == parts.len() - 1).then_some(part)
}

fn substring(text: &str, start: usize, end: Option<usize>) -> Option<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.get(start..end.unwrap_or(letters.len())).map(|letters| letters.iter().collect())
}

fn string(text: String) -> Value<'static> {
    Value::String(text.into())
}

fn owned(value: &Value<'_>) -> Value<'static> {
    match value {
        Value::Null => Value::Null,
        Value::Bool(truth) => Value::Bool(*truth),
        Value::Number(digits) => Value::Number(digits.to_string().into()),
        Value::String(text) => string(text.to_string()),
        Value::List(values) => Value::List(values.iter().map(owned).collect()),
        Value::Map(fields) => {
            Value::Map(fields.iter().map(|(name, value)| (name.to_string().into(), owned(value))).collect())
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => out.write_str("string()"),
            Self::Element(at) | Self::Part(at) => write!(out, "[{at}]"),
            Self::LowerAscii => out.write_str(".lowerAscii()"),
            Self::UpperAscii => out.write_str(".upperAscii()"),
            Self::Trim => out.write_str(".trim()"),
            Self::Split(by) => write!(out, ".split({by:?})"),
            Self::Replace(from, to) => write!(out, ".replace({from:?}, {to:?})"),
            Self::Substring(start, None) => write!(out, ".substring({start})"),
            Self::Substring(start, Some(end)) => write!(out, ".substring({start}, {end})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn split(by: &str) -> Function {
        Function::Split(by.to_owned())
    }

    fn replace(from: &str, to: &str) -> Function {
        Function::Replace(from.to_owned(), to.to_owned())
    }

    #[test]
    fn a_function_gives_what_cel_gives() {
        for (function, value, expected) in [
            (Function::Text, json!("a"), json!("a")),
            (Function::Text, json!(1.50), json!("1.5")),
            (Function::Text, json!(true), json!("true")),
            (Function::Text, json!(false), json!("false")),
            (Function::Element(1), json!(["a", {"b": [null, 7, true]}]), json!({"b": [null, 7, true]})),
            (Function::Element(0), json!(["a"]), json!("a")),
            (Function::Part(0), json!(["a"]), json!("a")),
            (Function::Part(0), json!(["a", "b", "c"]), json!("a")),
            (Function::Part(2), json!(["a", "b", "c"]), json!("c")),
            (Function::LowerAscii, json!("AbÉ"), json!("abÉ")),
            (Function::UpperAscii, json!("aBé"), json!("ABé")),
            (Function::Trim, json!(" a b\n"), json!("a b")),
            (split(" "), json!("a b "), json!(["a", "b", ""])),
            (replace("/", ""), json!("/a/b"), json!("ab")),
            (Function::Substring(1, None), json!("éab"), json!("ab")),
            (Function::Substring(1, Some(2)), json!("éab"), json!("a")),
            (Function::Substring(3, Some(3)), json!("éab"), json!("")),
        ] {
            let result = function.apply(&Value::from(&value));
            assert_eq!(result, Some(Value::from(&expected)), "{value}{function}");
        }
    }

    #[test]
    fn a_function_of_another_value_gives_nothing() {
        let text = json!("ab");
        for (function, value) in [
            (Function::Text, json!(null)),
            (Function::Text, json!(["a"])),
            (Function::Element(1), json!(["a"])),
            (Function::Element(0), text.clone()),
            (Function::Part(1), json!(["a", "b", "c"])),
            (Function::Part(1), json!(["a"])),
            (Function::Part(0), text.clone()),
            (Function::LowerAscii, json!(7)),
            (split(" "), json!(["a"])),
            (Function::Substring(3, None), text.clone()),
            (Function::Substring(1, Some(3)), text.clone()),
            (Function::Substring(2, Some(1)), text),
        ] {
            assert_eq!(function.apply(&Value::from(&value)), None, "{value}{function}");
        }
    }

    #[test]
    fn a_function_is_printed_as_it_is_written() {
        let printed = [
            Function::Text,
            Function::Element(1),
            Function::Part(2),
            Function::LowerAscii,
            Function::UpperAscii,
            Function::Trim,
            split(" "),
            replace("/", ""),
            Function::Substring(1, None),
            Function::Substring(1, Some(2)),
        ]
        .map(|function| function.to_string());
        let expected = [
            "string()",
            "[1]",
            "[2]",
            ".lowerAscii()",
            ".upperAscii()",
            ".trim()",
            r#".split(" ")"#,
            r#".replace("/", "")"#,
            ".substring(1)",
            ".substring(1, 2)",
        ];
        assert_eq!(printed, expected);
    }
}
