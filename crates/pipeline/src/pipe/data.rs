use tablecast_definitions::definition::{Code, Tree};
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use crate::expression::{Budget, Expression, Language, References, Scope, Shape};

/// An event's `data`: a tree whose leaves are expressions.
#[derive(Debug)]
pub enum Data {
    Leaf(Expression),
    Map(Vec<(String, Data)>),
    List(Vec<Data>),
}

impl Data {
    /// Calls `report` for each leaf that does not compile, with its path below `data`.
    pub fn compile(
        language: &Language,
        tree: &Tree,
        path: &str,
        report: &mut dyn FnMut(&Code, String, String),
    ) -> Option<Self> {
        match tree {
            Tree::Leaf(code) => {
                let compiled =
                    language.compile(&code.text).and_then(|expression| match expression.no_json() {
                        Some(reason) => Err(reason.to_owned()),
                        None => Ok(expression),
                    });
                compiled.map_err(|reason| report(code, path.to_owned(), reason)).ok().map(Data::Leaf)
            }
            Tree::Map(fields) => {
                let field = |(name, tree): &(String, Tree)| {
                    Some((name.clone(), Self::compile(language, tree, &format!("{path}.{name}"), report)?))
                };
                all_or_none(fields.iter().map(field)).map(Data::Map)
            }
            Tree::List(elements) => {
                let element = |(index, tree): (usize, &Tree)| {
                    Self::compile(language, tree, &format!("{path}[{index}]"), report)
                };
                all_or_none(elements.iter().enumerate().map(element)).map(Data::List)
            }
        }
    }

    /// Returns the value, or `None` for an empty optional. The error has the path below `data`.
    pub fn evaluate<'s>(&'s self, scope: &'s Scope<'s>) -> Result<Option<Value<'s>>, Located> {
        self.within(scope, &Budget::default())
    }

    fn within<'s>(&'s self, scope: &'s Scope<'s>, budget: &Budget) -> Result<Option<Value<'s>>, Located> {
        match self {
            Data::Leaf(expression) => {
                expression.evaluate_within(scope, budget).map_err(|reason| Located::new("", reason))
            }
            Data::Map(fields) => {
                let mut map = Vec::with_capacity(fields.len());
                for (name, data) in fields {
                    let value =
                        data.within(scope, budget).map_err(|error| below(&format!(".{name}"), error))?;
                    map.extend(value.map(|value| (name.as_str().into(), value)));
                }
                Ok(Some(Value::Map(map)))
            }
            Data::List(elements) => {
                let mut list = Vec::with_capacity(elements.len());
                for (index, data) in elements.iter().enumerate() {
                    let value = data.within(scope, budget);
                    list.extend(value.map_err(|error| below(&format!("[{index}]"), error))?);
                }
                Ok(Some(Value::List(list)))
            }
        }
    }

    /// The shape of the value, as far as it is known without a record.
    pub fn shape(&self) -> Shape {
        match self {
            Data::Leaf(expression) => expression.shape(),
            Data::Map(fields) => {
                Shape::Object(fields.iter().map(|(name, data)| (name.clone(), data.shape())).collect())
            }
            // An empty optional moves the elements after it, so only what all have in common is known.
            Data::List(elements) => {
                Shape::List(Box::new(Shape::Any(elements.iter().map(Data::shape).collect())))
            }
        }
    }

    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Data::Leaf(expression) => vec![expression],
            Data::Map(fields) => fields.iter().flat_map(|(_, data)| data.expressions()).collect(),
            Data::List(elements) => elements.iter().flat_map(Data::expressions).collect(),
        }
    }

    pub fn references(&self) -> Vec<&References> {
        self.expressions().into_iter().map(|expression| &expression.references).collect()
    }
}

fn below(segment: &str, error: Located) -> Located {
    Located { path: format!("{segment}{}", error.path), reason: error.reason }
}

/// Returns all values if there are all. It evaluates each first, so that every problem is reported.
fn all_or_none<T>(values: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let values: Vec<Option<T>> = values.collect();
    values.into_iter().collect()
}
