//! Paths such as `new.address.?city` and `string(new.total)`, evaluated without the interpreter.

use std::borrow::Cow;

use cel::common::ast::{Expr, LiteralValue};
use cel::parser::Expression as Syntax;
use tablecast_values::value::Value;

use super::Shape;
use super::bindings::{Bindings, Evaluated, Undecided};
use super::members::Members;

#[derive(Debug, PartialEq, Eq)]
pub struct Path {
    root: String,
    fields: Vec<Field>,
    /// True if `string()` converts the value to text, with every digit.
    as_text: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Field {
    name: String,
    /// All fields after an optional field are optional too.
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
            Expr::Ident(root) => Some(Self { root: root.clone(), fields: Vec::new(), as_text: false }),
            Expr::Select(select) if !select.test => {
                Self::plain(&select.operand)?.with_field(&select.field, false)
            }
            // `new["first name"]` is a path too.
            Expr::Call(call) => match (call.func_name.as_str(), &call.args[..]) {
                ("_[_]", [operand, field]) => Self::plain(operand)?.with_field(literal(field)?, false),
                ("_?._" | "_[?_]", [operand, field]) => {
                    Self::plain(operand)?.with_field(literal(field)?, true)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn with_field(mut self, field: &str, optional: bool) -> Option<Self> {
        let optional = optional || self.fields.last().is_some_and(|last| last.optional);
        self.fields.push(Field { name: field.to_owned(), optional });
        Some(self)
    }

    /// The root and the field of a path with one field, as it is or as text.
    pub fn attribute(&self) -> Option<(&str, &str)> {
        match &self.fields[..] {
            [Field { name, optional: false }] => Some((&self.root, name)),
            _ => None,
        }
    }

    pub fn is_optional(&self) -> bool {
        self.fields.last().is_some_and(|last| last.optional)
    }

    /// Comprehensions cannot bind `record` and `operation`, because these names have a meaning already.
    pub fn shape(&self, members: &Members) -> Shape {
        match (self.root.as_str(), &self.fields[..]) {
            _ if self.as_text => Shape::Text,
            ("operation", []) => Shape::Text,
            ("record", [field]) if field.name == "expired" => Shape::Boolean,
            ("record", [field]) if ["eventID", "time", "sequence"].contains(&field.name.as_str()) => {
                Shape::Text
            }
            (root, [field]) => members.shape(root, &field.name).unwrap_or(Shape::Unknown),
            _ => Shape::Unknown,
        }
    }

    pub fn find<'s>(&self, bindings: &Bindings<'_, 's>) -> Evaluated<'s> {
        let mut value = bindings.get(&self.root).ok_or(Undecided)?;
        for field in &self.fields {
            value = match (value, value.get(&field.name)) {
                (_, Some(found)) => found,
                (Value::Map(_), None) if field.optional => return Ok(None),
                // An absent attribute, or a member of a value that is no object.
                _ => return Err(Undecided),
            };
        }
        match self.as_text {
            true => text(value).map(Cow::Owned).map(Some),
            false => Ok(Some(Cow::Borrowed(value))),
        }
    }
}

fn text<'s>(value: &'s Value<'s>) -> Result<Value<'s>, Undecided> {
    match value {
        Value::Number(text) | Value::String(text) => Ok(Value::String(text.as_ref().into())),
        Value::Bool(value) => Ok(Value::String(if *value { "true" } else { "false" }.into())),
        Value::Null | Value::List(_) | Value::Map(_) => Err(Undecided),
    }
}

pub fn literal(syntax: &Syntax) -> Option<&str> {
    match &syntax.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
