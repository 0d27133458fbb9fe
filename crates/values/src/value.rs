//! A JSON value that borrows from its record. Numbers keep their text, so that no digit of DynamoDB's 38 is
//! lost. Objects keep their order.

use std::borrow::Cow;

use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Null,
    Bool(bool),
    /// The text of a JSON number.
    Number(Cow<'a, str>),
    String(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Map(Fields<'a>),
}

pub type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

impl<'a> Value<'a> {
    /// A number, or `None` if the text is not a JSON number.
    pub fn number(text: Cow<'a, str>) -> Option<Self> {
        is_number(&text).then_some(Value::Number(text))
    }

    /// A copy that borrows its texts from this value.
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(value) => Value::Bool(*value),
            Value::Number(text) => Value::Number(Cow::Borrowed(text)),
            Value::String(text) => Value::String(Cow::Borrowed(text)),
            Value::List(values) => Value::List(values.iter().map(Value::borrowed).collect()),
            Value::Map(fields) => {
                let fields =
                    fields.iter().map(|(name, value)| (Cow::Borrowed(name.as_ref()), value.borrowed()));
                Value::Map(fields.collect())
            }
        }
    }

    pub fn get(&self, field: &str) -> Option<&Value<'a>> {
        match self {
            Value::Map(fields) => get(fields, field),
            _ => None,
        }
    }
}

pub fn get<'f, 'a>(fields: &'f [(Cow<'a, str>, Value<'a>)], name: &str) -> Option<&'f Value<'a>> {
    fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
}

/// JSON's grammar: `-? (0 | [1-9] digits) (. digits)? ([eE] [+-]? digits)?`
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let (whole, rest) = digits(unsigned);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        _ => (1, rest),
    };
    let (exponent, rest) = match rest {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => digits(rest),
        _ => (1, rest),
    };
    let padded = whole > 1 && unsigned[0] == b'0';
    whole > 0 && !padded && fraction > 0 && exponent > 0 && rest.is_empty()
}

/// The number of leading digits, and the rest.
fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    (count, &text[count..])
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => out.serialize_unit(),
            Value::Bool(value) => out.serialize_bool(*value),
            Value::Number(text) => serialize_number(text, out),
            Value::String(text) => out.serialize_str(text),
            Value::List(values) => {
                let mut list = out.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(value))?;
                list.end()
            }
            Value::Map(fields) => {
                let mut map = out.serialize_map(Some(fields.len()))?;
                fields.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}

/// Writes the digits exactly as they were read.
fn serialize_number<S: Serializer>(text: &str, out: S) -> Result<S::Ok, S::Error> {
    let raw: &RawValue = serde_json::from_str(text).map_err(S::Error::custom)?;
    raw.serialize(out)
}

impl From<&serde_json::Value> for Value<'static> {
    fn from(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number.to_string().into()),
            Json::String(text) => Value::String(text.clone().into()),
            Json::Array(values) => Value::List(values.iter().map(Value::from).collect()),
            Json::Object(fields) => {
                Value::Map(fields.iter().map(|(name, value)| (name.clone().into(), value.into())).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_of_38_digits_is_written_as_it_was_read() {
        let digits = "-0.12345678901234567890123456789012345678";
        let value = Value::List(vec![Value::number(digits.into()).unwrap()]);
        assert_eq!(serde_json::to_string(&value).unwrap(), format!("[{digits}]"));
    }

    #[test]
    fn a_field_is_found_by_its_name_in_a_map_only() {
        let map = Value::Map(vec![("a".into(), Value::Null), ("b".into(), Value::Bool(true))]);
        assert_eq!((map.get("b"), map.get("c")), (Some(&Value::Bool(true)), None));
        assert_eq!(Value::String("b".into()).get("b"), None);
    }

    #[test]
    fn a_number_has_digits_in_each_of_its_parts() {
        for number in ["0", "-0", "10", "0.5", "1e5", "1E+5", "1.25e-10"] {
            assert!(is_number(number), "{number}");
        }
        for text in ["", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "1.e5", "1x", "1e5x", "--1", " 1"] {
            assert!(!is_number(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_a_number_exactly_if_a_json_parser_accepts_it(text in "[-+0-9.eE]{0,6}|[0-9]{1,3}") {
            let parsed = serde_json::from_str::<&RawValue>(&text).is_ok() && text.trim() == text;
            prop_assert_eq!(is_number(&text), parsed, "{}", text);
        }
    }
}
