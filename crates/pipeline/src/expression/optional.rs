//! Optional values (`new.?bio`) where only a value makes sense: a comparison with a value has the same result for
//! every record, and most functions fail.

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, Expr};
use cel::parser::Expression as Syntax;

use super::path::literal;
use super::syntax::children;

/// The functions that accept an optional value.
const ACCEPTING: [&str; 10] = [
    "hasValue",
    "value",
    "orValue",
    "or",
    "of",
    "ofNonZeroValue",
    "none",
    "dyn",
    "type",
    "@not_strictly_false",
];

/// Returns what is wrong with the first such optional value, and what to write.
pub fn misuse(syntax: &Syntax) -> Option<String> {
    let mut checker = Checker::default();
    checker.collect(syntax);
    checker.misuse(syntax)
}

#[derive(Default)]
struct Checker<'s> {
    /// Variables of comprehensions that can be an optional value.
    unknown: BTreeSet<&'s str>,
}

impl<'s> Checker<'s> {
    fn collect(&mut self, syntax: &'s Syntax) {
        if let Expr::Comprehension(it) = &syntax.expr
            && has_optional_element(&it.iter_range)
        {
            self.unknown.insert(&it.iter_var);
        }
        children(&syntax.expr).into_iter().for_each(|child| self.collect(child));
    }

    fn misuse(&self, syntax: &Syntax) -> Option<String> {
        let here = match &syntax.expr {
            Expr::Call(call) => self.of_call(call),
            _ => None,
        };
        here.or_else(|| children(&syntax.expr).into_iter().find_map(|child| self.misuse(child)))
    }

    fn of_call(&self, call: &CallExpr) -> Option<String> {
        let (name, args) = (call.func_name.as_str(), &call.args[..]);
        match (name, args) {
            ("_==_" | "_!=_", [left, right]) => {
                let one = self.compared(left, right).or_else(|| self.compared(right, left))?;
                Some(advise("compares", one, &format!("with a value, so it is always {}", name == "_!=_")))
            }
            ("@in", [value, list]) if !is_optional(list) => self
                .looked_for(value, list)
                .then(|| advise("looks for", value, "among values, so it is always false")),
            ("_?._" | "_[?_]" | "_[_]", [_, index]) => used([index]),
            ("_?_:_", [condition, ..]) => used([condition]),
            _ if ACCEPTING.contains(&name) => None,
            _ => used(call.target.as_deref().into_iter().chain(args)),
        }
    }

    fn compared<'c>(&self, one: &'c Syntax, other: &Syntax) -> Option<&'c Syntax> {
        (is_optional(one) && self.is_value(other)).then_some(one)
    }

    fn looked_for(&self, value: &Syntax, list: &Syntax) -> bool {
        let of_values = match &list.expr {
            Expr::List(list) => list.elements.iter().all(|element| self.is_value(element)),
            _ => !has_optional_element(list),
        };
        is_optional(value) && of_values
    }

    /// Returns true if it is known that it is not an optional value.
    fn is_value(&self, syntax: &Syntax) -> bool {
        match &syntax.expr {
            _ if is_optional(syntax) => false,
            Expr::Ident(name) => !self.unknown.contains(name.as_str()),
            Expr::Select(select) => select.test || self.is_value(&select.operand),
            Expr::Comprehension(it) => self.is_value(&it.result),
            Expr::Call(call) => match (call.func_name.as_str(), &call.args[..]) {
                ("_?_:_", [_, yes, no]) => self.is_value(yes) && self.is_value(no),
                ("_[_]", [list, _]) => !has_optional_element(list) && self.is_value(list),
                ("dyn" | "orValue", [value]) => self.is_value(value),
                _ => true,
            },
            _ => true,
        }
    }
}

pub fn is_optional(syntax: &Syntax) -> bool {
    match &syntax.expr {
        Expr::Select(select) => !select.test && is_optional(&select.operand),
        Expr::Comprehension(it) => is_optional(&it.result),
        Expr::Call(call) => match (call.func_name.as_str(), &call.args[..]) {
            ("_?._" | "_[?_]", _) => true,
            ("_[_]", [operand, _]) => is_optional(operand),
            ("_?_:_", [_, yes, no]) => is_optional(yes) && is_optional(no),
            ("or", _) => call.target.as_deref().is_some_and(is_optional),
            ("of" | "none" | "ofNonZeroValue", _) => {
                matches!(call.target.as_deref(), Some(Syntax { expr: Expr::Ident(name), .. }) if name == "optional")
            }
            _ => false,
        },
        _ => false,
    }
}

/// `[new.?a]` has one, and `list.map(x, x.?a)` too. `[?new.?a]` has none.
fn has_optional_element(syntax: &Syntax) -> bool {
    let here = match &syntax.expr {
        Expr::List(list) => (list.elements.iter().enumerate())
            .any(|(index, element)| !list.optional_indices.contains(&index) && is_optional(element)),
        _ => false,
    };
    here || children(&syntax.expr).into_iter().any(has_optional_element)
}

fn used<'s>(values: impl IntoIterator<Item = &'s Syntax>) -> Option<String> {
    let one = values.into_iter().find(|value| is_optional(value))?;
    let path = written(one);
    let (path, shown) = path.map_or_else(|| (String::new(), "an optional value".to_owned()), named);
    Some(format!("uses {shown} like a value, which fails: write {path}.orValue(...), or has() before it"))
}

fn named(path: String) -> (String, String) {
    let shown = format!("the optional value {path}");
    (path, shown)
}

fn advise(verb: &str, optional: &Syntax, result: &str) -> String {
    match written(optional) {
        Some(path) => format!(
            "{verb} the optional value {path} {result}: write {path}.orValue(...), has(), or .? on both sides of =="
        ),
        None => format!("{verb} an optional value {result}: write .orValue(...) after it"),
    }
}

/// A path as an author writes it.
fn written(syntax: &Syntax) -> Option<String> {
    match &syntax.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) => Some(format!("{}.{}", written(&select.operand)?, select.field)),
        Expr::Call(call) => match (call.func_name.as_str(), &call.args[..]) {
            ("_?._", [operand, field]) => Some(format!("{}.?{}", written(operand)?, literal(field)?)),
            ("_[?_]", [operand, field]) => Some(format!("{}[?{:?}]", written(operand)?, literal(field)?)),
            ("_[_]", [operand, field]) => Some(format!("{}[{:?}]", written(operand)?, literal(field)?)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;

    fn compile(source: &str) -> Result<(), String> {
        Language::new(&["old", "new", "item"]).unwrap().compile(source).map(|_| ())
    }

    #[test]
    fn an_optional_value_that_is_compared_with_a_value_does_not_compile() {
        for (source, reason) in [
            (
                r#"item.?s == "x""#,
                "compares the optional value item.?s with a value, so it is always false: write",
            ),
            (
                r#"old.?status != new.status"#,
                "compares the optional value old.?status with a value, so it is always true",
            ),
            (
                r#""x" == item[?"first name"]"#,
                "compares the optional value item[?\"first name\"] with a value",
            ),
            (
                r#"item.?s in ["x"]"#,
                "looks for the optional value item.?s among values, so it is always false",
            ),
            ("item.?s in item.list", "looks for the optional value item.?s"),
            ("item.?a.b == null", "compares the optional value item.?a.b"),
            ("item.list.exists(x, x == item.?s)", "compares the optional value item.?s"),
            ("item.?s == item.?t.orValue(1)", "compares the optional value item.?s"),
            ("item.?s.optMap(x, x + 1) == 2", "compares an optional value with a value"),
            (
                "item.?n > 5",
                "uses the optional value item.?n like a value, which fails: write item.?n.orValue(...)",
            ),
            (r#""a" + item.?id"#, "uses the optional value item.?id"),
            (r#"item.?id.startsWith("a")"#, "uses the optional value item.?id"),
            ("size(item.?list) > 0", "uses the optional value item.?list"),
            ("1 in item.?list", "uses the optional value item.?list"),
            ("!item.?flag", "uses the optional value item.?flag"),
            ("item.?flag && true", "uses the optional value item.?flag"),
            ("item.?flag ? 1 : 2", "uses the optional value item.?flag"),
        ] {
            let error = compile(source).unwrap_err();
            assert!(error.starts_with(reason), "{source}: {error}");
        }
    }

    #[test]
    fn an_optional_value_is_compared_with_another_one() {
        for source in [
            "old.?s != new.?s",
            "old[?\"s\"] == new.?s",
            "item.?s == optional.none()",
            "item.?s in [old.?s, new.?s]",
            "[old.?s, new.?s].exists(x, x == item.?s)",
            "item.list.map(x, x.?v).exists(x, x == item.?s)",
            "item.?s.orValue(\"\") == \"x\"",
            "has(item.s) && item.s == \"x\"",
            "item.?s.hasValue() && item.?s.value() == 1",
            "item.?s.or(item.?t) == item.?u",
            "item.?list.orValue([]).exists(x, x == 1)",
            "[?item.?s].size() == 1",
            "item.?a.b.orValue(1) + 1 > 1",
            "item.?s.optMap(x, x + 1).orValue(0) == 2",
            "(has(item.a) ? item.?a : item.?b) == item.?c",
        ] {
            assert_eq!(compile(source), Ok(()), "{source}");
        }
    }
}
