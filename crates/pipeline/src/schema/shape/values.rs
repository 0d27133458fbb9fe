use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_values::similar::closest;

use super::names;
use crate::schema::{format, pattern};

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Returns why a keyword cannot have this value.
pub fn mistake(keyword: &str, value: &Json) -> Option<String> {
    match keyword {
        "type" => types(value),
        "enum" => expect(
            value.as_array().is_some_and(|values| !values.is_empty()),
            "must be a list of at least one value",
        ),
        "examples" => expect(value.is_array(), "must be a list of values"),
        "multipleOf" => expect(value.as_f64().is_some_and(|number| number > 0.0), "must be a number above 0"),
        "maximum" | "exclusiveMaximum" | "minimum" | "exclusiveMinimum" => {
            expect(value.is_number(), "must be a number")
        }
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maxContains" | "minContains"
        | "maxProperties" | "minProperties" => expect(is_count(value), "must be a whole number, 0 or more"),
        "pattern" => text(value).or_else(|| pattern::mistake(value.as_str()?)),
        "format" => text(value).or_else(|| unknown_format(value.as_str()?)),
        "required" => property_names(value),
        "dependentRequired" => dependencies(value),
        "uniqueItems" | "deprecated" | "readOnly" | "writeOnly" => {
            expect(value.is_boolean(), "must be true or false")
        }
        "$schema" | "$id" | "$ref" | "$anchor" | "$dynamicRef" | "$dynamicAnchor" | "title"
        | "description" | "$comment" | "contentEncoding" | "contentMediaType" => text(value),
        _ => None,
    }
}

fn expect(is_valid: bool, reason: &str) -> Option<String> {
    (!is_valid).then(|| reason.to_owned())
}

fn text(value: &Json) -> Option<String> {
    expect(value.is_string(), "must be a text")
}

/// In 2020-12, `2.0` is a whole number too.
fn is_count(value: &Json) -> bool {
    value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0)
}

fn types(value: &Json) -> Option<String> {
    let names = match value {
        Json::Array(names) if !names.is_empty() => names.iter().collect(),
        other => vec![other],
    };
    let unknown = names.iter().find(|name| !name.as_str().is_some_and(|name| TYPES.contains(&name)));
    let repeated = || is_repeated(&names).then(|| "has a type twice".to_owned());
    unknown.map(|name| unknown_type(name)).or_else(repeated)
}

fn unknown_type(value: &Json) -> String {
    let advice = match value.as_str().and_then(|name| closest(name, TYPES)) {
        Some(similar) => format!("Did you mean \"{similar}\"?"),
        None => format!("Use one of {}", TYPES.join(", ")),
    };
    format!("{value} is no type of JSON Schema. {advice}")
}

fn unknown_format(name: &str) -> Option<String> {
    if format::names().any(|known| known == name) {
        return None;
    }
    let advice = match closest(name, format::names()) {
        Some(similar) => format!("Did you mean \"{similar}\"?"),
        None => {
            let names: Vec<&str> = format::names().collect();
            format!("Remove it, write a pattern, or use one of {}", names.join(", "))
        }
    };
    Some(format!("\"{name}\" is no format that server and clients check. {advice}"))
}

fn property_names(value: &Json) -> Option<String> {
    let names = value.as_array().filter(|names| names.iter().all(Json::is_string));
    let Some(names) = names else { return Some("must be a list of property names".to_owned()) };
    let repeated = || is_repeated(&names.iter().collect::<Vec<_>>()).then(|| "has a name twice".to_owned());
    let reserved = |name: &Json| Some(format!("{name} {}", names::property(name.as_str()?)?));
    repeated().or_else(|| names.iter().find_map(reserved))
}

fn dependencies(value: &Json) -> Option<String> {
    let Some(members) = value.as_object() else {
        return Some("must be an object of lists of property names".to_owned());
    };
    let one = |(name, value): (&String, &Json)| {
        let reserved = names::property(name).map(|reason| format!("{name} {reason}"));
        reserved.or_else(|| property_names(value).map(|reason| format!("{name} {reason}")))
    };
    members.iter().find_map(one)
}

fn is_repeated(values: &[&Json]) -> bool {
    let unique: BTreeSet<String> = values.iter().map(ToString::to_string).collect();
    unique.len() < values.len()
}
