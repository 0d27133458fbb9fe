//! `new.address.?city` and `string(new.total)`: found without an interpreter.

use std::borrow::Cow;

use cel::common::ast::{Expr, LiteralValue};
use cel::parser::Expression as Syntax;

use super::plain::{Answer, Unclear};
use super::{Scope, Shape};
use tablecast_values::value::Value;

#[derive(Debug, PartialEq, Eq)]
pub struct Path {
    root: String,
    steps: Vec<Step>,
    /// Whether the value is turned into text, digit by digit.
    as_text: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Step {
    field: String,
    /// Once a step is optional, so are those after it.
    optional: bool,
}

impl Path {
    pub fn of(syntax: &Syntax) -> Option<Self> {
        match &syntax.expr {
            Expr::Call(call) if call.func_name == "string" && call.target.is_none() => match &call.args[..] {
                [argument] => {
                    let path = Self::plain(argument).filter(|path| !path.is_optional());
                    path.map(|path| Self { as_text: true, ..path })
                }
                _ => None,
            },
            _ => Self::plain(syntax),
        }
    }

    fn plain(syntax: &Syntax) -> Option<Self> {
        match &syntax.expr {
            Expr::Ident(root) => Some(Self { root: root.clone(), steps: Vec::new(), as_text: false }),
            Expr::Select(select) if !select.test => Self::plain(&select.operand)?.step(&select.field, false),
            // `new["first name"]` is as plain as `new.firstName`.
            Expr::Call(call) => match (call.func_name.as_str(), &call.args[..]) {
                ("_[_]", [operand, field]) => Self::plain(operand)?.step(literal(field)?, false),
                ("_?._" | "_[?_]", [operand, field]) => Self::plain(operand)?.step(literal(field)?, true),
                _ => None,
            },
            _ => None,
        }
    }

    fn step(mut self, field: &str, optional: bool) -> Option<Self> {
        let optional = optional || self.steps.last().is_some_and(|step| step.optional);
        self.steps.push(Step { field: field.to_owned(), optional });
        Some(self)
    }

    pub fn is_optional(&self) -> bool {
        self.steps.last().is_some_and(|step| step.optional)
    }

    /// `record` and `operation` cannot be bound by a comprehension: they have a meaning already.
    pub fn shape(&self) -> Shape {
        match (self.root.as_str(), &self.steps[..]) {
            _ if self.as_text => Shape::Text,
            ("operation", []) => Shape::Text,
            ("record", [step]) if step.field == "expired" => Shape::Truth,
            ("record", [step]) if ["eventID", "time", "sequence"].contains(&step.field.as_str()) => {
                Shape::Text
            }
            _ => Shape::Unknown,
        }
    }

    pub fn find<'s>(&self, places: &Places<'_, 's>) -> Answer<'s> {
        let mut value = places.get(&self.root).ok_or(Unclear)?;
        for step in &self.steps {
            value = match value.get(&step.field) {
                Some(found) => found,
                None if step.optional => return Ok(None),
                None => return Err(Unclear),
            };
        }
        match self.as_text {
            true => text(value).map(Cow::Owned).map(Some),
            false => Ok(Some(Cow::Borrowed(value))),
        }
    }
}

/// Where a path begins: at a name that a comprehension binds, else at a root.
pub struct Places<'p, 's> {
    pub scope: &'s Scope<'s>,
    pub local: Option<(&'p str, &'s Value<'s>, &'p Places<'p, 's>)>,
}

impl<'s> Places<'_, 's> {
    fn get(&self, name: &str) -> Option<&'s Value<'s>> {
        match self.local {
            Some((local, value, _)) if local == name => Some(value),
            Some((_, _, outer)) => outer.get(name),
            None => self.scope.get(name),
        }
    }
}

fn text<'s>(value: &'s Value<'s>) -> Result<Value<'s>, Unclear> {
    match value {
        Value::Number(text) | Value::String(text) => Ok(Value::String(text.as_ref().into())),
        Value::Bool(value) => Ok(Value::String(if *value { "true" } else { "false" }.into())),
        Value::Null | Value::List(_) | Value::Map(_) => Err(Unclear),
    }
}

pub fn literal(syntax: &Syntax) -> Option<&str> {
    match &syntax.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
