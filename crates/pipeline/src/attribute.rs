//! Reads DynamoDB JSON as [`Value`], in one pass.
//!
//! | DynamoDB | JSON |
//! |---|---|
//! | `S` | string |
//! | `N` | number, every digit kept |
//! | `B` | string, base64 unchanged |
//! | `BOOL`, `NULL` | `true` or `false`, `null` |
//! | `M`, `L` | object, array |
//! | `SS`, `NS`, `BS` | array in ascending order, so that equal sets are equal arrays |

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::{Fields, Value};

use crate::expression::compare_numbers;

/// DynamoDB's limit on the depth of lists and maps.
const MAX_DEPTH: usize = 32;

const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];

/// The attributes of an image to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Projection {
    All,
    Only(Vec<String>),
}

impl Projection {
    fn contains(&self, name: &str) -> bool {
        match self {
            Projection::All => true,
            Projection::Only(names) => names.iter().any(|projected| projected == name),
        }
    }

    fn capacity(&self) -> usize {
        match self {
            Projection::All => 4,
            Projection::Only(names) => names.len(),
        }
    }
}

/// The names that a pipe file contains. The path of an error shows no others: the keys of a map can be
/// personal data.
pub type Names = BTreeSet<String>;

/// Reads an image or keys: a map of attribute values. Skips attributes outside of the projection.
pub fn image<'a>(
    cursor: &mut Cursor<'a>,
    projection: &Projection,
    names: &Names,
) -> Result<Fields<'a>, Located> {
    fields(cursor, projection, names, 0)
}

fn fields<'a>(
    cursor: &mut Cursor<'a>,
    projection: &Projection,
    names: &Names,
    depth: usize,
) -> Result<Fields<'a>, Located> {
    let mut fields = Vec::with_capacity(projection.capacity());
    cursor.object(|cursor, name| {
        if !projection.contains(&name) {
            return cursor.skip();
        }
        let shown = if names.contains(name.as_ref()) { &name } else { "*" };
        let value = attribute(cursor, names, depth).map_err(|error| error.within(shown))?;
        fields.push((name, value));
        Ok(())
    })?;
    Ok(fields)
}

/// Reads one attribute value, `{"S": "..."}`.
fn attribute<'a>(cursor: &mut Cursor<'a>, names: &Names, depth: usize) -> Result<Value<'a>, Located> {
    if let Some(value) = compact(cursor) {
        return Ok(value);
    }
    let mut found = None;
    cursor.object(|cursor, kind| {
        if found.is_some() {
            return Err(Located::here("is an attribute value with two types"));
        }
        let shown = if TYPES.contains(&kind.as_ref()) { &kind } else { "*" };
        found = Some(typed(cursor, &kind, names, depth).map_err(|error| error.within(shown))?);
        Ok(())
    })?;
    found.ok_or_else(|| Located::here("is an attribute value without a type"))
}

/// Reads the most common attributes in the form that AWS writes: `{"S":"..."}` or `{"N":"..."}`, without
/// white space.
fn compact<'a>(cursor: &mut Cursor<'a>) -> Option<Value<'a>> {
    let mut ahead = cursor.clone();
    let value = match (ahead.eat(r#"{"S":"#), ahead.eat(r#"{"N":"#)) {
        (true, _) => Value::String(ahead.string().ok()?),
        (_, true) => Value::number(ahead.string().ok()?)?,
        _ => return None,
    };
    ahead.eat("}").then(|| *cursor = ahead).map(|()| value)
}

fn typed<'a>(cursor: &mut Cursor<'a>, kind: &str, names: &Names, depth: usize) -> Result<Value<'a>, Located> {
    match kind {
        "S" | "B" => cursor.string().map(Value::String),
        "N" => cursor.string().and_then(number),
        "BOOL" => boolean(cursor.scalar()?).map(Value::Bool),
        "NULL" => boolean(cursor.scalar()?).map(|_| Value::Null),
        "M" | "L" if depth == MAX_DEPTH => Err(Located::here("is more than 32 levels deep")),
        "M" => fields(cursor, &Projection::All, names, depth + 1).map(Value::Map),
        "L" => list(cursor, |cursor| attribute(cursor, names, depth + 1)),
        "SS" | "BS" => list(cursor, |cursor| cursor.string().map(Value::String)).map(sorted),
        "NS" => list(cursor, |cursor| cursor.string().and_then(number)).map(sorted),
        _ => Err(Located::here("is not a DynamoDB type: write one of S N B BOOL NULL M L SS NS BS")),
    }
}

fn boolean(text: &str) -> Result<bool, Located> {
    text.parse().map_err(|_| Located::here("is not true or false"))
}

fn number(text: Cow<'_, str>) -> Result<Value<'_>, Located> {
    Value::number(text).ok_or_else(|| Located::here("is not a number"))
}

fn list<'a>(
    cursor: &mut Cursor<'a>,
    read: impl Fn(&mut Cursor<'a>) -> Result<Value<'a>, Located>,
) -> Result<Value<'a>, Located> {
    let mut values = Vec::new();
    cursor.array(|cursor| {
        let at = values.len();
        values.push(read(cursor).map_err(|error| error.within(&format!("[{at}]")))?);
        Ok(())
    })?;
    Ok(Value::List(values))
}

/// A set has no order in DynamoDB, and the stream's order can change.
fn sorted(set: Value<'_>) -> Value<'_> {
    let order = |left: &Value<'_>, right: &Value<'_>| match (left, right) {
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => compare_numbers(left, right).then(left.cmp(right)),
        _ => Ordering::Equal,
    };
    match set {
        Value::List(mut values) => {
            values.sort_by(order);
            Value::List(values)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str, projection: &Projection) -> Result<String, String> {
        let names = ["a", "b"].map(str::to_owned).into();
        let fields = image(&mut Cursor::new(json), projection, &names).map_err(|error| error.to_string())?;
        Ok(serde_json::to_string(&Value::Map(fields)).unwrap())
    }

    #[test]
    fn every_type_has_a_json_form() {
        let image = r#"{"s":{"S":"a\"b"},"n":{"N":"12.50"},"b":{"B":"AAE="},"t":{"BOOL":true},"f":{"BOOL":false},"z":{"NULL":true},
            "m":{"M":{"x":{"N":"1"}}},"l":{"L":[{"S":"a"},{"N":"2"}]},
            "ss":{"SS":["a","b"]},"ns":{"NS":["1","99999999999999999999"]},"bs":{"BS":["AAE="]}}"#;
        let json = concat!(
            r#"{"s":"a\"b","n":12.50,"b":"AAE=","t":true,"f":false,"z":null,"m":{"x":1},"l":["a",2],"#,
            r#""ss":["a","b"],"ns":[1,99999999999999999999],"bs":["AAE="]}"#
        );
        assert_eq!(parse(image, &Projection::All).unwrap(), json);
    }

    #[test]
    fn an_attribute_outside_of_the_projection_is_not_parsed() {
        let projection = Projection::Only(vec!["a".into()]);
        assert_eq!(parse(r#"{"odd":{"Q":[{}]},"a":{"S":"x"}}"#, &projection).unwrap(), r#"{"a":"x"}"#);
    }

    #[test]
    fn lists_and_maps_can_be_as_deep_as_in_dynamodb() {
        for (open, last, close) in [(r#"{"L":["#, "", "]}"), (r#"{"M":{"b":"#, r#"{"S":""}"#, "}}")] {
            let nested = |levels: usize| {
                let (open, close) = (open.repeat(levels), close.repeat(levels));
                parse(&format!(r#"{{"a":{open}{last}{close}}}"#), &Projection::All)
            };
            assert!(nested(32).is_ok());
            assert!(nested(33).unwrap_err().ends_with("is more than 32 levels deep"), "{open}");
            assert!(nested(100_000).is_err());
        }
    }

    #[test]
    fn sets_with_the_same_elements_are_the_same_array() {
        let image = |ss: &str, ns: &str, bs: &str| {
            let image =
                format!(r#"{{"a":{{"M":{{"s":{{"SS":[{ss}]}},"n":{{"NS":[{ns}]}},"b":{{"BS":[{bs}]}}}}}}}}"#);
            parse(&image, &Projection::All).unwrap()
        };
        let one = image(r#""dog","cat","Cat""#, r#""10","-1","9","1e-3""#, r#""/w==","AAE=""#);
        assert_eq!(one, image(r#""Cat","dog","cat""#, r#""9","1e-3","-1","10""#, r#""AAE=","/w==""#));
        assert_eq!(one, r#"{"a":{"s":["Cat","cat","dog"],"n":[-1,1e-3,9,10],"b":["/w==","AAE="]}}"#);
    }

    #[test]
    fn an_error_shows_no_name_that_the_pipe_file_does_not_contain() {
        let cases = [
            (r#"{"a":{"M":{"ada@example.com":{"M":{"b":{"N":"x"}}}}}}"#, "a.M.*.M.b.N: is not a number"),
            (r#"{"secret":{"L":[{"M":{"b":{"N":"x"}}}]}}"#, "*.L[0].M.b.N: is not a number"),
            (r#"{"a":{"ada@example.com":{"S":"x"}}}"#, "a.*: is not a DynamoDB type"),
        ];
        for (image, message) in cases {
            let error = parse(image, &Projection::All).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn an_error_names_the_path() {
        let cases = [
            (r#"{"a":{"N":"twelve"}}"#, "a.N: is not a number"),
            (r#"{"a":{"NS":["1","x"]}}"#, "a.NS[1]: is not a number"),
            (r#"{"a":{"M":{"b":{"L":[{"S":"x"},{"Q":1}]}}}}"#, "a.M.b.L[1].*: is not a DynamoDB type"),
            (r#"{"a":{}}"#, "a: is an attribute value without a type"),
            (r#"{"a":{"S":"x","N":"1"}}"#, "a: is an attribute value with two types"),
            (r#"{"a":{"S":1}}"#, "a.S: is not a string"),
            (r#"{"a":{"BOOL":1}}"#, "a.BOOL: is not true or false"),
        ];
        for (image, message) in cases {
            let error = parse(image, &Projection::All).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
