use serde_json::value::RawValue;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::{Fields, Value};

/// Parses JSON of any kind, as the functions read records: numbers keep their digits.
pub fn parse(text: &str) -> Result<Value<'_>, String> {
    serde_json::from_str::<&RawValue>(text).map_err(|error| error.to_string())?;
    value(&mut Cursor::new(text)).map_err(|error| error.to_string())
}

fn value<'a>(cursor: &mut Cursor<'a>) -> Result<Value<'a>, Located> {
    match cursor.peek() {
        b'{' => {
            let mut fields = Fields::new();
            cursor.object(|cursor, name| {
                let value = value(cursor)?;
                fields.push((name, value));
                Ok(())
            })?;
            Ok(Value::Map(fields))
        }
        b'[' => {
            let mut values = Vec::new();
            cursor.array(|cursor| value(cursor).map(|value| values.push(value)))?;
            Ok(Value::List(values))
        }
        b'"' => cursor.string().map(Value::String),
        _ => scalar(cursor.scalar()?),
    }
}

fn scalar(text: &str) -> Result<Value<'_>, Located> {
    match text {
        "null" => Ok(Value::Null),
        "true" => Ok(Value::Bool(true)),
        "false" => Ok(Value::Bool(false)),
        number => Value::number(number.into()).ok_or_else(|| Located::here("is not well-formed JSON")),
    }
}
