//! An event pattern and an event: `{"pattern": ..., "event": ...}`. Matching agrees with a simple definition. A
//! record has a reason exactly if it does not pass.

use serde_json::Value as Json;
use tablecast_event_patterns::filter::Filter;
use tablecast_event_patterns::pattern::Pattern;

use super::item::TYPES;
use super::pattern_reference::matches;
use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "pattern", form: Form::Json, check, samples, words: &[TYPES, WORDS], inputs: 1500 };

const WORDS: &[&str] = &[
    "pattern",
    "event",
    "eventName",
    "INSERT",
    "MODIFY",
    "dynamodb",
    "NewImage",
    "Keys",
    "$or",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "numeric",
    "cidr",
    "equals-ignore-case",
    "wildcard",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "10.0.0.0/8",
    "10.1.2.3",
    "2001:db8::/32",
    "a*b",
    "*",
    "\\*",
    "a",
    "b",
    "ab",
    "status",
    "tenant",
];

fn samples() -> Vec<String> {
    let record = repository::records().swap_remove(0);
    let input = |pattern: &str| format!(r#"{{"pattern":{pattern},"event":{record}}}"#);
    let patterns = [
        r#"{"eventName":["INSERT","MODIFY"]}"#,
        r#"{"dynamodb":{"NewImage":{"status":{"S":[{"prefix":"PL"},{"anything-but":["a"]}]}}}}"#,
        r#"{"$or":[{"eventName":["REMOVE"]},{"dynamodb":{"Keys":{"tenant":{"S":[{"exists":true}]}}}}]}"#,
        r#"{"dynamodb":{"NewImage":{"lines":{"L":{"M":{"quantity":{"N":[{"exists":false},"2"]}}}}}}}"#,
    ];
    let small = [
        r#"{"pattern":{"a":[{"numeric":[">",0,"<=",5]}],"b":{"c":[{"wildcard":"x*y"}]}},"event":{"a":[3,7],"b":[{"c":"xzy"},{"c":"x"}]}}"#,
        r#"{"pattern":{"a":[{"cidr":"10.0.0.0/8"}],"b":[{"equals-ignore-case":"AB"}]},"event":{"a":"10.1.2.3","b":"ab"}}"#,
        r#"{"pattern":{"a":{"x":[1],"y":[{"suffix":"z"}]}},"event":{"a":[{"x":1,"y":"az"},{"x":2,"y":"b"}]}}"#,
    ];
    small.map(str::to_owned).into_iter().chain(patterns.map(input)).collect()
}

fn check(text: &str) {
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let (pattern, event) = (&input["pattern"], &input["event"]);
    let bus = Pattern::for_bus(pattern);
    let filter = Filter::new(std::slice::from_ref(pattern));
    assert!(bus.is_ok() || filter.is_err(), "a pipe accepts what a bus refuses");
    let Ok(bus) = bus else { return };
    let result = bus.matches(event);
    assert!(matches(pattern, event).is_none_or(|expected| expected == result), "matches: {result}");
    if let Ok(filter) = filter {
        assert_eq!(filter.passes(event), result);
        assert_eq!(filter.mismatches(event).is_empty(), result);
        _ = Filter::problems(std::slice::from_ref(pattern), &[("tenant".into(), "S".into())].into());
    }
}
