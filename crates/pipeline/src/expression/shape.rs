//! The shape of an expression's value, as far as it is known without a record.

use serde_json::Value as Json;
use tablecast_values::value::Value;

use super::members::Members;
use super::plain::Plain;

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Any value of the table.
    Unknown,
    Constant(Json),
    Text,
    Boolean,
    Number,
    /// A list whose elements have one shape.
    List(Box<Shape>),
    Object(Vec<(String, Shape)>),
    /// One of several shapes.
    Any(Vec<Shape>),
}

impl Plain {
    pub fn shape(&self, members: &Members) -> Shape {
        match self {
            Plain::Literal(value) => constant(value),
            Plain::Path(path) => path.shape(members),
            Plain::Equal { .. } | Plain::And(_) | Plain::Or(_) | Plain::Not(_) | Plain::Has { .. } => {
                Shape::Boolean
            }
            Plain::If(parts) => Shape::Any(vec![parts.1.shape(members), parts.2.shape(members)]),
            Plain::Object(fields) => Shape::Object(
                fields.iter().map(|(name, plain)| (name.clone(), plain.shape(members))).collect(),
            ),
            Plain::Each { value, .. } => Shape::List(Box::new(value.shape(members))),
        }
    }
}

fn constant(value: &Value<'_>) -> Shape {
    serde_json::to_value(value).map_or(Shape::Unknown, Shape::Constant)
}
