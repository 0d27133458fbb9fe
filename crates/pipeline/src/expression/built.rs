//! Counts the bytes of the values that the interpreter builds: texts, lists and objects. The functions that can make
//! much more than their arguments are those of this module.

use std::cell::Cell;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr};
use cel::common::traits::Iterable;
use cel::common::types::{
    CelBytes, CelInt, CelList, CelMap, CelOptional, CelString, DYN_TYPE, LIST_TYPE, STRING_TYPE,
};
use cel::common::value::{CowVal, Val};
use cel::parser::Expression as Syntax;
use cel::{DeclarationError, Env, ExecutionError};

/// The most bytes of the values that one evaluation builds.
const MAX_BUILT_BYTES: usize = 32_000_000;
/// The bytes of a value beside its text.
const VALUE_BYTES: usize = 32;
/// The bytes of an entry of an object beside its value.
const ENTRY_BYTES: usize = 128;

const ADD: &str = "@add";
pub const KEPT: &str = "@kept";
const WRITTEN: &str = "@written";
/// The function of the error when the limit is exceeded.
pub const BUILT: &str = "@built";

type Outcome<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

thread_local! {
    /// The functions of an environment have no other place for it.
    static LEFT: Cell<usize> = const { Cell::new(MAX_BUILT_BYTES) };
}

/// Begins an evaluation.
pub fn begin() {
    LEFT.set(MAX_BUILT_BYTES);
}

fn spend(bytes: usize) -> Result<(), ExecutionError> {
    let left = LEFT.get().checked_sub(bytes);
    LEFT.set(left.unwrap_or_default());
    left.map(|_| ()).ok_or_else(|| ExecutionError::function_error(BUILT, MAX_BUILT_BYTES))
}

/// Replaces what builds values by what counts their bytes.
pub fn install(expr: &mut Expr) {
    match expr {
        Expr::Call(call) if call.func_name == "_+_" && call.args.len() == 2 => {
            ADD.clone_into(&mut call.func_name)
        }
        Expr::Call(call) if call.target.is_some() => match call.func_name.as_str() {
            "join" | "replace" => call.func_name.insert(0, '@'),
            "split" => *expr = counted(KEPT, std::mem::take(expr)),
            // It writes whole images.
            "format" => call.args.iter_mut().for_each(|arg| count(WRITTEN, arg)),
            _ => {}
        },
        Expr::List(list) => list.elements.iter_mut().for_each(keep),
        Expr::Map(map) => map.entries.iter_mut().for_each(|entry| match &mut entry.expr {
            EntryExpr::MapEntry(entry) => keep(&mut entry.value),
            EntryExpr::StructField(_) => {}
        }),
        Expr::Comprehension(it) => grow_in_place(it),
        _ => {}
    }
}

/// A list or an object counted its parts when it was built.
fn keep(value: &mut Syntax) {
    if !matches!(value.expr, Expr::Literal(_) | Expr::List(_) | Expr::Map(_)) {
        count(KEPT, value);
    }
}

fn count(function: &str, value: &mut Syntax) {
    value.expr = counted(function, std::mem::take(&mut value.expr));
}

fn counted(function: &str, expr: Expr) -> Expr {
    let args = vec![Syntax { id: 0, expr }];
    Expr::Call(CallExpr { func_name: function.to_owned(), target: None, args })
}

/// CEL grows the list of `map` and `filter` in place, if it recognizes `+`.
fn grow_in_place(it: &mut ComprehensionExpr) {
    let step = match &mut it.loop_step.expr {
        Expr::Call(call) if call.func_name == "_?_:_" => call.args.get_mut(1),
        _ => Some(&mut it.loop_step),
    };
    if let Some(Syntax { expr: Expr::Call(call), .. }) = step
        && call.func_name == ADD
        && matches!(call.args.first(), Some(Syntax { expr: Expr::Ident(name), .. }) if *name == it.accu_var)
    {
        "_+_".clone_into(&mut call.func_name);
    }
}

pub fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    env.add_overload(ADD, ADD, vec![DYN_TYPE, DYN_TYPE], add)?;
    env.add_overload(KEPT, KEPT, vec![DYN_TYPE], |args| counted_value(args, false))?;
    env.add_overload(WRITTEN, WRITTEN, vec![DYN_TYPE], |args| counted_value(args, true))?;
    env.add_member_overload("@join", "@join", LIST_TYPE, vec![], |args| join(args[0].as_ref(), ""))?;
    env.add_member_overload("@join", "@join_with", LIST_TYPE, vec![STRING_TYPE], |args| {
        join(args[0].as_ref(), text(args[1].as_ref())?)
    })?;
    cel::add_member_overload!(env, fn replace: (CelString, CelString, CelString) -> Result<CelString>,
        name = "@replace")?;
    cel::add_member_overload!(env, fn replace_some: (CelString, CelString, CelString, CelInt) -> Result<CelString>,
        name = "@replace")
}

fn counted_value<'b, 'v>(mut args: Vec<CowVal<'b, 'v>>, copied: bool) -> Outcome<'b, 'v> {
    let value = args.pop().ok_or_else(ExecutionError::missing_argument_or_target)?;
    spend_value(value.as_ref(), copied).map(|()| value)
}

fn add<'b, 'v>(args: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let (left, right) = (args[0].as_ref(), args[1].as_ref());
    if left.as_sizer().is_some() {
        let copied = left.downcast_ref::<CelString>().is_some();
        [left, right].into_iter().try_for_each(|value| spend_value(value, copied))?;
    }
    let unsupported = || ExecutionError::UnsupportedBinaryOperator("add", cel::Value::Null, cel::Value::Null);
    let sum = left.as_adder().ok_or_else(unsupported)?.add(right)?;
    Ok(CowVal::Owned(sum.into_owned()))
}

fn join<'b, 'v>(list: &dyn Val, separator: &str) -> Outcome<'b, 'v> {
    let mut joined = String::new();
    let mut values = iterable(list)?.iter();
    let mut next = values.next();
    while let Some(value) = next {
        let value = text(value)?;
        spend(value.len() + separator.len())?;
        joined.push_str(value);
        next = values.next();
        if next.is_some() {
            joined.push_str(separator);
        }
    }
    Ok(CowVal::owned(CelString::from(joined)))
}

fn iterable(list: &dyn Val) -> Result<&dyn Iterable, ExecutionError> {
    list.as_iterable().ok_or_else(|| unexpected("list"))
}

fn text(value: &dyn Val) -> Result<&str, ExecutionError> {
    value.downcast_ref::<CelString>().map(|text| text.inner()).ok_or_else(|| unexpected("string"))
}

fn unexpected(want: &str) -> ExecutionError {
    ExecutionError::UnexpectedType { got: String::new(), want: want.to_owned() }
}

type Replaced = Result<CelString<'static>, ExecutionError>;

fn replace(this: &CelString<'_>, from: &CelString<'_>, to: &CelString<'_>) -> Replaced {
    replace_some(this, from, to, &CelInt::from(-1))
}

/// Replaces all if the count is negative.
fn replace_some(this: &CelString<'_>, from: &CelString<'_>, to: &CelString<'_>, count: &CelInt) -> Replaced {
    let count = usize::try_from(*count.inner()).unwrap_or(usize::MAX);
    let places = this.inner().match_indices(from.inner()).take(count).count();
    spend(this.inner().len() + places.saturating_mul(to.inner().len()))?;
    Ok(this.inner().replacen(from.inner(), to.inner(), count).into())
}

/// Counts a value and its parts. A text of the item is borrowed, and counts with `copied` only.
fn spend_value(value: &dyn Val, copied: bool) -> Result<(), ExecutionError> {
    spend(VALUE_BYTES)?;
    if let Some(text) = value.downcast_ref::<CelString>() {
        spend(if copied || text.as_borrowed().is_none() { text.inner().len() } else { 0 })
    } else if let Some(list) = value.downcast_ref::<CelList>() {
        list.inner().iter().try_for_each(|value| spend_value(value.as_ref(), copied))
    } else if let Some(map) = value.downcast_ref::<CelMap>() {
        spend(map.inner().len() * ENTRY_BYTES)?;
        map.inner().values().try_for_each(|value| spend_value(value.as_ref(), copied))
    } else if let Some(optional) = value.downcast_ref::<CelOptional>() {
        optional.option().map_or(Ok(()), |value| spend_value(value, copied))
    } else if let Some(bytes) = value.downcast_ref::<CelBytes>() {
        spend(bytes.inner().len())
    } else if copied {
        spend_image(value)
    } else {
        Ok(())
    }
}

/// An image of the item has no type that is known here.
fn spend_image(value: &dyn Val) -> Result<(), ExecutionError> {
    let (Some(names), Some(values)) = (value.as_iterable(), value.as_indexer()) else { return Ok(()) };
    let mut names = names.iter();
    while let Some(name) = names.next() {
        spend_value(name, true)?;
        spend_value(values.get(name)?.as_ref(), true)?;
    }
    Ok(())
}
