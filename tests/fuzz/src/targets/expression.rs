//! An expression of a pipe file. Most are evaluated without an interpreter, with the same result as CEL's.

use std::sync::LazyLock;

use serde_json::json;
use tablecast_pipeline::expression::{Language, Scope, compare_numbers, is_stored_number};
use tablecast_pipeline::pipe::RECORD_ROOTS;
use tablecast_values::value::Value;

use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "expression", form: Form::Lines, check, samples, words: &[WORDS], inputs: 300 };

const WORDS: &[&str] = &[
    "item.",
    "old.",
    "new.",
    "keys.",
    "record.expired",
    "operation",
    "?",
    ".?",
    "[?",
    ".orValue(",
    "has(",
    "string(",
    "int(",
    "double(",
    "size()",
    ".size()",
    ".contains(",
    ".startsWith(",
    ".endsWith(",
    ".split(",
    ".map(x, ",
    ".filter(x, ",
    ".exists(x, ",
    ".all(x, ",
    " in ",
    " == ",
    " != ",
    " < ",
    " >= ",
    " && ",
    " || ",
    " ? ",
    " : ",
    "!",
    "\"a\"",
    "1.50",
    "null",
    "total",
    "name",
    "tags",
    "address.city",
    "big",
    "true",
    "+",
    "timestamp(",
    ".matches(",
    "b\"x\"",
    "r'",
    "dyn(",
    "type(",
];

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| Language::new(RECORD_ROOTS).unwrap());

static ROOTS: LazyLock<Vec<(&'static str, Value<'static>)>> = LazyLock::new(|| {
    let item = |total: f64| {
        json!({
            "total": total, "count": 3, "name": "Ada", "tags": ["a", "b"], "flag": true, "nothing": null, "status": "PLACED",
            "address": {"city": "Oslo"}, "lines": [{"sku": "x", "quantity": 2}], "tenant": "acme", "orderId": "1",
        })
    };
    let roots = [
        ("operation", json!("MODIFY")),
        ("keys", json!({"tenant": "acme", "orderId": "1"})),
        ("old", item(12.0)),
        ("new", item(106.25)),
        ("item", item(106.25)),
        ("record", json!({"expired": false, "time": "2026-11-23T09:00:00Z"})),
    ];
    roots.map(|(name, value)| (name, Value::from(&value))).into()
});

fn samples() -> Vec<String> {
    let files = repository::FOLDERS.iter().flat_map(|(pipes, _)| repository::definitions(pipes, "yaml"));
    let written = files.flat_map(|file| file.text.lines().map(str::to_owned).collect::<Vec<_>>());
    let code = written
        .filter_map(|line| Some(line.split_once(": ")?.1.trim_matches(['\'', '{', '}', ' ']).to_owned()));
    let more = [
        r#"item.total > 100.5 && item.tags.exists(tag, tag == "a")"#,
        r#"old.?address.?city.orValue("none") + "/" + string(new.total)"#,
        r#"item.lines.map(line, {"sku": line.sku, "n": line.quantity * 2})"#,
        r#"has(new.name) ? new.name : record.time"#,
    ];
    code.chain(more.map(str::to_owned)).collect()
}

fn check(source: &str) {
    numbers(source);
    let Ok(expression) = LANGUAGE.compile(source) else { return };
    let roots: Vec<_> = ROOTS.iter().map(|(name, value)| (*name, value)).collect();
    let scope = Scope(&roots);
    let plain = expression.evaluate(&scope);
    // An element of a list is never plain, so the interpreter evaluates it.
    let Ok(wrapped) = LANGUAGE.compile(&format!("[{source}\n][0]")) else { return };
    let interpreted = wrapped.evaluate(&scope);
    let printed =
        |value: &Option<Value<'_>>| value.as_ref().map(|value| serde_json::to_string(value).unwrap());
    match (&plain, &interpreted) {
        (Ok(plain), Ok(interpreted)) => assert_eq!(printed(plain), printed(interpreted), "{source}"),
        // An optional value without a value is no element of a list.
        (Ok(None), Err(_)) | (Err(_), Err(_)) => {}
        _ => panic!("{source}: {plain:?}, but interpreted {interpreted:?}"),
    }
    _ = (expression.shape(), expression.attribute(), expression.truth_for("operation", "INSERT"));
}

/// Numbers compare as their values do.
fn numbers(text: &str) {
    let Some((left, right)) = text.split_once(['<', ' ', '>']) else { return };
    let is_number = |text: &str| Value::number(text.into()).is_some();
    if is_number(left) && is_number(right) {
        let order = compare_numbers(left, right);
        assert_eq!(order.reverse(), compare_numbers(right, left), "{left} {right}");
        let [one, other] = [left, right].map(|text| text.parse::<f64>().unwrap());
        if left.len() < 15 && right.len() < 15 && one != other {
            assert_eq!(Some(order), one.partial_cmp(&other), "{left} {right}");
        }
        _ = is_stored_number(left);
    }
}
