//! Finds conditions that never hold, and conditions that are neither true nor false.

use serde_json::Value as Json;
use tablecast_definitions::definition::Code;
use tablecast_definitions::problem::Rule as ProblemRule;

use super::FileCompiler;
use crate::expression::{Expression, Shape};

const OPERATIONS: [&str; 4] = ["INSERT", "MODIFY", "REMOVE", "READ"];
/// Names of other systems for operations.
const ALIASES: [(&str, &str); 4] =
    [("CREATE", "INSERT"), ("ADD", "INSERT"), ("UPDATE", "MODIFY"), ("DELETE", "REMOVE")];

impl FileCompiler<'_> {
    /// Compiles the condition of a rule.
    pub(super) fn condition(&mut self, code: &Code, path: &str, filter: &[Json]) -> Option<Expression> {
        let compiled = self.language.compile(&code.text);
        let expression = self.report(code, path, compiled)?;
        let is_condition = self.is_condition(&expression, code, path);
        let never = never_holds(&expression, filter);
        if let Some(reason) = &never {
            self.wrong(ProblemRule::Expression, path, reason).line = Some(code.line);
        }
        (is_condition && never.is_none()).then_some(expression)
    }

    /// Reports a condition whose value is known not to be a boolean.
    pub(super) fn is_condition(&mut self, expression: &Expression, code: &Code, path: &str) -> bool {
        let is_condition = can_be_boolean(&expression.shape()) && expression.no_json().is_none();
        if !is_condition {
            let reason = "is neither true nor false: write a comparison or has()";
            self.wrong(ProblemRule::Expression, path, reason).line = Some(code.line);
        }
        is_condition
    }
}

fn can_be_boolean(shape: &Shape) -> bool {
    match shape {
        Shape::Unknown | Shape::Boolean => true,
        Shape::Constant(value) => value.is_boolean(),
        Shape::Any(shapes) => shapes.iter().any(can_be_boolean),
        Shape::Text | Shape::Number | Shape::List(_) | Shape::Object(_) => false,
    }
}

/// Returns why a condition holds for no operation that the filter passes. A rule can be switched off with `false`.
fn never_holds(expression: &Expression, filter: &[Json]) -> Option<String> {
    let reads_operation = expression.references.roots().any(|root| root == "operation");
    let never = operations(filter).all(|operation| is_false(expression, operation));
    (reads_operation && never).then(|| {
        let advice = advice(expression).map_or_else(String::new, |name| format!(". Did you mean {name:?}?"));
        let passed: Vec<&str> = operations(filter).collect();
        format!("never holds: operation is {} here{advice}", passed.join(" or "))
    })
}

/// The operations that the filter passes.
fn operations(filter: &[Json]) -> impl Iterator<Item = &'static str> {
    let is_passed =
        |operation: &&str| filter.is_empty() || filter.iter().any(|pattern| passes(pattern, operation));
    OPERATIONS.into_iter().filter(is_passed)
}

fn is_false(condition: &Expression, operation: &str) -> bool {
    condition.truth_for("operation", operation) == Some(false)
}

/// The operations for which a rule can emit an event.
pub fn emitting(when: Option<&Expression>, filter: &[Json]) -> Vec<&'static str> {
    operations(filter).filter(|operation| when.is_none_or(|when| !is_false(when, operation))).collect()
}

/// Returns whether a rule emits an event for every record of an operation.
pub fn always_emits(when: Option<&Expression>, operation: &str) -> bool {
    when.is_none_or(|when| when.truth_for("operation", operation) == Some(true))
}

/// No filter drops an item that is read from the table.
fn passes(pattern: &Json, operation: &str) -> bool {
    let listed = pattern.get("eventName").and_then(Json::as_array);
    let is_other = |name: &Json| name.as_str().is_some_and(|name| name != operation);
    operation == "READ" || listed.is_none_or(|names| !names.iter().all(is_other))
}

/// Returns the operation that a text of the condition probably means.
fn advice(expression: &Expression) -> Option<&'static str> {
    let meant = |text: &String| {
        let upper = text.to_uppercase();
        let alias = ALIASES.iter().find(|(other, _)| *other == upper).map(|(_, name)| *name);
        alias.or_else(|| OPERATIONS.into_iter().find(|name| *name == upper && upper != *text))
    };
    expression.references.names.iter().find_map(meant)
}
