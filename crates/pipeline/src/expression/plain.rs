//! What pipe files mostly say needs no interpreter: paths, comparisons for equality, `&&`, `||`, `!`, `? :`, `has()`,
//! objects, and `list.map(x, ...)`. It means the same as in CEL, which a test of both holds to; anything else is left to CEL.

use std::borrow::Cow;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, MapExpr};
use cel::parser::Expression as Syntax;

use super::adapter::NOT_A_CONDITION;
use super::path::{Path, Places};
use super::{Scope, decimal};
use crate::value::Value;

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

/// `None` for an optional that holds nothing.
type Answer<'s> = Result<Option<Cow<'s, Value<'s>>>, String>;

impl Plain {
    pub fn of(syntax: &Syntax) -> Option<Self> {
        if let Some(path) = Path::of(syntax) {
            return Some(Plain::Path(path));
        }
        match &syntax.expr {
            Expr::Literal(literal) => constant(literal).map(Plain::Literal),
            Expr::Call(call) => Self::call(call),
            Expr::Select(select) if select.test => {
                let path = Path::of(&select.operand).filter(|path| !path.is_optional())?;
                Some(Plain::Has { path, field: select.field.clone() })
            }
            Expr::Map(map) => Self::object(map),
            Expr::Comprehension(comprehension) => Self::each(comprehension),
            _ => None,
        }
    }

    fn call(call: &CallExpr) -> Option<Self> {
        let of = |at: usize| Self::of(&call.args[at]);
        let value = |at: usize| Self::value(&call.args[at]);
        match (call.func_name.as_str(), call.args.len()) {
            ("_==_", 2) => Self::equal(of(0)?, of(1)?, false),
            ("_!=_", 2) => Self::equal(of(0)?, of(1)?, true),
            ("_&&_", 2) => Some(Plain::And(Box::new((value(0)?, value(1)?)))),
            ("_||_", 2) => Some(Plain::Or(Box::new((value(0)?, value(1)?)))),
            ("!_", 1) => Some(Plain::Not(Box::new(value(0)?))),
            ("_?_:_", 3) => Some(Plain::If(Box::new((value(0)?, of(1)?, of(2)?)))),
            _ => None,
        }
    }

    /// What cannot be an optional: only where one may be empty does it matter that there is one.
    fn value(syntax: &Syntax) -> Option<Self> {
        Self::of(syntax).filter(|plain| !plain.is_optional())
    }

    fn is_optional(&self) -> bool {
        match self {
            Plain::Path(path) => path.is_optional(),
            Plain::If(parts) => parts.1.is_optional() || parts.2.is_optional(),
            _ => false,
        }
    }

    /// An optional equals another optional, never a value.
    fn equal(left: Self, right: Self, negated: bool) -> Option<Self> {
        let alike = left.is_optional() == right.is_optional();
        alike.then(|| Plain::Equal { sides: Box::new((left, right)), negated })
    }

    /// In the order of the names, as a map of CEL's comes out.
    fn object(map: &MapExpr) -> Option<Self> {
        let field = |entry: &EntryExpr| match entry {
            EntryExpr::MapEntry(entry) if !entry.optional => {
                Some((super::literal(&entry.key)?.to_owned(), Self::value(&entry.value)?))
            }
            _ => None,
        };
        let mut fields = map.entries.iter().map(|entry| field(&entry.expr)).collect::<Option<Vec<_>>>()?;
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        let distinct = fields.windows(2).all(|pair| pair[0].0 != pair[1].0);
        distinct.then_some(Plain::Object(fields))
    }

    /// What the macro `list.map(name, value)` stands for: a list that grows by one value with each step.
    fn each(it: &ComprehensionExpr) -> Option<Self> {
        let grows = match &it.loop_step.expr {
            Expr::Call(call) if call.func_name == "_+_" => &call.args,
            _ => return None,
        };
        let [Syntax { expr: Expr::Ident(grown), .. }, Syntax { expr: Expr::List(added), .. }] = &grows[..]
        else {
            return None;
        };
        let always = matches!(&it.loop_cond.expr, Expr::Literal(LiteralValue::Boolean(yes)) if *yes.inner());
        let from_empty = matches!(&it.accu_init.expr, Expr::List(list) if list.elements.is_empty());
        let gives_it = matches!(&it.result.expr, Expr::Ident(name) if *name == it.accu_var);
        let one = added.elements.len() == 1 && added.optional_indices.is_empty();
        if !(always && from_empty && gives_it && one && *grown == it.accu_var && it.iter_var2.is_none()) {
            return None;
        }
        let value = Box::new(Self::value(&added.elements[0])?);
        Some(Plain::Each { list: Path::of(&it.iter_range)?, name: it.iter_var.clone(), value })
    }

    pub fn evaluate<'s>(&'s self, scope: &'s Scope<'s>) -> Answer<'s> {
        self.within(&Places { scope, local: None })
    }

    fn within<'s>(&'s self, places: &Places<'_, 's>) -> Answer<'s> {
        let truth = |value: Result<bool, String>| value.map(|truth| Some(Cow::Owned(Value::Bool(truth))));
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
                _ => Err(format!("has() cannot ask for {field} here: this is no object")),
            },
            Plain::Object(fields) => object(fields, places),
            Plain::Each { list, name, value } => each(list, name, value, places),
        }
    }

    fn holds<'s>(&'s self, places: &Places<'_, 's>) -> Result<bool, String> {
        match self.within(places)?.as_deref() {
            Some(Value::Bool(truth)) => Ok(*truth),
            _ => Err(NOT_A_CONDITION.to_owned()),
        }
    }

    /// In CEL either side of `&&` and `||` may decide, even if the other is an error.
    fn decides<'s>(&'s self, other: &'s Plain, by: bool, places: &Places<'_, 's>) -> Result<bool, String> {
        let left = self.holds(places);
        if left == Ok(by) {
            return Ok(by);
        }
        match other.holds(places)? {
            right if right == by => Ok(by),
            _ => left,
        }
    }
}

fn constant(literal: &LiteralValue) -> Option<Value<'static>> {
    match literal {
        LiteralValue::Boolean(value) => Some(Value::Bool(*value.inner())),
        LiteralValue::Int(value) => Value::number(value.inner().to_string().into()),
        LiteralValue::Double(value) => Value::number(value.inner().to_string().into()),
        LiteralValue::String(text) => Some(Value::String(text.inner().to_owned().into())),
        LiteralValue::Null => Some(Value::Null),
        LiteralValue::Bytes(_) | LiteralValue::UInt(_) => None,
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
    let Some(Cow::Borrowed(Value::List(elements))) = list.find(places)? else {
        return Err("map() is for lists: this is none".to_owned());
    };
    let mut values = Vec::with_capacity(elements.len());
    for element in elements {
        let inner = Places { scope: places.scope, local: Some((name, element, places)) };
        values.extend(value.within(&inner)?.map(owned));
    }
    Ok(Some(Cow::Owned(Value::List(values))))
}

pub fn owned<'s>(value: Cow<'s, Value<'s>>) -> Value<'s> {
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
                crate::value::get(others, name).is_some_and(|other| equal(value, other))
            };
            fields.len() == others.len() && fields.iter().all(found)
        }
        (left, right) => left == right,
    }
}
