//! Plain expressions, which most pipe files use: paths, `==`, `!=`, `&&`, `||`, `!`, `? :`, `has()`, objects,
//! and `list.map(x, ...)`. They need no interpreter, and a test compares their results with CEL's. The
//! interpreter handles errors and all other cases.

mod recognize;

use std::borrow::Cow;

use tablecast_values::value::Value;

use super::bindings::{Bindings, Evaluated, Undecided};
use super::budget::Budget;
use super::path::Path;
use super::{Scope, decimal};

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

/// The interpreter handles longer lists, and enforces the limit.
const MAX_ELEMENTS: usize = 300;

impl Plain {
    pub fn evaluate<'s>(
        &'s self,
        scope: &'s Scope<'s>,
        budget: &Budget,
    ) -> Result<Option<Value<'s>>, Undecided> {
        let value = self.within(&Bindings { scope, budget, local: None })?;
        value.map(|value| budget.own(value).ok_or(Undecided)).transpose()
    }

    fn within<'s>(&'s self, bindings: &Bindings<'_, 's>) -> Evaluated<'s> {
        let truth = |value: Result<bool, Undecided>| value.map(|truth| Some(Cow::Owned(Value::Bool(truth))));
        match self {
            Plain::Literal(value) => Ok(Some(Cow::Borrowed(value))),
            Plain::Path(path) => path.find(bindings),
            Plain::Equal { sides, negated } => {
                let (left, right) = (sides.0.within(bindings)?, sides.1.within(bindings)?);
                truth(Ok(same(left.as_deref(), right.as_deref()) != *negated))
            }
            Plain::And(sides) => truth(sides.0.decides(&sides.1, false, bindings)),
            Plain::Or(sides) => truth(sides.0.decides(&sides.1, true, bindings)),
            Plain::Not(value) => truth(value.holds(bindings).map(|truth| !truth)),
            Plain::If(parts) => match parts.0.holds(bindings)? {
                true => parts.1.within(bindings),
                false => parts.2.within(bindings),
            },
            Plain::Has { path, field } => match path.find(bindings)?.as_deref() {
                Some(map @ Value::Map(_)) => truth(Ok(map.get(field).is_some())),
                _ => Err(Undecided),
            },
            Plain::Object(fields) => object(fields, bindings),
            Plain::Each { list, name, value } => each(list, name, value, bindings),
        }
    }

    fn holds<'s>(&'s self, bindings: &Bindings<'_, 's>) -> Result<bool, Undecided> {
        match self.within(bindings)?.as_deref() {
            Some(Value::Bool(truth)) => Ok(*truth),
            _ => Err(Undecided),
        }
    }

    fn decides<'s>(
        &'s self,
        other: &'s Plain,
        by: bool,
        bindings: &Bindings<'_, 's>,
    ) -> Result<bool, Undecided> {
        match self.holds(bindings)? {
            left if left == by => Ok(by),
            _ => other.holds(bindings),
        }
    }
}

fn object<'s>(fields: &'s [(String, Plain)], bindings: &Bindings<'_, 's>) -> Evaluated<'s> {
    let mut values = Vec::with_capacity(fields.len());
    for (name, plain) in fields {
        if let Some(value) = plain.within(bindings)? {
            values.push((Cow::Borrowed(name.as_str()), bindings.budget.own(value).ok_or(Undecided)?));
        }
    }
    Ok(Some(Cow::Owned(Value::Map(values))))
}

fn each<'s>(list: &Path, name: &str, value: &'s Plain, bindings: &Bindings<'_, 's>) -> Evaluated<'s> {
    let Some(Cow::Borrowed(Value::List(elements))) = list.find(bindings)? else { return Err(Undecided) };
    if elements.len() > MAX_ELEMENTS {
        return Err(Undecided);
    }
    let mut values = Vec::with_capacity(elements.len());
    for element in elements {
        let inner = Bindings { local: Some((name, element, bindings)), ..*bindings };
        if let Some(value) = value.within(&inner)? {
            values.push(bindings.budget.own(value).ok_or(Undecided)?);
        }
    }
    Ok(Some(Cow::Owned(Value::List(values))))
}

fn same(left: Option<&Value<'_>>, right: Option<&Value<'_>>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => equal(left, right),
        (left, right) => left.is_none() && right.is_none(),
    }
}

/// Numbers are equal if their values are, and objects in any order.
pub fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
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
