//! Lets `jsonschema` read values without a copy.

use std::borrow::Cow;
use std::slice;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, JsonNumber, Node, NodeIdentity, Object};
use serde_json::Value as Document;
use tablecast_values::value::{self, Fields, Value};

use super::distinct::are_distinct;
use crate::expression::is_integer;

pub struct Borrowed;

impl Json for Borrowed {
    type Node<'a> = &'a Value<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Self::Node<'_>) -> T) -> T {
        f(&Value::String(Cow::Borrowed(string)))
    }
}

impl<'a> Node<'a, Borrowed> for &'a Value<'a> {
    type Object = Members<'a>;
    type Array = Elements<'a>;
    type Number = Digits<'a>;

    fn as_object(&self) -> Option<Members<'a>> {
        match self {
            Value::Map(fields) => Some(Members(fields)),
            _ => None,
        }
    }

    fn as_array(&self) -> Option<Elements<'a>> {
        match self {
            Value::List(values) => Some(Elements(values)),
            _ => None,
        }
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Value::String(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Digits<'a>> {
        match self {
            Value::Number(text) => Some(Digits(text)),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    fn json_type(&self) -> JsonType {
        match self {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            Value::Number(_) => JsonType::Number,
            Value::String(_) => JsonType::String,
            Value::List(_) => JsonType::Array,
            Value::Map(_) => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'a, Document> {
        Cow::Owned(serde_json::to_value(self).unwrap_or_default())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<Value<'_>>(self) as usize))
    }
}

pub struct Members<'a>(&'a Fields<'a>);

impl<'a> Object<'a, Borrowed> for Members<'a> {
    type Node = &'a Value<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = Pairs<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &String) -> Option<&'a Value<'a>> {
        value::get(self.0, key)
    }

    fn members(&self) -> Pairs<'a> {
        Pairs(self.0.iter())
    }
}

pub struct Pairs<'a>(slice::Iter<'a, (Cow<'a, str>, Value<'a>)>);

impl<'a> Iterator for Pairs<'a> {
    type Item = (Cow<'a, str>, &'a Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(name, value)| (Cow::Borrowed(name.as_ref()), value))
    }
}

pub struct Elements<'a>(&'a [Value<'a>]);

impl<'a> Array<'a, Borrowed> for Elements<'a> {
    type Node = &'a Value<'a>;
    type ElementsIter = slice::Iter<'a, Value<'a>>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> Self::ElementsIter {
        self.0.iter()
    }

    fn is_unique(&self) -> bool {
        are_distinct(self.0)
    }
}

pub struct Digits<'a>(&'a str);

impl JsonNumber for Digits<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }

    fn to_number(&self) -> Cow<'_, serde_json::Number> {
        Cow::Owned(self.0.parse().unwrap_or_else(|_| 0.into()))
    }

    fn is_integer(&self) -> bool {
        is_integer(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// A schema with most kinds of rules.
    fn schema() -> Document {
        json!({
            "type": ["object", "array", "string", "integer"], "minLength": 2, "minimum": 2, "multipleOf": 0.5,
            "propertyNames": {"maxLength": 1}, "required": ["a"], "maxProperties": 2,
            "properties": {"a": {"enum": [1, "x", null, [1], {"b": true}]}, "b": {"$ref": "#"}},
            "items": {"type": ["string", "number", "boolean"]}, "uniqueItems": true, "contains": {"const": 1.0},
        })
    }

    fn document() -> impl Strategy<Value = Document> {
        let number = prop_oneof![
            (-3i64..4).prop_map(Document::from),
            Just(json!(1.0)),
            Just(json!(2.5)),
            Just(json!(1e3))
        ];
        let leaf = prop_oneof![
            Just(Document::Null),
            any::<bool>().prop_map(Document::from),
            number,
            "[x1]{0,3}".prop_map(Document::from)
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let object = prop::collection::btree_map("[abc]{1,2}", inner.clone(), 0..3);
            prop_oneof![
                prop::collection::vec(inner, 0..3).prop_map(Document::from),
                object.prop_map(|fields| fields.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn borrowed_values_validate_like_parsed_json(document in document()) {
            let value = Value::from(&document);
            let borrowed = jsonschema::options_for::<Borrowed>().build(&schema()).unwrap();
            let parsed = jsonschema::options().build(&schema()).unwrap();
            prop_assert_eq!(borrowed.is_valid(&value), parsed.is_valid(&document), "{}", document);
        }
    }

    fn number(digits: &str) -> Value<'_> {
        Value::number(digits.into()).unwrap()
    }

    fn is_valid(schema: &Document, value: &Value<'_>) -> bool {
        jsonschema::options_for::<Borrowed>().build(schema).unwrap().is_valid(value)
    }

    #[test]
    fn a_limit_is_exact_even_if_a_double_would_round() {
        let schema = json!({"maximum": 9_007_199_254_740_992_u64});
        assert!(is_valid(&schema, &number("9007199254740992")));
        assert!(!is_valid(&schema, &number("9007199254740993")));
    }

    #[test]
    fn numbers_that_a_double_cannot_tell_apart_are_unique() {
        let schema = json!({"uniqueItems": true});
        let is_unique = |digits: [&str; 2]| {
            let inner = digits.map(|digits| Value::List(vec![number(digits)]));
            is_valid(&schema, &Value::List(digits.map(number).into()))
                && is_valid(&schema, &Value::List(inner.into()))
        };
        assert!(is_unique(["123456789012345678901", "123456789012345678902"]));
        assert!(is_unique(["0.1234567890123456789", "0.1234567890123456788"]));
        for repeated in [["1", "1.0"], ["0", "-0"], ["2e1", "20"]] {
            assert!(!is_unique(repeated), "{repeated:?}");
        }
    }

    #[test]
    fn a_number_whose_fraction_a_double_would_drop_is_no_integer() {
        let schema = json!({"type": "integer"});
        assert!(is_valid(&schema, &number("12345678901234567890.0")));
        assert!(!is_valid(&schema, &number("9007199254740993.5")));
    }
}
