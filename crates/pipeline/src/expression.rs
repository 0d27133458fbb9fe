//! Expressions of pipe files: CEL (Common Expression Language), compiled once.
//!
//! What pipe files mostly say needs no interpreter (see `plain`). Limits keep a mistake from taking the process
//! down: 2,000 characters, 64 levels, comprehensions two deep and over no more elements than `ours` says.

mod adapter;
mod compile;
mod decimal;
mod image;
mod ours;
mod path;
mod plain;
mod syntax;

use std::fmt;
use std::sync::Arc;

use cel::parser::Expression as Syntax;
use cel::{Context, Env, ExecutionError};

use crate::value::Value;
use plain::Plain;

pub use compile::Language;
pub use path::literal;
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

    fn interpret(&self, scope: &Scope<'_>) -> Result<Option<Value<'static>>, String> {
        let mut context = Context::with_env(self.language.clone());
        context.set_variable_resolver(scope);
        let value = cel::Value::resolve_val(&self.syntax, &context);
        adapter::read(&value.map_err(|error| self.explain(&error))?)
    }

    /// Whether a condition holds.
    pub fn holds<'s>(&'s self, scope: &'s Scope<'s>) -> Result<bool, String> {
        match self.evaluate(scope)? {
            Some(Value::Bool(value)) => Ok(value),
            _ => Err(adapter::NOT_A_CONDITION.to_owned()),
        }
    }

    /// What went wrong, without the values: they may be secret, and reasons are logged.
    fn explain(&self, error: &ExecutionError) -> String {
        match error {
            ExecutionError::NoSuchKey(name) if syntax::mentions(&self.syntax, name) => {
                format!("there is no {name} here: write .?{name} where it may be absent")
            }
            ExecutionError::NoSuchKey(_) => "there is no such key here".into(),
            ExecutionError::FunctionError { function, message } if function == ours::BOUNDED => {
                format!("loops over more than {message} elements")
            }
            ExecutionError::NoSuchOverload(error) if matches!(error.function(), "_._" | "_[_]") => {
                "asks for a member of what is no object or list".into()
            }
            ExecutionError::NoSuchOverload(error) => {
                format!("{} does not take ({})", error.function(), error.argument_types().join(", "))
            }
            ExecutionError::UndeclaredReference(name) => format!("{name} is not known"),
            ExecutionError::UnsupportedBinaryOperator(operator, ..) => {
                format!("cannot {operator} these types: use int(), double() or string() to make them alike")
            }
            ExecutionError::UnexpectedType { want, .. } => format!("a value is not of type {want}"),
            ExecutionError::FunctionError { function, .. } => format!("{function}() cannot take this value"),
            ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
                "divides by zero".into()
            }
            ExecutionError::Overflow(operation, ..) => format!("{operation} overflows"),
            ExecutionError::IndexOutOfBounds(_) => "an index is out of bounds".into(),
            _ => "cannot be evaluated for this record".into(),
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
