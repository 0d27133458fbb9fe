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

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::{Fields, Value};

/// DynamoDB: lists and maps are at most 32 levels deep.
const MAX_DEPTH: usize = 32;

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

    fn expected(&self) -> usize {
        match self {
            Wanted::All => 4,
            Wanted::Only(names) => names.len(),
        }
    }
}

/// Reads an image or keys: a map of attribute values, of which only the wanted ones are kept.
pub fn image<'a>(cursor: &mut Cursor<'a>, wanted: &Wanted) -> Result<Fields<'a>, Located> {
    fields(cursor, wanted, 0)
}

fn fields<'a>(cursor: &mut Cursor<'a>, wanted: &Wanted, depth: usize) -> Result<Fields<'a>, Located> {
    let mut fields = Vec::with_capacity(wanted.expected());
    cursor.object(|cursor, name| {
        if !wanted.contains(&name) {
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

/// What most attributes are, as AWS writes them: `{"S":"..."}` or `{"N":"..."}`, without white space.
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
        "M" => fields(cursor, &Wanted::All, depth + 1).map(Value::Map),
        "L" => list(cursor, |cursor| attribute(cursor, depth + 1)),
        "SS" | "BS" => list(cursor, |cursor| cursor.string().map(Value::String)),
        "NS" => list(cursor, |cursor| cursor.string().and_then(number)),
        _ => Err(Located::here("is not a type of DynamoDB: S N B BOOL NULL M L SS NS BS")),
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

    fn parse(json: &str, wanted: &Wanted) -> Result<String, String> {
        let fields = image(&mut Cursor::new(json), wanted).map_err(|error| error.to_string())?;
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
    fn lists_and_maps_may_be_as_deep_as_dynamodb_has_them() {
        let nested = |levels: usize| {
            let (open, close) = (r#"{"L":["#.repeat(levels), "]}".repeat(levels));
            parse(&format!(r#"{{"a":{open}{close}}}"#), &Wanted::All)
        };
        assert!(nested(32).is_ok());
        assert!(nested(33).unwrap_err().ends_with("is more than 32 levels deep"));
        assert!(nested(100_000).is_err());
    }

    #[test]
    fn an_error_says_where() {
        let cases = [
            (r#"{"a":{"N":"twelve"}}"#, "a.N: is not a number"),
            (r#"{"a":{"NS":["1","x"]}}"#, "a.NS[1]: is not a number"),
            (r#"{"a":{"M":{"b":{"L":[{"S":"x"},{"Q":1}]}}}}"#, "a.M.b.L[1].Q: is not a type of DynamoDB"),
            (r#"{"a":{}}"#, "a: is an attribute value without a type"),
            (r#"{"a":{"S":"x","N":"1"}}"#, "a: is an attribute value with two types"),
            (r#"{"a":{"S":1}}"#, "a.S: is not a string"),
        ];
        for (image, message) in cases {
            let error = parse(image, &Wanted::All).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }
}
