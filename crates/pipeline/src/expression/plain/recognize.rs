//! Recognizes plain expressions.

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, MapExpr};
use cel::parser::Expression as Syntax;
use tablecast_values::value::Value;

use super::Plain;
use crate::expression::literal;
use crate::expression::path::Path;

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
            Expr::List(list) if list.elements.is_empty() => Some(Plain::Literal(Value::List(Vec::new()))),
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
            ("_?_:_", 3) => Self::choice(value(0)?, of(1)?, of(2)?),
            _ => None,
        }
    }

    /// A plain expression that cannot be an optional.
    fn value(syntax: &Syntax) -> Option<Self> {
        Self::of(syntax).filter(|plain| !plain.is_optional())
    }

    fn is_optional(&self) -> bool {
        match self {
            Plain::Path(path) => path.is_optional(),
            Plain::If(parts) => parts.1.is_optional(),
            _ => false,
        }
    }

    fn choice(condition: Self, yes: Self, no: Self) -> Option<Self> {
        let alike = yes.is_optional() == no.is_optional();
        alike.then(|| Plain::If(Box::new((condition, yes, no))))
    }

    /// An optional can equal another optional, but never a value.
    fn equal(left: Self, right: Self, negated: bool) -> Option<Self> {
        let alike = left.is_optional() == right.is_optional();
        alike.then(|| Plain::Equal { sides: Box::new((left, right)), negated })
    }

    /// Sorts fields by name, as the interpreter does.
    fn object(map: &MapExpr) -> Option<Self> {
        let field = |entry: &EntryExpr| match entry {
            // In `{?"note": new.?note}`, both the key and the value are optional.
            EntryExpr::MapEntry(entry) => {
                let value = Self::of(&entry.value).filter(|value| value.is_optional() == entry.optional)?;
                Some((literal(&entry.key)?.to_owned(), value))
            }
            _ => None,
        };
        let mut fields = map.entries.iter().map(|entry| field(&entry.expr)).collect::<Option<Vec<_>>>()?;
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
        let distinct = fields.windows(2).all(|pair| pair[0].0 != pair[1].0);
        distinct.then_some(Plain::Object(fields))
    }

    /// Recognizes the expansion of `list.map(name, value)`: a list that grows by one value with each step.
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
        let list = Path::of(&it.iter_range).filter(|path| !path.is_optional())?;
        Some(Plain::Each { list, name: it.iter_var.clone(), value })
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
