use std::path::Path;

use tablecast_definitions::folder;

use super::*;

fn schema(event_type: &str, body: Json) -> DefinitionFile {
    let mut document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://tablecast.example/schemas/{event_type}.json"),
    });
    document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    DefinitionFile {
        file: format!("schemas/{event_type}.json"),
        name: event_type.into(),
        text: document.to_string(),
    }
}

fn registered(
    name: &str,
    event_types: &[&str],
    schemas: &[DefinitionFile],
) -> Result<Vec<Entry>, Vec<Problem>> {
    let rule = |(at, name)| format!("  - {{ type: {name}, when: item.rule == {at}, data: {{}} }}\n");
    let rules: String = event_types.iter().enumerate().map(rule).collect();
    let pipe = DefinitionFile {
        file: format!("pipes/{name}.yaml"),
        name: name.into(),
        text: format!("table: orders\nsubject: '\"x\"'\nevents:\n{rules}"),
    };
    entries(&Pipes::compile(&[pipe], schemas).unwrap(), schemas)
}

#[test]
fn events_of_this_project_have_entries_that_are_valid_draft_4_schemas() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let (pipes, schemas) = (
        folder::read(&root.join("pipes"), "yaml").unwrap(),
        folder::read(&root.join("schemas"), "json").unwrap(),
    );
    let entries = entries(&Pipes::compile(&pipes, &schemas).unwrap(), &schemas).unwrap();
    let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    let orders = ["order.cancelled.v1", "order.placed.v1", "order.status-changed.v1"];
    let profiles = ["profile.changed.v1", "profile.created.v1", "profile.deleted.v1"];
    let expected: Vec<String> = (orders.iter().map(|name| format!("tablecast.orders@{name}")))
        .chain(profiles.iter().map(|name| format!("tablecast.profiles@{name}")))
        .collect();
    assert_eq!(names, expected);
    for entry in &entries {
        let schema: Json = serde_json::from_str(&entry.content).unwrap();
        assert!(jsonschema::draft4::meta::is_valid(&schema), "{schema:#}");
    }
    assert_eq!(entries[1].description, "A customer placed an order.");
}

#[test]
fn several_rules_with_the_same_type_give_one_entry() {
    let schemas = [
        schema("a.v1", json!({"title": "A"})),
        schema("b.v1", json!({"description": "B.", "deprecated": true})),
    ];
    let entries = registered("orders", &["b.v1", "a.v1", "b.v1"], &schemas).unwrap();
    let named: Vec<_> =
        entries.iter().map(|entry| (entry.name.as_str(), entry.description.as_str())).collect();
    assert_eq!(named, [("tablecast.orders@a.v1", "A"), ("tablecast.orders@b.v1", "Deprecated. B.")]);
}

#[test]
fn the_longest_possible_name_fits_eventbridge() {
    let event_type = format!("{}.v1", "a".repeat(125));
    let entries = registered(&"p".repeat(57), &[&event_type], &[schema(&event_type, json!({}))]).unwrap();
    assert!(entries[0].name.len() <= 385);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_.@-".contains(letter);
    assert!(entries[0].name.chars().all(allowed));
}

#[test]
fn a_content_of_100_000_characters_is_registered_and_one_more_is_a_problem() {
    let result = |length: usize| {
        registered("orders", &["a.v1"], &[schema("a.v1", json!({"title": "é".repeat(length)}))])
    };
    let empty = result(0).unwrap()[0].content.chars().count();
    let full = result(MAX_CONTENT - empty).unwrap();
    assert_eq!(full[0].content.chars().count(), MAX_CONTENT);
    let problems = result(MAX_CONTENT - empty + 1).unwrap_err();
    let expected = "schemas/a.v1.json: the registry schema has 100001 characters; EventBridge allows 100000";
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_description_of_256_characters_is_unchanged_and_one_more_is_shortened() {
    let description = |length: usize| {
        let schema = schema("a.v1", json!({"description": "é".repeat(length)}));
        registered("orders", &["a.v1"], &[schema]).unwrap()[0].description.clone()
    };
    assert_eq!(description(256), "é".repeat(256));
    assert_eq!(description(257), format!("{}…", "é".repeat(255)));
}

#[test]
fn an_unsupported_keyword_of_a_shared_file_is_reported_once_for_that_file() {
    let part = schema("part.v1", json!({"$defs": {"x": {"propertyNames": {"maxLength": 3}}}}));
    let to = json!({"$ref": "part.v1.json#/$defs/x"});
    let schemas = [part, schema("a.v1", to.clone()), schema("b.v1", to)];
    let problems = registered("orders", &["a.v1", "b.v1"], &schemas).unwrap_err();
    let paths: Vec<_> =
        problems.iter().map(|problem| (problem.file.as_str(), problem.path.as_str())).collect();
    assert_eq!(paths, [("schemas/part.v1.json", "/$defs/x/propertyNames")]);
    assert_eq!(problems[0].rule.name(), "schema-registry");
}
