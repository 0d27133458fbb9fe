//! Reads DynamoDB JSON as [`Value`], in one pass.
//!
//! | DynamoDB | JSON |
//! |---|---|
//! | `S` | string |
//! | `N` | number, every digit kept |
//! | `B` | string, base64 unchanged |
//! | `BOOL`, `NULL` | `true` or `false`, `null` |
//! | `M`, `L` | object, array |
//! | `SS`, `NS`, `BS` | array, in the order of the stream |

use std::borrow::Cow;

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::{Fields, Value};

/// DynamoDB's limit on the depth of lists and maps.
const MAX_DEPTH: usize = 32;

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

/// Reads an image or keys: a map of attribute values. Skips attributes outside of the projection.
pub fn image<'a>(cursor: &mut Cursor<'a>, projection: &Projection) -> Result<Fields<'a>, Located> {
    fields(cursor, projection, 0)
}

fn fields<'a>(cursor: &mut Cursor<'a>, projection: &Projection, depth: usize) -> Result<Fields<'a>, Located> {
    let mut fields = Vec::with_capacity(projection.capacity());
    cursor.object(|cursor, name| {
        if !projection.contains(&name) {
            return cursor.skip();
        }
        let value = attribute(cursor, depth).map_err(|error| error.within(&name))?;
        fields.push((name, value));
        Ok(())
    })?;
    Ok(fields)
}

/// Reads one attribute value, `{"S": "..."}`.
fn attribute<'a>(cursor: &mut Cursor<'a>, depth: usize) -> Result<Value<'a>, Located> {
    if let Some(value) = compact(cursor) {
        return Ok(value);
    }
    let mut found = None;
    cursor.object(|cursor, kind| {
        if found.is_some() {
            return Err(Located::here("is an attribute value with two types"));
        }
        found = Some(typed(cursor, &kind, depth).map_err(|error| error.within(&kind))?);
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

fn typed<'a>(cursor: &mut Cursor<'a>, kind: &str, depth: usize) -> Result<Value<'a>, Located> {
    match kind {
        "S" | "B" => cursor.string().map(Value::String),
        "N" => cursor.string().and_then(number),
        "BOOL" => boolean(cursor.scalar()?).map(Value::Bool),
        "NULL" => boolean(cursor.scalar()?).map(|_| Value::Null),
        "M" | "L" if depth == MAX_DEPTH => Err(Located::here("is more than 32 levels deep")),
        "M" => fields(cursor, &Projection::All, depth + 1).map(Value::Map),
        "L" => list(cursor, |cursor| attribute(cursor, depth + 1)),
        "SS" | "BS" => list(cursor, |cursor| cursor.string().map(Value::String)),
        "NS" => list(cursor, |cursor| cursor.string().and_then(number)),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str, projection: &Projection) -> Result<String, String> {
        let fields = image(&mut Cursor::new(json), projection).map_err(|error| error.to_string())?;
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
        assert_eq!(parse(image, &Projection::All).unwrap(), json);
    }

    #[test]
    fn an_attribute_outside_of_the_projection_is_not_parsed() {
        let projection = Projection::Only(vec!["a".into()]);
        assert_eq!(parse(r#"{"odd":{"Q":[{}]},"a":{"S":"x"}}"#, &projection).unwrap(), r#"{"a":"x"}"#);
    }

    #[test]
    fn lists_and_maps_can_be_as_deep_as_in_dynamodb() {
        let nested = |levels: usize| {
            let (open, close) = (r#"{"L":["#.repeat(levels), "]}".repeat(levels));
            parse(&format!(r#"{{"a":{open}{close}}}"#), &Projection::All)
        };
        assert!(nested(32).is_ok());
        assert!(nested(33).unwrap_err().ends_with("is more than 32 levels deep"));
        assert!(nested(100_000).is_err());
    }

    #[test]
    fn an_error_names_the_path() {
        let cases = [
            (r#"{"a":{"N":"twelve"}}"#, "a.N: is not a number"),
            (r#"{"a":{"NS":["1","x"]}}"#, "a.NS[1]: is not a number"),
            (r#"{"a":{"M":{"b":{"L":[{"S":"x"},{"Q":1}]}}}}"#, "a.M.b.L[1].Q: is not a DynamoDB type"),
            (r#"{"a":{}}"#, "a: is an attribute value without a type"),
            (r#"{"a":{"S":"x","N":"1"}}"#, "a: is an attribute value with two types"),
            (r#"{"a":{"S":1}}"#, "a.S: is not a string"),
        ];
        for (image, message) in cases {
            let error = parse(image, &Projection::All).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
