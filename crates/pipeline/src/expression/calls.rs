//! Calls that fail for every record: of another form than the function has, or of constants that it refuses.

use cel::common::ast::{CallExpr, Expr, LiteralValue};
use cel::common::types::CelInt;
use cel::parser::Expression as Syntax;

use super::namespaces::is_namespace;
use super::syntax::children;
use super::{References, path};

/// The numbers of arguments of each function, as `f(x)` and as `x.f()`.
const FORMS: [(&str, &[usize], &[usize]); 42] = [
    ("size", &[1], &[0]),
    ("string", &[1], &[]),
    ("int", &[1], &[]),
    ("uint", &[1], &[]),
    ("double", &[1], &[]),
    ("bool", &[1], &[]),
    ("bytes", &[1], &[]),
    ("type", &[1], &[]),
    ("dyn", &[1], &[]),
    ("timestamp", &[1], &[]),
    ("duration", &[1], &[]),
    ("matches", &[2], &[1]),
    ("contains", &[], &[1]),
    ("startsWith", &[], &[1]),
    ("endsWith", &[], &[1]),
    ("charAt", &[], &[1]),
    ("indexOf", &[], &[1, 2]),
    ("lastIndexOf", &[], &[1, 2]),
    ("join", &[], &[0, 1]),
    ("lowerAscii", &[], &[0]),
    ("upperAscii", &[], &[0]),
    ("trim", &[], &[0]),
    ("replace", &[], &[2, 3]),
    ("split", &[], &[1, 2]),
    ("substring", &[], &[1, 2]),
    ("format", &[], &[1]),
    ("reverse", &[], &[0]),
    ("orValue", &[], &[1]),
    ("or", &[], &[1]),
    ("hasValue", &[], &[0]),
    ("value", &[], &[0]),
    ("quote", &[], &[1]),
    ("getFullYear", &[], &[0, 1]),
    ("getMonth", &[], &[0, 1]),
    ("getDate", &[], &[0, 1]),
    ("getDayOfMonth", &[], &[0, 1]),
    ("getDayOfWeek", &[], &[0, 1]),
    ("getDayOfYear", &[], &[0, 1]),
    ("getHours", &[], &[0, 1]),
    ("getMinutes", &[], &[0, 1]),
    ("getSeconds", &[], &[0, 1]),
    ("getMilliseconds", &[], &[0, 1]),
];

/// Returns what is wrong with the form of the first such call, and what to write.
pub fn wrong_form(syntax: &Syntax) -> Option<String> {
    let here = match &syntax.expr {
        Expr::Call(call) => form_of(call),
        _ => None,
    };
    here.or_else(|| children(&syntax.expr).into_iter().find_map(wrong_form))
}

fn form_of(call: &CallExpr) -> Option<String> {
    let (name, global, member) = FORMS.iter().find(|(name, ..)| *name == call.func_name)?;
    let counts = if call.target.is_some() { member } else { global };
    (!counts.contains(&call.args.len())).then(|| {
        let forms = global.iter().map(|count| written("", name, *count));
        let forms: Vec<String> =
            forms.chain(member.iter().map(|count| written("x.", name, *count))).collect();
        format!("calls {name} in a form that it has not: write {}", forms.join(" or "))
    })
}

fn written(target: &str, name: &str, count: usize) -> String {
    format!("{target}{name}({})", ["a", "b", "c"][..count].join(", "))
}

/// The parts that depend on no variable. If one of them fails, so does the expression, or a branch of it.
pub fn constants(syntax: &Syntax) -> Vec<Syntax> {
    match &syntax.expr {
        Expr::Literal(_) | Expr::Ident(_) => Vec::new(),
        _ if is_constant(syntax) => vec![syntax.clone()],
        Expr::Call(call) => probe(call).into_iter().chain(inner_constants(syntax)).collect(),
        _ => inner_constants(syntax),
    }
}

fn inner_constants(syntax: &Syntax) -> Vec<Syntax> {
    children(&syntax.expr).into_iter().flat_map(constants).collect()
}

fn is_constant(syntax: &Syntax) -> bool {
    References::of(syntax).roots().all(is_namespace)
}

/// A call that fails if another target than that of the call cannot save it: of a constant pattern or time zone.
fn probe(call: &CallExpr) -> Option<Syntax> {
    let [argument] = &call.args[..] else { return None };
    path::literal(argument)?;
    call.target.as_ref()?;
    let target = match call.func_name.as_str() {
        "matches" => Expr::Literal(LiteralValue::String("".into())),
        name if name.starts_with("get") => {
            let zero = Expr::Literal(LiteralValue::Int(CelInt::from(0)));
            let args = vec![Syntax { id: 0, expr: zero }];
            Expr::Call(CallExpr { func_name: "timestamp".to_owned(), target: None, args })
        }
        _ => return None,
    };
    let target = Some(Box::new(Syntax { id: 0, expr: target }));
    Some(Syntax { id: 0, expr: Expr::Call(CallExpr { target, ..call.clone() }) })
}

#[cfg(test)]
mod tests {
    use super::super::{Expression, Language, Scope};
    use super::*;

    fn compile(source: &str) -> Result<Expression, String> {
        Language::new(&["item"]).unwrap().compile(source)
    }

    #[test]
    fn an_expression_that_fails_for_every_record_does_not_compile() {
        for (source, reason) in [
            ("item.id.startsWith()", "calls startsWith in a form that it has not: write x.startsWith(a)"),
            ("item.id.substring(1, 2, 3)", "write x.substring(a) or x.substring(a, b)"),
            ("size()", "write size(a) or x.size()"),
            (r#"startsWith(item.id, "a")"#, "write x.startsWith(a)"),
            ("item.total.string()", "write string(a)"),
            ("1 / 0", "divides by zero, for every record"),
            ("item.n + 1 / 0", "divides by zero, for every record"),
            (r#""a" - 1"#, "cannot subtract these types"),
            (r#"item.id.matches("(?=a)")"#, "matches() does not accept this value, for every record"),
            (r#"timestamp("2026-13-01")"#, "timestamp() does not accept this value"),
            (r#"timestamp(item.at) > timestamp("2026-13-01")"#, "timestamp() does not accept this value"),
            (r#"timestamp(item.at).getHours("Europe/Berlinn")"#, "timezone() does not accept this value"),
            ("item.list.map(x, x + [1][2])", "an index is out of bounds"),
            ("{\"a\": 1}.b", "there is no b here"),
            ("optional.none().value()", "value() does not accept this value"),
        ] {
            let error = compile(source).map(|_| ()).unwrap_err();
            assert!(error.contains(reason), "{source}: {error}");
        }
    }

    #[test]
    fn constants_that_can_be_evaluated_compile() {
        for source in [
            r#"optional.of(1).orValue(2)"#,
            r#"strings.quote("a")"#,
            r#"strings.quote(item.id)"#,
            r#"item.id.matches("^[a-z]+$")"#,
            r#"timestamp(item.at).getHours("Europe/Berlin")"#,
            r#"timestamp("2026-12-01T00:00:00Z").getHours() == 0"#,
            "[1, 2].map(x, x + item.n)",
            "[1, 2].all(x, x > 0)",
            "type(item.n) == int",
            "duration(\"1h\") > duration(\"1s\")",
            "item.?a.optMap(x, x + 1).orValue(1)",
            "false ? 1 / 0 : 2",
        ] {
            assert!(compile(source).is_ok(), "{source}: {:?}", compile(source));
        }
    }

    #[test]
    fn every_function_has_the_forms_that_are_listed() {
        let targets = ["\"a\"", "timestamp(0)", "optional.of(1)", "[\"a\"]", "strings"];
        let arguments = [
            "\"UTC\"",
            "\"1s\"",
            "\"true\"",
            "\"a\", \"b\"",
            "0",
            "0, 0",
            "\"a\", 0",
            "\"a\", \"b\", \"c\"",
            "\"a\", \"b\", 0",
            "optional.of(1)",
            "[]",
            "",
        ];
        for (name, global, member) in FORMS {
            let works = |source: &str| compile(source).is_ok_and(|found| found.evaluate(&Scope(&[])).is_ok());
            let has = |count: usize, target: &str| {
                let fits = |given: &&&str| given.split(", ").filter(|one| !one.is_empty()).count() == count;
                arguments.iter().filter(fits).any(|given| works(&format!("[{target}{name}({given})] != []")))
            };
            for count in global {
                assert!(has(*count, ""), "{name}: {count}");
            }
            for count in member {
                let any = targets.iter().any(|target| has(*count, &format!("{target}.")));
                assert!(any, "{name}: {count}");
            }
        }
    }
}
