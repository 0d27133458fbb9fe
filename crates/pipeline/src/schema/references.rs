//! Finds each `$ref` that leads nowhere.

use std::collections::HashMap;

use jsonschema::uri;
use serde_json::Value as Json;
use tablecast_values::pointer::escaped;
use tablecast_values::similar::closest;

use super::keyword::Keyword;
use super::shape::Mistake;

/// The files of the folder by `$id`.
pub type Files = HashMap<String, Json>;

pub fn mistakes(file: &Json, known: &Files) -> Vec<Mistake> {
    let mut found = Vec::new();
    visit(file, file, "", known, &mut found);
    found
}

/// Resolves the address of a `$ref` in a file with this `$id`, as a browser resolves a link. Others stay as they are.
pub fn absolute(id: &str, address: &str) -> String {
    let resolved = uri::from_str(id).and_then(|id| uri::resolve_against(&id.borrow(), address));
    resolved.map_or_else(|_| address.to_owned(), |resolved| resolved.as_str().to_owned())
}

fn visit(schema: &Json, file: &Json, path: &str, known: &Files, found: &mut Vec<Mistake>) {
    for (name, value) in schema.as_object().into_iter().flatten() {
        let path = format!("{path}/{}", escaped(name));
        let members: Vec<(String, &Json)> = match (name.as_str(), Keyword::of(name)) {
            ("$ref", _) => {
                found.extend(
                    value.as_str().and_then(|it| mistake(it, file, known)).map(|reason| (path, reason)),
                );
                continue;
            }
            (_, Some(Keyword::Schema)) => vec![(path, value)],
            (_, Some(Keyword::SchemaArray)) => {
                let elements = value.as_array().into_iter().flatten().enumerate();
                elements.map(|(index, it)| (format!("{path}/{index}"), it)).collect()
            }
            (_, Some(Keyword::SchemaMap)) => {
                let members = value.as_object().into_iter().flatten();
                members.map(|(name, it)| (format!("{path}/{}", escaped(name)), it)).collect()
            }
            _ => continue,
        };
        for (path, schema) in members.iter().filter(|(_, schema)| schema.get("$id").is_none()) {
            visit(schema, file, path, known, found);
        }
    }
}

/// The compiler judges anchors and encoded pointers.
fn mistake(reference: &str, file: &Json, known: &Files) -> Option<String> {
    let (address, pointer) = parts(reference);
    let Some(target) = target_file(address, file, known) else {
        return Some(no_file(&absolute(id(file), address), known));
    };
    let is_judged = !pointer.is_empty() && (!pointer.starts_with('/') || pointer.contains('%'));
    (!is_judged && target.pointer(pointer).is_none()).then(|| no_place(pointer, address, target))
}

/// Returns the schema to which a `$ref` of a file leads, and the file that has it. Encoded pointers are not followed.
pub fn target<'f>(reference: &str, file: &'f Json, known: &'f Files) -> Option<(&'f Json, &'f Json)> {
    let (address, pointer) = parts(reference);
    let file = target_file(address, file, known)?;
    let schema = match pointer.is_empty() || pointer.starts_with('/') {
        true => file.pointer(pointer),
        false => anchor(pointer, file),
    };
    Some((schema?, file))
}

fn parts(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

fn target_file<'f>(address: &str, file: &'f Json, known: &'f Files) -> Option<&'f Json> {
    let absolute = absolute(id(file), address);
    if address.is_empty() || absolute == id(file) { Some(file) } else { known.get(&absolute) }
}

fn id(file: &Json) -> &str {
    file["$id"].as_str().unwrap_or_default()
}

fn anchor<'f>(name: &str, schema: &'f Json) -> Option<&'f Json> {
    if schema["$anchor"] == name || schema["$dynamicAnchor"] == name {
        return Some(schema);
    }
    match schema {
        Json::Object(members) => members.values().find_map(|member| anchor(name, member)),
        Json::Array(elements) => elements.iter().find_map(|element| anchor(name, element)),
        _ => None,
    }
}

fn no_file(absolute: &str, known: &Files) -> String {
    let similar = closest(absolute, known.keys().map(String::as_str)).and_then(|id| id.rsplit('/').next());
    let advice = similar.map_or_else(
        || "Write the name of a file beside this one, such as address.v1.json".to_owned(),
        |name| format!("Did you mean {name}?"),
    );
    format!("{absolute} is not the $id of a file in this folder. {advice}")
}

fn no_place(pointer: &str, address: &str, target: &Json) -> String {
    let names = target["$defs"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| format!("/$defs/{}", escaped(name)));
    let names: Vec<String> = names.collect();
    let of_file = if address.is_empty() { "this file".to_owned() } else { address.to_owned() };
    let advice = match closest(pointer, names.iter().map(String::as_str)) {
        Some(similar) => format!("Did you mean {address}#{similar}?"),
        None => "Add it there, or correct the path".to_owned(),
    };
    format!("leads nowhere, because {of_file} has no {pointer}. {advice}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_resolved_as_a_browser_resolves_a_link() {
        let id = "https://x.example/a/b/order.v1.json";
        for (address, expected) in [
            ("", id),
            ("a.v1.json", "https://x.example/a/b/a.v1.json"),
            ("./a.v1.json", "https://x.example/a/b/a.v1.json"),
            ("../a.v1.json", "https://x.example/a/a.v1.json"),
            ("../../../a.v1.json", "https://x.example/a.v1.json"),
            ("../b/./a.v1.json", "https://x.example/a/b/a.v1.json"),
            ("/c/a.v1.json", "https://x.example/c/a.v1.json"),
            ("//y.example/a.v1.json", "https://y.example/a.v1.json"),
            ("http://y.example/a.v1.json", "http://y.example/a.v1.json"),
        ] {
            assert_eq!(absolute(id, address), expected, "{address}");
        }
        assert_eq!(absolute("https://x.example/order.v1.json", "a.v1.json"), "https://x.example/a.v1.json");
    }

    #[test]
    fn a_reference_that_leads_nowhere_has_its_path_and_advice() {
        let file = json!({
            "$id": "https://x.example/a.v1.json", "$defs": {"street": {}, "a/b": {}},
            "properties": {"a": {"$ref": "#/$defs/steet"}, "$ref": {}, "b": {"anyOf": [{"$ref": "b.v1.json#/x"}]},
                "c": {"$ref": "c.v1.json"}, "d": {"$ref": "#/nowhere"}, "ok": {"$ref": "./b.v1.json#/$defs/y"},
                "too": {"$ref": "#/$defs/a~1b"}, "anchor": {"$ref": "#name"}, "whole": {"$ref": "#"}},
        });
        let other = json!({"$id": "https://x.example/b.v1.json", "$defs": {"y": {}}});
        let known =
            [&file, &other].map(|file| (file["$id"].as_str().unwrap().to_owned(), file.clone())).into();
        let expected = [
            (
                "/properties/a/$ref",
                "leads nowhere, because this file has no /$defs/steet. Did you mean #/$defs/street?",
            ),
            (
                "/properties/b/anyOf/0/$ref",
                "leads nowhere, because b.v1.json has no /x. Add it there, or correct the path",
            ),
            (
                "/properties/c/$ref",
                "https://x.example/c.v1.json is not the $id of a file in this folder. Did you mean ",
            ),
            (
                "/properties/d/$ref",
                "leads nowhere, because this file has no /nowhere. Add it there, or correct the path",
            ),
        ];
        let found = mistakes(&file, &known);
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for ((path, reason), (expected_path, start)) in found.iter().zip(expected) {
            assert!(path == expected_path && reason.starts_with(start), "{path}: {reason}");
        }
    }
}
