//! Finds rules that emit no event, or reject every record for which they would.

use serde_json::Value as Json;
use tablecast_definitions::definition::EventRule;
use tablecast_definitions::problem::Rule as ProblemRule;

use super::FileCompiler;
use super::conditions::{always_emits, emitting};
use crate::expression::Expression;
use crate::pipe::Rule;

impl FileCompiler<'_> {
    pub(super) fn rules(&mut self, written: &[EventRule], rules: &[Option<Rule>], filter: &[Json]) {
        for (index, rule) in rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let line = written[index].event_type.line;
            self.hidden(rule, &rules[..index], filter, line);
            self.image(rule, filter, line);
        }
    }

    /// Reports a rule that is never reached, because an earlier one of its type holds.
    fn hidden(&mut self, rule: &Rule, earlier: &[Option<Rule>], filter: &[Json], line: u64) {
        let operations = emitting(rule.when.as_ref(), filter);
        let alike: Vec<&Rule> =
            earlier.iter().flatten().filter(|other| other.event_type == rule.event_type).collect();
        let first =
            |operation: &&str| alike.iter().find(|other| always_emits(other.when.as_ref(), operation));
        let taken: Option<Vec<_>> = operations.iter().map(first).collect();
        if let Some(other) = taken.and_then(|taken| taken.into_iter().next()) {
            let reason = format!(
                "never emits: {} has the same type and holds before it. Put this rule first, or give it another type",
                other.path
            );
            self.wrong(ProblemRule::Expression, rule.path.clone(), reason).line = Some(line);
        }
    }

    /// Reports a rule that reads an image which its operations never have.
    fn image(&mut self, rule: &Rule, filter: &[Json], line: u64) {
        let operations = emitting(rule.when.as_ref(), filter);
        let data = rule.data.expressions().into_iter().map(|expression| (&rule.data_path, expression));
        let when_path = format!("{}.when", rule.path);
        let when = rule.when.iter().map(|when| (&when_path, when));
        let found =
            when.chain(data).find_map(|(path, expression)| Some((path, absent(expression, &operations)?)));
        if let Some((path, reason)) = found {
            self.wrong(ProblemRule::Expression, path.clone(), reason).line = Some(line);
        }
    }
}

/// `old` of an INSERT or READ is empty, and `new` of a REMOVE.
fn absent(expression: &Expression, operations: &[&str]) -> Option<String> {
    let lacking = |root: &str| {
        let without: &[&str] = if root == "old" { &["INSERT", "READ"] } else { &["REMOVE"] };
        let required = |operation: &&str| {
            expression.required_of(root, operation).filter(|_| without.contains(operation))
        };
        operations.iter().map(required).collect::<Option<Vec<_>>>()?.into_iter().next()
    };
    let (root, other, name) = match (lacking("old"), lacking("new")) {
        (Some(name), _) => ("old", "new", name),
        (None, Some(name)) => ("new", "old", name),
        (None, None) => return None,
    };
    let all = operations.join(" or ");
    Some(format!("reads {root}.{name}, but {root} is empty when operation is {all}: write {other} or item"))
}
