//! The claims of a token, from the JSON text in the authorizer's context (at most 8 KB in API Gateway).

use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::{Fields, Value, get};

/// The most levels of objects and lists in claims.
const MAX_DEPTH: usize = 16;

/// Parses an object. Numbers keep their digits, because rounding could make two tenants one.
pub fn parse(text: &str) -> Result<Value<'_>, Located> {
    let well_formed = serde_json::from_str::<&serde_json::value::RawValue>(text);
    well_formed.map_err(|_| Located::here("is not well-formed JSON"))?;
    object(&mut Cursor::new(text), MAX_DEPTH).map(Value::Map)
}

fn value<'a>(cursor: &mut Cursor<'a>, depth: usize) -> Result<Value<'a>, Located> {
    if depth == 0 {
        return Err(Located::here("is nested too deeply"));
    }
    match cursor.peek() {
        b'{' => object(cursor, depth).map(Value::Map),
        b'[' => {
            let mut values = Vec::new();
            cursor.array(|cursor| value(cursor, depth - 1).map(|value| values.push(value)))?;
            Ok(Value::List(values))
        }
        b'"' => cursor.string().map(Value::String),
        _ => scalar(cursor.scalar()?),
    }
}

fn object<'a>(cursor: &mut Cursor<'a>, depth: usize) -> Result<Fields<'a>, Located> {
    let mut fields = Fields::new();
    cursor.object(|cursor, name| {
        // One reader could take the first value and another the last, and grant different subjects.
        if get(&fields, &name).is_some() {
            return Err(Located::new(name, "occurs twice"));
        }
        let value = value(cursor, depth - 1)?;
        fields.push((name, value));
        Ok(())
    })?;
    Ok(fields)
}

fn scalar(text: &str) -> Result<Value<'_>, Located> {
    match text {
        "null" => Ok(Value::Null),
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        number => Value::number(number.into()).ok_or_else(|| Located::here("is not well-formed JSON")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_keep_every_digit() {
        let text = r#"{ "sub": "ada", "tenant": 100000000000000000000001, "roles": ["a", true, null, {"x": 1.50}] }"#;
        let claims = parse(text).unwrap();
        let digits = Value::number("100000000000000000000001".into()).unwrap();
        assert_eq!(claims.get("tenant"), Some(&digits));
        assert_eq!(
            serde_json::to_string(&claims).unwrap(),
            text.replace(": ", ":").replace(", ", ",").replace("{ ", "{").replace(" }", "}")
        );
    }

    #[test]
    fn a_text_that_is_not_an_object_or_repeats_a_name_is_refused() {
        for text in ["", "[]", "\"x\"", "1", "{", "{}{}", r#"{"a":1,"a":2}"#, r#"{"a":{"b":1,"b":1}}"#] {
            assert!(parse(text).is_err(), "{text}");
        }
        let deep = |levels: usize| format!("{{\"a\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(&deep(MAX_DEPTH - 1)).is_ok());
        assert!(parse(&deep(MAX_DEPTH)).is_err() && parse(&deep(4000)).is_err());
    }
}
