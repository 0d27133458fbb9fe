//! Replacements for CEL operators: numbers and objects compare in either order, and comprehensions have a
//! limit.

use cel::common::ast::{CallExpr, Expr, LiteralValue};
use cel::common::types::{CelBool, CelInt, DYN_TYPE};
use cel::common::value::CowVal;
use cel::parser::Expression as Syntax;
use cel::{DeclarationError, Env, ExecutionError};

use super::equality::{compare, equal, is_in};
use super::{built, standard, syntax};

/// The elements of a comprehension: at the top level, and inside another.
const MAX_ELEMENTS: i64 = 10_000;
const MAX_NESTED_ELEMENTS: i64 = 300;

pub const EQUAL: &str = "@equal";
pub const UNEQUAL: &str = "@unequal";
/// CEL's own `@in` would be evaluated without this module.
pub const IN: &str = "@in_exactly";
const LESS: &str = "@less";
const AT_MOST: &str = "@at_most";
const GREATER: &str = "@greater";
const AT_LEAST: &str = "@at_least";
pub const BOUNDED: &str = "@bounded";

type Outcome<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// Replaces CEL's operators with those of this module.
pub fn install(syntax: &mut Syntax) {
    let most = if syntax::loops(syntax) > 1 { MAX_NESTED_ELEMENTS } else { MAX_ELEMENTS };
    syntax::rewrite(syntax, &|expr| {
        built::install(expr);
        standard::install(expr);
        replace(expr, most);
    });
}

fn replace(expr: &mut Expr, most: i64) {
    match expr {
        Expr::Call(call) if call.args.len() == 2 => rename(call),
        Expr::Comprehension(it) => {
            let limit = Syntax { id: 0, expr: Expr::Literal(LiteralValue::Int(CelInt::from(most))) };
            let args = vec![std::mem::take(&mut it.iter_range), limit];
            let call = CallExpr { func_name: BOUNDED.to_owned(), target: None, args };
            it.iter_range = Syntax { id: 0, expr: Expr::Call(call) };
        }
        _ => {}
    }
}

fn rename(call: &mut CallExpr) {
    let replacement = match call.func_name.as_str() {
        "_==_" => EQUAL,
        "_!=_" => UNEQUAL,
        "@in" => IN,
        "_<_" => LESS,
        "_<=_" => AT_MOST,
        "_>_" => GREATER,
        "_>=_" => AT_LEAST,
        _ => return,
    };
    call.func_name = replacement.to_owned();
}

pub fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    let two = || vec![DYN_TYPE, DYN_TYPE];
    env.add_overload(EQUAL, EQUAL, two(), |args| Ok(truth(equal(args[0].as_ref(), args[1].as_ref()))))?;
    env.add_overload(UNEQUAL, UNEQUAL, two(), |args| Ok(truth(!equal(args[0].as_ref(), args[1].as_ref()))))?;
    env.add_overload(IN, IN, two(), |args| Ok(truth(is_in(&args)?)))?;
    env.add_overload(LESS, LESS, two(), |args| Ok(truth(compare("<", &args)?.is_lt())))?;
    env.add_overload(AT_MOST, AT_MOST, two(), |args| Ok(truth(compare("<=", &args)?.is_le())))?;
    env.add_overload(GREATER, GREATER, two(), |args| Ok(truth(compare(">", &args)?.is_gt())))?;
    env.add_overload(AT_LEAST, AT_LEAST, two(), |args| Ok(truth(compare(">=", &args)?.is_ge())))?;
    env.add_overload(BOUNDED, BOUNDED, two(), bounded)?;
    built::declare(env)?;
    standard::declare(env)
}

fn truth<'b, 'v>(truth: bool) -> CowVal<'b, 'v> {
    CowVal::owned(CelBool::from(truth))
}

fn bounded<'b, 'v>(mut args: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let most = args.pop().and_then(|most| most.downcast_ref::<CelInt>().map(|most| *most.inner()));
    let range = args.pop().ok_or_else(ExecutionError::missing_argument_or_target)?;
    let size = range.as_sizer().map_or(0, |sizer| *sizer.size().inner());
    match most {
        Some(most) if size > most => Err(ExecutionError::function_error(BOUNDED, most)),
        _ => Ok(range),
    }
}
