use cel::ExecutionError;
use cel::parser::Expression as Syntax;

use super::syntax::mentions;
use super::{built, extensions};

/// Explains an error without the values, which can be secret: reasons are stored and logged.
pub fn explain(error: &ExecutionError, syntax: &Syntax) -> String {
    match error {
        ExecutionError::NoSuchKey(name) if mentions(syntax, name) => {
            format!(
                "there is no {name} here: if it can be absent, write .?{name}, and .orValue(...) to compare it"
            )
        }
        ExecutionError::NoSuchKey(_) => "there is no such key here".into(),
        ExecutionError::FunctionError { function, message } if function == extensions::BOUNDED => {
            format!("loops over more than {message} elements")
        }
        ExecutionError::FunctionError { function, message } if function == built::BUILT => {
            format!("builds values of more than {message} bytes: keep only what the event needs")
        }
        ExecutionError::NoSuchOverload(error) if matches!(error.function(), "_._" | "_[_]") => {
            "reads a member of a value that is not an object or list".into()
        }
        ExecutionError::NoSuchOverload(error) => {
            format!("{} does not accept ({})", operator(error.function()), error.argument_types().join(", "))
        }
        ExecutionError::UndeclaredReference(name) => format!("{name} is not known"),
        ExecutionError::UnsupportedBinaryOperator(operator, ..) => {
            let verb = match *operator {
                "sub" => "subtract",
                "mul" => "multiply",
                "div" => "divide",
                "rem" => "take the remainder of",
                other => other,
            };
            format!("cannot {verb} these types: convert one with int(), double() or string()")
        }
        ExecutionError::UnexpectedType { want, .. } => format!("a value is not of type {want}"),
        ExecutionError::FunctionError { function, .. } => format!("{function}() does not accept this value"),
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => "divides by zero".into(),
        ExecutionError::Overflow(operation, ..) => format!("{operation} overflows"),
        ExecutionError::IndexOutOfBounds(_) => "an index is out of bounds".into(),
        _ => "cannot be evaluated for this record".into(),
    }
}

/// The operator as an author writes it: `&&` for CEL's `_&&_`.
fn operator(function: &str) -> &str {
    match function {
        "_?_:_" => "? :",
        "_?._" => ".?",
        "_[?_]" => "[?]",
        other => other.trim_matches(['_', '@']),
    }
}
