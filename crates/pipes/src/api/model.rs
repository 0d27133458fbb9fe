//! The requests of the API as AWS's model of the service describes them: lengths, ranges, forms and lists of
//! values.
//!
//! # Layout
//! - `shapes`: the members of CreatePipe and UpdatePipe; `form`: the forms of texts

mod form;
mod shapes;

use std::ops::RangeInclusive;

use serde_json::Value;

use super::error::ApiError;
use super::parameters::Object;
use super::violations::Violations;

pub use form::{ANY, ARN, Form, NAME};
pub use shapes::{CREATE_PIPE, CURRENT_STATES, DESIRED_STATES, UPDATE_PIPE};

/// The rule for a value.
pub enum Shape {
    /// The length is a number of characters.
    Text(RangeInclusive<usize>, Form),
    OneOf(&'static [&'static str]),
    Number(RangeInclusive<i64>),
    List(RangeInclusive<usize>, &'static Shape),
    Structure(&'static [Member]),
    /// Another module checks the value.
    Other,
}

pub struct Member {
    pub name: &'static str,
    pub shape: Shape,
    pub is_required: bool,
}

/// Adds a violation for each value that AWS refuses. The error is about a value of another type.
pub fn check(members: &[Member], body: &Object, violations: &mut Violations) -> Result<(), ApiError> {
    structure("", members, body, violations)?;
    report_unsupported(members, body, violations);
    Ok(())
}

/// Reports parameters of sources, enrichments and targets that only AWS supports, even empty ones.
fn report_unsupported(members: &[Member], body: &Object, violations: &mut Violations) {
    for Member { name, shape, .. } in members.iter().filter(|member| member.name.ends_with("Parameters")) {
        let (Shape::Structure(known), Some(given)) = (shape, body.get(*name).and_then(Value::as_object))
        else {
            continue;
        };
        let supported = known.iter().map(|member| member.name).collect::<Vec<_>>().join(", ");
        for other in given.iter().filter(|(_, value)| !value.is_null()).map(|(other, _)| other) {
            if !known.iter().any(|member| member.name == other) {
                violations.unsupported(&below("", name), other, &supported);
            }
        }
    }
}

fn structure(
    path: &str,
    members: &[Member],
    body: &Object,
    violations: &mut Violations,
) -> Result<(), ApiError> {
    for Member { name, shape, is_required } in members {
        let path = below(path, name);
        match body.get(*name).filter(|value| !value.is_null()) {
            Some(value) => check_value(&path, shape, value, violations)?,
            None if *is_required => violations.missing(&path),
            None => (),
        }
    }
    Ok(())
}

/// AWS's messages write the first letter of a member small.
fn below(path: &str, name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    let name: String = first.into_iter().chain(letters).collect();
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

fn check_value(
    path: &str,
    shape: &Shape,
    value: &Value,
    violations: &mut Violations,
) -> Result<(), ApiError> {
    match (shape, value) {
        (Shape::Other, _) => Ok(()),
        (Shape::Text(length, form), Value::String(text)) => {
            check_text(path, text, length, form, violations);
            Ok(())
        }
        (Shape::OneOf(allowed), Value::String(text)) => {
            violations.one_of(path, text, allowed);
            Ok(())
        }
        (Shape::Number(range), Value::Number(number)) => {
            let number = number.as_i64().ok_or_else(|| ApiError::mistyped(path, "a whole number"))?;
            violations.number(path, number, range.clone());
            Ok(())
        }
        (Shape::List(length, member), Value::Array(values)) => {
            violations.length(path, &"[...]", values.len(), length.clone());
            let mut values = values.iter().enumerate();
            values.try_for_each(|(index, value)| {
                check_value(&format!("{path}[{index}]"), member, value, violations)
            })
        }
        (Shape::Structure(members), Value::Object(body)) => structure(path, members, body, violations),
        (shape, _) => Err(ApiError::mistyped(path, shape.kind())),
    }
}

/// Reports a text of a wrong length or form.
pub fn check_text(
    path: &str,
    text: &str,
    length: &RangeInclusive<usize>,
    form: &Form,
    violations: &mut Violations,
) {
    violations.length(path, &text, text.chars().count(), length.clone());
    if !(form.matches)(text) {
        let pattern = form.pattern;
        violations.add_constraint(
            path,
            &text,
            &format!("Member must satisfy regular expression pattern: {pattern}"),
        );
    }
}

/// Checks the name of a pipe.
pub fn check_name(name: &str, violations: &mut Violations) {
    check_text("name", name, &(1..=64), &NAME, violations);
}

impl Shape {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(..) | Self::OneOf(_) => "a string",
            Self::Number(_) => "a whole number",
            Self::List(..) => "a list",
            Self::Structure(_) | Self::Other => "an object",
        }
    }
}

#[cfg(test)]
mod tests;
