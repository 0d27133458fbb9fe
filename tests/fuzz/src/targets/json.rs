//! JSON text, which our own cursor reads in records and claims. It accepts all JSON, and gives what `serde_json` gives.

use serde_json::{Map, Value as Json};
use tablecast_definitions::claims;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::pointer;
use tablecast_values::value::Value;

use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "json", form: Form::Json, check, samples, words: &[&["a", "é\"\\"]], inputs: 3000 };

/// `serde_json` refuses deeper texts.
const MAX_DEPTH: usize = 127;

fn samples() -> Vec<String> {
    let texts = [
        r#"{ "a": [1, -2.50e+3, true, null, "x\u00e9\n\"", ""], "b": {"c": {}, "d": []} }"#,
        r#"[12345678901234567890123456789012345678, 0.1, "\ud83d\ude00", [[[]]], {"a":{"a":1},"a\"b":2}]"#,
        r#"{"sub":"ada","tenant":"acme","roles":["a","b"],"n":1.50}"#,
    ];
    texts.map(str::to_owned).to_vec()
}

fn check(text: &str) {
    let mut cursor = Cursor::new(text);
    let skipped = cursor.skip();
    let read = value(&mut Cursor::new(text), MAX_DEPTH);
    let claims = claims::parse(text);
    match serde_json::from_str::<Json>(text) {
        Ok(expected) => {
            assert!(skipped.is_ok() && cursor.peek() == 0, "JSON is not skipped");
            assert_eq!(Cursor::new(text).raw().unwrap(), text.trim_matches([' ', '\n', '\r', '\t']));
            assert_eq!(read.unwrap(), expected);
            claims.iter().for_each(|claims| assert_eq!(printed(claims), expected));
        }
        Err(_) => claims.iter().for_each(|claims| assert!(matches!(claims, Value::Map(_)))),
    }
    assert_eq!(pointer::tokens(&format!("/{}", pointer::escaped(text))), [text]);
}

fn printed(value: &Value<'_>) -> Json {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// Reads a value with only the cursor.
fn value(cursor: &mut Cursor<'_>, depth: usize) -> Result<Json, Located> {
    let deeper = || depth.checked_sub(1).ok_or_else(|| Located::here("is too deep"));
    match cursor.peek() {
        b'"' => cursor.string().map(|text| text.into()),
        b'{' => {
            let (mut fields, depth) = (Map::new(), deeper()?);
            cursor.object(|cursor, name| {
                value(cursor, depth).map(|value| _ = fields.insert(name.into(), value))
            })?;
            Ok(fields.into())
        }
        b'[' => {
            let (mut values, depth) = (Vec::new(), deeper()?);
            cursor.array(|cursor| value(cursor, depth).map(|value| values.push(value)))?;
            Ok(values.into())
        }
        _ => cursor.scalar().map(|text| serde_json::from_str(text).unwrap_or_default()),
    }
}
