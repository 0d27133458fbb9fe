//! Limits on the memory of an expression. An item of 400 KB can stand in the result once for each element of a list, so
//! a limit on elements is not enough.

use std::borrow::Cow;
use std::cell::Cell;

use tablecast_values::value::Value;

/// The most bytes of data: those that the events of one record may have, half of a response.
const MAX_DATA_BYTES: usize = 3_000_000;

/// The bytes that data may still have as JSON. Escaped characters count as one byte.
#[derive(Debug)]
pub struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(MAX_DATA_BYTES))
    }
}

impl Budget {
    pub fn left(&self) -> usize {
        self.0.get()
    }

    /// Forgets what was spent since then.
    pub fn reset(&self, left: usize) {
        self.0.set(left);
    }

    pub fn spend(&self, bytes: usize) -> Result<(), String> {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or_default());
        left.map(|_| ()).ok_or_else(|| {
            format!(
                "brings the data to more than {MAX_DATA_BYTES} bytes, which no event can have: list fewer attributes in data"
            )
        })
    }

    pub fn text(&self, text: &str) -> Result<Cow<'static, str>, String> {
        self.spend(text.len()).map(|()| text.to_owned().into())
    }

    /// Returns the value of a plain expression, or None if it is too large: the interpreter explains that.
    pub fn own<'s>(&self, value: Cow<'s, Value<'s>>) -> Option<Value<'s>> {
        let bytes = match &value {
            // Its parts are counted already.
            Cow::Owned(Value::List(_) | Value::Map(_)) => "[]".len(),
            other => size(other),
        };
        let left = self.0.get().checked_sub(bytes)?;
        self.0.set(left);
        Some(match value {
            Cow::Borrowed(value) => value.borrowed(),
            Cow::Owned(value) => value,
        })
    }
}

/// The bytes of a value as JSON, with a comma, and without escapes.
fn size(value: &Value<'_>) -> usize {
    let quotes = "\"\",".len();
    match value {
        Value::Null | Value::Bool(_) => "true,".len(),
        Value::Number(text) => text.len() + ",".len(),
        Value::String(text) => text.len() + quotes,
        Value::List(values) => quotes + values.iter().map(size).sum::<usize>(),
        Value::Map(fields) => {
            quotes + fields.iter().map(|(name, value)| name.len() + quotes + size(value)).sum::<usize>()
        }
    }
}
