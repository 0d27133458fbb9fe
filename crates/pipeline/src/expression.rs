//! Expressions of pipe files: CEL (Common Expression Language), compiled once.
//!
//! What pipe files mostly say needs no interpreter (see `plain`). Limits keep a mistake from taking the process down: 2,000 characters, 64 levels, comprehensions two deep.

mod adapter;
mod compile;
mod decimal;
mod path;
mod plain;
mod syntax;

use std::sync::Arc;

use cel::common::value::CowVal;
use cel::parser::Expression as Syntax;
use cel::{Context, Env, ExecutionError};

use crate::value::Value;
use plain::Plain;

pub use compile::Language;
pub use path::literal;
pub use syntax::References;

/// A compiled expression.
#[derive(Debug)]
pub struct Expression {
    kind: Kind,
    pub references: References,
}

enum Kind {
    Plain(Plain),
    Interpreted { syntax: Box<Syntax>, env: Arc<Env> },
}

/// The values that an expression may name: `operation`, `keys`, `old`, `new`, `item`, `record`; `claims`.
pub struct Scope<'s>(pub Vec<(&'static str, &'s Value<'s>)>);

impl Expression {
    /// The value, or `None` for an optional that holds nothing (`new.?nickname`).
    pub fn evaluate<'s>(&'s self, scope: &'s Scope<'s>) -> Result<Option<Value<'s>>, String> {
        match &self.kind {
            Kind::Plain(plain) => Ok(plain.evaluate(scope)?.map(plain::owned)),
            Kind::Interpreted { syntax, env } => interpret(syntax, env, scope, adapter::read)?,
        }
    }

    /// Whether a condition holds.
    pub fn holds<'s>(&'s self, scope: &'s Scope<'s>) -> Result<bool, String> {
        match self.evaluate(scope)? {
            Some(Value::Bool(value)) => Ok(value),
            _ => Err(adapter::NOT_A_CONDITION.to_owned()),
        }
    }
}

fn interpret<T>(
    syntax: &Syntax,
    env: &Arc<Env>,
    scope: &Scope<'_>,
    read: impl FnOnce(&CowVal<'_, '_>) -> T,
) -> Result<T, String> {
    let mut context = Context::with_env(env.clone());
    context.set_variable_resolver(scope);
    let value = cel::Value::resolve_val(syntax, &context).map_err(|error| explain(&error))?;
    Ok(read(&value))
}

/// What went wrong, without the values: they may be secret, and reasons are logged.
fn explain(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(name) => absent(name),
        ExecutionError::NoSuchOverload(error) => {
            format!("{} does not take ({})", error.function(), error.argument_types().join(", "))
        }
        ExecutionError::UndeclaredReference(name) => format!("{name} is not known"),
        ExecutionError::UnsupportedBinaryOperator(operator, ..) => {
            format!("cannot {operator} these types: use int(), double() or string() to make them alike")
        }
        ExecutionError::UnexpectedType { want, .. } => format!("a value is not of type {want}"),
        ExecutionError::FunctionError { function, .. } => format!("{function}() cannot take this value"),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "divides by zero".into(),
        ExecutionError::Overflow(operation, ..) => format!("{operation} overflows"),
        ExecutionError::IndexOutOfBounds(_) => "an index is out of bounds".into(),
        _ => "cannot be evaluated for this record".into(),
    }
}

fn absent(name: &str) -> String {
    format!("there is no {name} here: write .?{name} where it may be absent")
}

impl std::fmt::Debug for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kind::Plain(plain) => plain.fmt(out),
            Kind::Interpreted { syntax, .. } => syntax.fmt(out),
        }
    }
}

#[cfg(test)]
mod tests;
