//! The trace in which an item was changed: an expression over the new image.

use tablecast_protocol::traceparent::TraceParent;
use tablecast_values::value::Value;

use crate::expression::{Expression, Language, References, Scope, Shape};
use crate::record::{Operation, Record};

const ROOT: &str = "new";

#[derive(Debug)]
pub struct Trace(Expression);

impl Trace {
    pub fn compile(language: &Language, source: &str) -> Result<Self, String> {
        let expression = language.compile(source)?;
        let roots: Vec<&str> = expression.references.roots().collect();
        match roots.iter().find(|root| **root != ROOT) {
            Some(other) => {
                return Err(format!(
                    "reads {other}, but a trace comes from the new image only, because REMOVE would repeat an old one: \
                 write `new.?traceparent`"
                ));
            }
            None if roots.is_empty() => {
                return Err("reads no attribute: write `new.?traceparent`".to_owned());
            }
            None => {}
        }
        match can_be_text(&expression.shape()) {
            true => Ok(Self(expression)),
            false => Err("is never a text: write `new.?traceparent`".to_owned()),
        }
    }

    /// It reads the same attributes of both images.
    pub fn references(&self) -> References {
        let mut references = self.0.references.clone();
        let fields: Vec<String> = references.fields.iter().map(|(_, field)| field.clone()).collect();
        references.fields.extend(fields.into_iter().map(|field| ("old".to_owned(), field)));
        if references.whole.contains(ROOT) {
            references.whole.insert("old".to_owned());
        }
        references
    }

    /// Returns the traceparent that this change wrote. A value that the item had before is that of an earlier
    /// change, and REMOVE writes none. An error has the reason, without the value.
    pub fn of(&self, record: &Record<'_>) -> Result<Option<String>, String> {
        if !matches!(record.operation, Operation::Insert | Operation::Modify) {
            return Ok(None);
        }
        let (after, before) = ([(ROOT, &record.new)], [(ROOT, &record.old)]);
        let (after, before) = (Scope(&after), Scope(&before));
        match self.0.evaluate(&after)? {
            None | Some(Value::Null) => Ok(None),
            Some(value) if self.0.evaluate(&before) == Ok(Some(value.clone())) => Ok(None),
            Some(Value::String(text)) => {
                let parent = TraceParent::parse(&text).map_err(|error| error.to_string())?;
                Ok(Some(parent.to_string()))
            }
            Some(_) => Err("is not a text".to_owned()),
        }
    }
}

fn can_be_text(shape: &Shape) -> bool {
    match shape {
        Shape::Unknown | Shape::Text => true,
        Shape::Constant(value) => value.is_string() || value.is_null(),
        Shape::Any(shapes) => shapes.iter().any(can_be_text),
        Shape::Boolean | Shape::Number | Shape::List(_) | Shape::Object(_) => false,
    }
}

#[cfg(test)]
mod tests;
