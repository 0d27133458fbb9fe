//! The truth of a condition when only one variable is known: `operation == "MODIFY" && ...` is false for a READ.

use cel::common::ast::{CallExpr, Expr, LiteralValue};
use cel::parser::Expression as Syntax;

use super::built::KEPT;
use super::extensions::{EQUAL, IN, UNEQUAL};
use super::path::literal;
use super::syntax;

/// A variable, and the text that it is.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    pub name: &'k str,
    pub text: &'k str,
}

/// `None` if it depends on something else.
pub fn truth(syntax: &Syntax, known: Known<'_>) -> Option<bool> {
    match &syntax.expr {
        Expr::Literal(LiteralValue::Boolean(value)) => Some(*value.inner()),
        Expr::Call(call) => of_call(call, known),
        _ => None,
    }
}

fn of_call(call: &CallExpr, known: Known<'_>) -> Option<bool> {
    match (call.func_name.as_str(), &call.args[..]) {
        ("!_", [value]) => truth(value, known).map(|value| !value),
        ("_&&_", [left, right]) => both(truth(left, known), truth(right, known), false),
        ("_||_", [left, right]) => both(truth(left, known), truth(right, known), true),
        ("_?_:_", [condition, left, right]) => match truth(condition, known) {
            Some(true) => truth(left, known),
            Some(false) => truth(right, known),
            None => truth(left, known).filter(|value| truth(right, known) == Some(*value)),
        },
        (EQUAL, [left, right]) => Some(text(left, known)? == text(right, known)?),
        (UNEQUAL, [left, right]) => Some(text(left, known)? != text(right, known)?),
        (IN, [value, list]) => is_in(text(value, known)?, list, known),
        _ => None,
    }
}

/// One part that has the deciding value is enough.
fn both(left: Option<bool>, right: Option<bool>, deciding: bool) -> Option<bool> {
    match (left, right) {
        (Some(left), _) if left == deciding => Some(deciding),
        (_, Some(right)) if right == deciding => Some(deciding),
        (Some(_), Some(right)) => Some(right),
        _ => None,
    }
}

fn is_in(value: &str, list: &Syntax, known: Known<'_>) -> Option<bool> {
    let Expr::List(list) = &list.expr else { return None };
    let texts: Option<Vec<&str>> = list.elements.iter().map(|element| text(element, known)).collect();
    Some(texts?.contains(&value))
}

fn text<'t>(syntax: &'t Syntax, known: Known<'t>) -> Option<&'t str> {
    match &syntax.expr {
        Expr::Ident(name) if name == known.name => Some(known.text),
        Expr::Call(call) if call.func_name == KEPT => text(call.args.first()?, known),
        _ => literal(syntax),
    }
}

/// The first attribute of a variable that must be there, in the parts that are evaluated.
pub fn required<'s>(syntax: &'s Syntax, root: &str, known: Known<'_>) -> Option<&'s str> {
    let of = |part: &'s Syntax| required(part, root, known);
    let inner = || {
        let here = syntax::required(syntax, root);
        here.or_else(|| syntax::children(&syntax.expr).into_iter().find_map(of))
    };
    match &syntax.expr {
        Expr::Call(call) => match (call.func_name.as_str(), &call.args[..]) {
            ("_&&_" | "_||_", _) if truth(syntax, known).is_some() => None,
            ("_?_:_", [condition, yes, no]) => match truth(condition, known) {
                Some(true) => of(yes),
                Some(false) => of(no),
                None => [condition, yes, no].into_iter().find_map(of),
            },
            _ => inner(),
        },
        _ => inner(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;

    #[test]
    fn a_condition_on_the_operation_alone_is_decided_without_a_record() {
        let language = Language::new(&["operation", "old", "new"]).unwrap();
        for (source, expected) in [
            (r#"operation == "READ""#, Some(true)),
            (r#""INSERT" == operation"#, Some(false)),
            (r#"operation != "REMOVE""#, Some(true)),
            (r#"operation in ["INSERT", "READ"]"#, Some(true)),
            (r#"operation in ["INSERT", "MODIFY"]"#, Some(false)),
            (r#"!(operation in ["INSERT", "MODIFY"])"#, Some(true)),
            (r#"operation == "MODIFY" && old.status != new.status"#, Some(false)),
            (r#"old.status != new.status && operation == "MODIFY""#, Some(false)),
            (r#"operation != "MODIFY" || old.status != new.status"#, Some(true)),
            (r#"operation == "READ" && new.status == "PAID""#, None),
            (r#"operation == "INSERT" ? true : new.paid"#, None),
            (r#"operation == "READ" ? true : new.paid"#, Some(true)),
            (r#"new.paid ? operation == "READ" : true"#, Some(true)),
            (r#"new.status == "PAID""#, None),
            (r#""READ" in [operation]"#, Some(true)),
            ("true", Some(true)),
            ("new.paid", None),
            (r#"operation in new.list"#, None),
            (r#"["READ"].exists(one, one == operation)"#, None),
        ] {
            let condition = language.compile(source).unwrap();
            assert_eq!(condition.truth_for("operation", "READ"), expected, "{source}");
        }
    }
}
