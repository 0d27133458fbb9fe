//! The beginning of the texts that a condition accepts: `ORDER#` in `keys.sk.startsWith("ORDER#") && ...`.

use cel::common::ast::{CallExpr, Expr};
use cel::parser::Expression as Syntax;

use super::path::{Path, literal};

pub fn beginning_of<'s>(syntax: &'s Syntax, is_attribute: &dyn Fn(&str, &str) -> bool) -> Option<&'s str> {
    let Expr::Call(call) = &syntax.expr else { return None };
    match call.func_name.as_str() {
        "_&&_" => call.args.iter().find_map(|part| beginning_of(part, is_attribute)),
        "startsWith" => starts_with(call, is_attribute),
        _ => None,
    }
}

fn starts_with<'s>(call: &'s CallExpr, is_attribute: &dyn Fn(&str, &str) -> bool) -> Option<&'s str> {
    let path = Path::of(call.target.as_deref()?)?;
    let (root, name) = path.attribute()?;
    let [beginning] = &call.args[..] else { return None };
    is_attribute(root, name).then(|| literal(beginning)).flatten().filter(|text| !text.is_empty())
}
