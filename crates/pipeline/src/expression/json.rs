//! Values that have no JSON form: timestamps, types, and optional values inside of lists and objects.

use cel::common::ast::{CallExpr, EntryExpr, Expr};
use cel::parser::Expression as Syntax;

use super::optional::is_optional;

/// Why a value of CEL has no JSON form, and what to write.
pub fn reason(type_name: &str) -> String {
    let name = type_name.strip_prefix("google.protobuf.").unwrap_or(type_name).to_lowercase();
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    match name.as_str() {
        "optional_type" => {
            "has an optional value inside of a list or an object: write `{?\"a\": ...}`, `[?...]` or `.orValue(...)`"
                .to_owned()
        }
        _ => format!("{article} {name} has no JSON form: use string() or one of its fields"),
    }
}

/// Returns why no value of an expression has a JSON form, as far as its form shows it.
pub fn none_of(syntax: &Syntax) -> Option<String> {
    match &syntax.expr {
        Expr::Call(call) => of_call(call),
        Expr::List(list) => (list.elements.iter().enumerate())
            .filter(|(index, _)| !list.optional_indices.contains(index))
            .find_map(|(_, element)| of_part(element)),
        Expr::Map(map) => map.entries.iter().find_map(|entry| match &entry.expr {
            EntryExpr::MapEntry(entry) if !entry.optional => of_part(&entry.value),
            _ => None,
        }),
        // The elements of `list.map(x, ...)`.
        Expr::Comprehension(it) => match (&it.result.expr, &it.loop_step.expr) {
            (Expr::Ident(result), Expr::Call(step)) if *result == it.accu_var && step.func_name == "_+_" => {
                none_of(step.args.get(1)?)
            }
            _ => None,
        },
        _ => None,
    }
}

fn of_part(syntax: &Syntax) -> Option<String> {
    if is_optional(syntax) { Some(reason("optional_type")) } else { none_of(syntax) }
}

fn of_call(call: &CallExpr) -> Option<String> {
    match (call.func_name.as_str(), &call.args[..]) {
        ("timestamp" | "duration" | "type" | "bytes", [_]) if call.target.is_none() => {
            Some(reason(&call.func_name))
        }
        ("_?_:_", [_, yes, no]) => none_of(yes).or_else(|| none_of(no)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;

    #[test]
    fn a_value_without_a_json_form_is_known_without_a_record() {
        let optional =
            "has an optional value inside of a list or an object: write `{?\"a\": ...}`, `[?...]` or";
        for (source, reason) in [
            ("timestamp(item.at)", "a timestamp has no JSON form: use string() or one of its fields"),
            ("type(item.at)", "a type has no JSON form"),
            ("item.x ? duration(\"1s\") : item.y", "a duration has no JSON form"),
            ("{\"a\": item.?x}", optional),
            ("[item.?x]", optional),
            ("item.list.map(x, x.?v)", optional),
            ("item.list.map(x, {\"at\": timestamp(x.at)})", "a timestamp has no JSON form"),
        ] {
            let expression = Language::new(&["item"]).unwrap().compile(source).unwrap();
            assert!(expression.no_json().is_some_and(|found| found.starts_with(reason)), "{source}");
        }
        for source in [
            "item.?x",
            "{?\"a\": item.?x}",
            "[?item.?x]",
            "string(timestamp(item.at))",
            "timestamp(item.at).getHours()",
            "item.list.filter(x, [x.?v] != [])",
        ] {
            let expression = Language::new(&["item"]).unwrap().compile(source).unwrap();
            assert_eq!(expression.no_json(), None, "{source}");
        }
    }
}
