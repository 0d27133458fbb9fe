use cel::ExecutionError;
use cel::parser::Expression as Syntax;

use super::ours;
use super::syntax::mentions;

/// What went wrong, without the values: they may be secret, and reasons are logged.
pub fn explain(error: &ExecutionError, syntax: &Syntax) -> String {
    match error {
        ExecutionError::NoSuchKey(name) if mentions(syntax, name) => {
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
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "divides by zero".into(),
        ExecutionError::Overflow(operation, ..) => format!("{operation} overflows"),
        ExecutionError::IndexOutOfBounds(_) => "an index is out of bounds".into(),
        _ => "cannot be evaluated for this record".into(),
    }
}
