//! DynamoDB JSON to [`Value`], while it is parsed.
//!
//! | DynamoDB | JSON |
//! |---|---|
//! | `S` | string |
//! | `N` | number, every digit kept |
//! | `B` | string, base64 as it came |
//! | `BOOL`, `NULL` | `true` or `false`, `null` |
//! | `M`, `L` | object, array |
//! | `SS`, `NS`, `BS` | array, in the order that the stream gives |

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::located::{self, Text};
use crate::value::{Fields, Value};

/// Which attributes of an image are worth reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    All,
    Only(Vec<String>),
}

impl Wanted {
    fn contains(&self, name: &str) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Only(names) => names.iter().any(|wanted| wanted == name),
        }
    }
}

/// Reads an image or keys: a map of attribute values, of which only the wanted ones are kept.
pub struct Image<'w>(pub &'w Wanted);

impl<'de> DeserializeSeed<'de> for Image<'_> {
    type Value = Fields<'de>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Fields<'de>, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Image<'_> {
    type Value = Fields<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a map of attribute values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(Text(name)) = map.next_key()? {
            if self.0.contains(&name) {
                let value = map.next_value_seed(Attribute).map_err(|error| located::within(&name, error))?;
                fields.push((name, value));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

/// Reads one attribute value, `{"S": "..."}`.
struct Attribute;

impl<'de> DeserializeSeed<'de> for Attribute {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value<'de>, D::Error> {
        input.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Attribute {
    type Value = Value<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an attribute value such as {\"S\": \"text\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'de>, A::Error> {
        let Some(Text(kind)) = map.next_key()? else {
            return Err(A::Error::custom("an attribute value without a type"));
        };
        let value = read(&kind, &mut map).map_err(|error| located::within(&kind, error))?;
        match map.next_key::<Text>()? {
            None => Ok(value),
            Some(_) => Err(A::Error::custom("an attribute value with two types")),
        }
    }
}

fn read<'de, A: MapAccess<'de>>(kind: &str, map: &mut A) -> Result<Value<'de>, A::Error> {
    match kind {
        "S" | "B" => map.next_value().map(|Text(text)| Value::String(text)),
        "N" => map.next_value().and_then(|Text(text)| number(text)),
        "BOOL" => map.next_value().map(Value::Bool),
        "NULL" => map.next_value::<bool>().map(|_| Value::Null),
        "M" => map.next_value_seed(Image(&Wanted::All)).map(Value::Map),
        "L" => map.next_value_seed(List(|| Attribute)).map(Value::List),
        "SS" | "BS" => map.next_value_seed(List(|| Member(|text| Ok(Value::String(text))))).map(Value::List),
        "NS" => map.next_value_seed(List(|| Member(number))).map(Value::List),
        _ => Err(A::Error::custom("is not a type of DynamoDB: S N B BOOL NULL M L SS NS BS")),
    }
}

fn number<E: Error>(text: Cow<'_, str>) -> Result<Value<'_>, E> {
    Value::number(text).ok_or_else(|| E::custom("is not a number"))
}

/// Reads an array, each element with a seed of its own.
struct List<F>(F);

impl<'de, F, S> DeserializeSeed<'de> for List<F>
where
    F: Fn() -> S,
    S: DeserializeSeed<'de, Value = Value<'de>>,
{
    type Value = Vec<Value<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        input.deserialize_seq(self)
    }
}

impl<'de, F, S> Visitor<'de> for List<F>
where
    F: Fn() -> S,
    S: DeserializeSeed<'de, Value = Value<'de>>,
{
    type Value = Vec<Value<'de>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        let at = |index: usize| move |error| located::within(&format!("[{index}]"), error);
        while let Some(value) = seq.next_element_seed((self.0)()).map_err(at(values.len()))? {
            values.push(value);
        }
        Ok(values)
    }
}

/// Reads a member of a set.
struct Member<F>(F);

impl<'de, F> DeserializeSeed<'de> for Member<F>
where
    F: FnOnce(Cow<'de, str>) -> Result<Value<'de>, serde::de::value::Error>,
{
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value<'de>, D::Error> {
        let Text(text) = serde::Deserialize::deserialize(input)?;
        (self.0)(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str, wanted: &Wanted) -> Result<String, String> {
        let mut input = serde_json::Deserializer::from_str(json);
        let fields =
            Image(wanted).deserialize(&mut input).map_err(|error| located::read(&error).to_string())?;
        Ok(serde_json::to_string(&Value::Map(fields)).unwrap())
    }

    #[test]
    fn every_type_has_a_json_form() {
        let image = r#"{"s":{"S":"a\"b"},"n":{"N":"12.50"},"b":{"B":"AAE="},"t":{"BOOL":true},"z":{"NULL":true},
            "m":{"M":{"x":{"N":"1"}}},"l":{"L":[{"S":"a"},{"N":"2"}]},
            "ss":{"SS":["a","b"]},"ns":{"NS":["1","99999999999999999999"]},"bs":{"BS":["AAE="]}}"#;
        let json = concat!(
            r#"{"s":"a\"b","n":12.50,"b":"AAE=","t":true,"z":null,"m":{"x":1},"l":["a",2],"#,
            r#""ss":["a","b"],"ns":[1,99999999999999999999],"bs":["AAE="]}"#
        );
        assert_eq!(parse(image, &Wanted::All).unwrap(), json);
    }

    #[test]
    fn an_attribute_that_is_not_wanted_is_not_even_understood() {
        let wanted = Wanted::Only(vec!["a".into()]);
        assert_eq!(parse(r#"{"odd":{"Q":[{}]},"a":{"S":"x"}}"#, &wanted).unwrap(), r#"{"a":"x"}"#);
    }

    #[test]
    fn an_error_says_where() {
        let cases = [
            (r#"{"a":{"N":"twelve"}}"#, "a.N: is not a number"),
            (r#"{"a":{"NS":["1","x"]}}"#, "a.NS[1]: is not a number"),
            (r#"{"a":{"M":{"b":{"L":[{"S":"x"},{"Q":1}]}}}}"#, "a.M.b.L[1].Q: is not a type of DynamoDB"),
            (r#"{"a":{}}"#, "a: an attribute value without a type"),
            (r#"{"a":{"S":"x","N":"1"}}"#, "a: an attribute value with two types"),
            (r#"{"a":{"S":1}}"#, "a.S: invalid type: integer"),
        ];
        for (image, message) in cases {
            let error = parse(image, &Wanted::All).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
