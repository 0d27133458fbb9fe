//! Expressions of pipe files: CEL (Common Expression Language), compiled once.
//!
//! What pipe files mostly say needs no interpreter (see `plain`). Limits keep a mistake from taking the process
//! down: 2,000 characters, 64 levels, comprehensions two deep and over no more elements than `ours` says.

mod adapter;
mod compile;
mod decimal;
mod explain;
mod image;
mod ours;
mod path;
mod plain;
mod shape;
mod syntax;

use std::fmt;
use std::sync::Arc;

use cel::parser::Expression as Syntax;
use cel::{Context, Env};

use plain::Plain;
use tablecast_values::value::Value;

pub use compile::Language;
pub use path::literal;
pub use shape::Shape;
pub use syntax::References;

/// A compiled expression.
pub struct Expression {
    /// Asked first, if the expression is plain.
    plain: Option<Box<Plain>>,
    syntax: Box<Syntax>,
    language: Arc<Env>,
    pub references: References,
}

/// The values that an expression may name: `operation`, `keys`, `old`, `new`, `item`, `record`; `claims`.
pub struct Scope<'s>(pub &'s [(&'static str, &'s Value<'s>)]);

impl Expression {
    /// The value, or `None` for an optional that holds nothing (`new.?nickname`).
    pub fn evaluate<'s>(&'s self, scope: &'s Scope<'s>) -> Result<Option<Value<'s>>, String> {
        match self.plain.as_ref().map(|plain| plain.evaluate(scope)) {
            Some(Ok(value)) => Ok(value),
            Some(Err(plain::Unclear)) | None => self.interpret(scope),
        }
    }

    /// What can be known of the value before there is a record.
    pub fn shape(&self) -> Shape {
        self.plain.as_ref().map_or(Shape::Unknown, |plain| plain.shape())
    }

    fn interpret(&self, scope: &Scope<'_>) -> Result<Option<Value<'static>>, String> {
        let mut context = Context::with_env(self.language.clone());
        context.set_variable_resolver(scope);
        let value = cel::Value::resolve_val(&self.syntax, &context);
        adapter::read(&value.map_err(|error| explain::explain(&error, &self.syntax))?)
    }

    /// Whether a condition holds.
    pub fn holds<'s>(&'s self, scope: &'s Scope<'s>) -> Result<bool, String> {
        match self.evaluate(scope)? {
            Some(Value::Bool(value)) => Ok(value),
            _ => Err("is neither true nor false".to_owned()),
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.syntax.fmt(out)
    }
}

#[cfg(test)]
mod tests;
