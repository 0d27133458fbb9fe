//! What pipe files mostly say needs no interpreter: paths, comparisons for equality, `&&`, `||`, `!`, `? :`, `has()`,
//! objects, and `list.map(x, ...)`. Where that has a plain answer it is CEL's, which a test of both holds to. Errors, and
//! whatever else is not plain, are left to CEL.

mod recognize;

use std::borrow::Cow;

use super::path::{Path, Places};
use super::{Scope, decimal};
use tablecast_values::value::Value;

#[derive(Debug)]
pub enum Plain {
    Literal(Value<'static>),
    Path(Path),
    Equal {
        sides: Box<(Plain, Plain)>,
        negated: bool,
    },
    And(Box<(Plain, Plain)>),
    Or(Box<(Plain, Plain)>),
    Not(Box<Plain>),
    If(Box<(Plain, Plain, Plain)>),
    /// `has(path.field)`
    Has {
        path: Path,
        field: String,
    },
    Object(Vec<(String, Plain)>),
    Each {
        list: Path,
        name: String,
        value: Box<Plain>,
    },
}

/// There is no plain answer: ask CEL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unclear;

/// `None` for an optional that holds nothing.
pub type Answer<'s> = Result<Option<Cow<'s, Value<'s>>>, Unclear>;

/// A longer list is left to CEL, which knows the limit.
const MOST_ELEMENTS: usize = 300;

impl Plain {
    pub fn evaluate<'s>(&'s self, scope: &'s Scope<'s>) -> Result<Option<Value<'s>>, Unclear> {
        Ok(self.within(&Places { scope, local: None })?.map(owned))
    }

    fn within<'s>(&'s self, places: &Places<'_, 's>) -> Answer<'s> {
        let truth = |value: Result<bool, Unclear>| value.map(|truth| Some(Cow::Owned(Value::Bool(truth))));
        match self {
            Plain::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Plain::Path(path) => path.find(places),
            Plain::Equal { sides, negated } => {
                let (left, right) = (sides.0.within(places)?, sides.1.within(places)?);
                truth(Ok(same(left.as_deref(), right.as_deref()) != *negated))
            }
            Plain::And(sides) => truth(sides.0.decides(&sides.1, false, places)),
            Plain::Or(sides) => truth(sides.0.decides(&sides.1, true, places)),
            Plain::Not(value) => truth(value.holds(places).map(|truth| !truth)),
            Plain::If(parts) => match parts.0.holds(places)? {
                true => parts.1.within(places),
                false => parts.2.within(places),
            },
            Plain::Has { path, field } => match path.find(places)?.as_deref() {
                Some(map @ Value::Map(_)) => truth(Ok(map.get(field).is_some())),
                _ => Err(Unclear),
            },
            Plain::Object(fields) => object(fields, places),
            Plain::Each { list, name, value } => each(list, name, value, places),
        }
    }

    fn holds<'s>(&'s self, places: &Places<'_, 's>) -> Result<bool, Unclear> {
        match self.within(places)?.as_deref() {
            Some(Value::Bool(truth)) => Ok(*truth),
            _ => Err(Unclear),
        }
    }

    fn decides<'s>(&'s self, other: &'s Plain, by: bool, places: &Places<'_, 's>) -> Result<bool, Unclear> {
        match self.holds(places)? {
            left if left == by => Ok(by),
            _ => other.holds(places),
        }
    }
}

fn object<'s>(fields: &'s [(String, Plain)], places: &Places<'_, 's>) -> Answer<'s> {
    let mut values = Vec::with_capacity(fields.len());
    for (name, plain) in fields {
        values.extend(plain.within(places)?.map(|value| (Cow::Borrowed(name.as_str()), owned(value))));
    }
    Ok(Some(Cow::Owned(Value::Map(values))))
}

fn each<'s>(list: &Path, name: &str, value: &'s Plain, places: &Places<'_, 's>) -> Answer<'s> {
    let Some(Cow::Borrowed(Value::List(elements))) = list.find(places)? else { return Err(Unclear) };
    if elements.len() > MOST_ELEMENTS {
        return Err(Unclear);
    }
    let mut values = Vec::with_capacity(elements.len());
    for element in elements {
        let inner = Places { scope: places.scope, local: Some((name, element, places)) };
        values.extend(value.within(&inner)?.map(owned));
    }
    Ok(Some(Cow::Owned(Value::List(values))))
}

fn owned<'s>(value: Cow<'s, Value<'s>>) -> Value<'s> {
    match value {
        Cow::Borrowed(value) => value.borrowed(),
        Cow::Owned(value) => value,
    }
}

fn same(left: Option<&Value<'_>>, right: Option<&Value<'_>>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => equal(left, right),
        (left, right) => left.is_none() && right.is_none(),
    }
}

fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || decimal::same(left, right),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Map(fields), Value::Map(others)) => {
            let found = |(name, value): &(Cow<'_, str>, Value<'_>)| {
                tablecast_values::value::get(others, name).is_some_and(|other| equal(value, other))
            };
            fields.len() == others.len() && fields.iter().all(found)
        }
        (left, right) => left == right,
    }
}
