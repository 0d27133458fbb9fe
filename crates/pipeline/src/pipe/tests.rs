use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};
use tablecast_definitions::folder;

use super::*;
use crate::enrich::enrich;

mod conditions;
mod reads;
mod sources;
mod table_names;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn pipes() -> Pipes {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    Pipes::compile(&read("pipes", "yaml"), &read("schemas", "json")).unwrap()
}

fn fixture(name: &str) -> String {
    fs::read_to_string(root().join("pipes").join(name)).unwrap()
}

fn events(pipes: &Pipes, record: &str) -> Vec<Json> {
    let elements = enrich(pipes, &format!("[{record}]")).unwrap();
    assert_eq!(elements.len(), 1);
    assert!(elements[0].rejected.is_none(), "{elements:?}");
    elements[0].events.iter().map(|event| serde_json::from_str(event.get()).unwrap()).collect()
}

#[test]
fn every_schema_has_an_example_and_describes_every_property() {
    for (event_type, schema) in pipes().schemas().iter() {
        let examples = schema.document["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{event_type}");
        assert!(schema.document["description"].is_string(), "{event_type}");
        for (name, property) in schema.document["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{event_type}: {name}");
        }
    }
}

#[test]
fn an_attribute_that_no_pipe_lists_never_leaves_the_table() {
    let pipes = pipes();
    for pipe in pipes.iter() {
        for example in &pipe.definition.tests {
            let record = fixture(&example.record);
            assert!(record.contains("never-leaves-the-table"), "{} could not fail", example.record);
            for event in events(&pipes, &record) {
                let text = event.to_string();
                assert!(!text.contains("never-leaves") && !text.contains("asswordHash"), "{text}");
            }
        }
    }
}

#[test]
fn an_event_is_a_complete_cloudevent() {
    let event = &events(&pipes(), &fixture("fixtures/orders-insert.json"))[0];
    let expected = json!({
        "specversion": "1.0",
        "id": "00000000000000000000000000000006:order.placed.v1",
        "source": "tablecast/orders/acme",
        "type": "order.placed.v1",
        "subject": "orders/acme/1001",
        "time": "2026-11-23T03:28:42Z",
        "datacontenttype": "application/json",
        "dataschema": "https://tablecast.example/schemas/order.placed.v1.json",
        "sequence": "0000000000000000000111000000000000000006",
        "data": {
            "orderId": "1001", "total": "129.9", "currency": "EUR", "placedAt": "2026-11-23T09:00:00Z",
            "lines": [{"sku": "lamp-7", "quantity": 2, "unitPrice": "64.95"}],
        },
    });
    assert_eq!(event, &expected);
}

#[test]
fn a_change_names_what_changed() {
    let event = &events(&pipes(), &fixture("fixtures/profiles-modify.json"))[0];
    assert_eq!(event["data"]["changed"], json!(["bio", "locale"]));
    assert_eq!(event["data"]["profile"]["bio"], "Writes notes on engines.");
}

#[test]
fn an_expired_item_differs_from_a_deleted_item() {
    let pipes = pipes();
    let reason = |name| events(&pipes, &fixture(name))[0]["data"]["reason"].clone();
    assert_eq!(reason("fixtures/profiles-expire.json"), "expired");
    assert_eq!(reason("fixtures/profiles-remove.json"), "deleted");
}

#[test]
fn only_a_delete_by_dynamodb_itself_is_an_expiry() {
    let pipes = pipes();
    let expired: Json = serde_json::from_str(&fixture("fixtures/profiles-expire.json")).unwrap();
    for identity in [
        json!({ "type": "Service", "principalId": "replication.dynamodb.amazonaws.com" }),
        json!({ "type": "Service", "principalId": 1 }),
        json!({ "principalId": null }),
        json!({}),
        json!("dynamodb.amazonaws.com"),
        Json::Null,
    ] {
        let mut deleted = expired.clone();
        deleted["userIdentity"] = identity.clone();
        let event = &events(&pipes, &deleted.to_string())[0];
        assert_eq!(event["data"]["reason"], "deleted", "{identity}");
    }
}

fn source(name: &str, text: &str) -> DefinitionFile {
    DefinitionFile { file: format!("pipes/{name}.yaml"), name: name.into(), text: text.into() }
}

fn problems(text: &str) -> Vec<String> {
    let schemas = folder::read(&root().join("schemas"), "json").unwrap();
    let problems = Pipes::compile(&[source("orders", text)], &schemas).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn all_problems_of_a_pipe_file_are_reported_with_line_and_reason() {
    let text = r#"table: orders
stream: { batch: 0, max_age: 24h }
let: { new: '1' }
subject: '"orders/" + item.'
grant: '"orders/" + item.tenant'
events:
  - type: order.lost.v1
    when: operaton == "INSERT"
    data:
      orderId: item.orderId
      lines:
        - shout(item.lines)
"#;
    let problems = problems(text);
    let expected = [
        "pipes/orders.yaml: stream.batch: must be 1 to 10000 records",
        "pipes/orders.yaml: stream.max_age: must be 1m to 23h",
        "pipes/orders.yaml:3: let.new: new has a meaning already",
        "pipes/orders.yaml:4: subject: ends after `.`: write what follows it",
        "pipes/orders.yaml: grant: item is not known: a grant joins texts",
        "pipes/orders.yaml:7: events[0].type: there is no schemas/order.lost.v1.json",
        "pipes/orders.yaml:8: events[0].when: operaton is not known. Did you mean operation? There are operation, keys",
        "pipes/orders.yaml:12: events[0].data.lines[0]: there is no function shout",
    ];
    for (problem, start) in problems.iter().zip(expected) {
        assert!(problem.starts_with(start), "{problem}");
    }
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
}

#[test]
fn a_broken_limit_is_reported_as_what_the_value_must_be() {
    let rest = "subject: '\"orders/\" + item.orderId'\nevents: []\n";
    let problems =
        problems(&format!("table: or\nstream: {{ window: 5m, max_age: 5m, parallel: 0 }}\n{rest}"));
    for expected in [
        "pipes/orders.yaml: stream.max_age: must be longer than stream.window",
        "pipes/orders.yaml: stream.parallel: must be 1 to 10",
        "pipes/orders.yaml: events: needs at least one event, or write `state`",
        "pipes/orders.yaml: table: must be 3 to 255 characters long",
    ] {
        assert!(problems.iter().any(|problem| problem == expected), "{problems:#?}");
    }
}

#[test]
fn the_texts_of_subject_and_grant_are_checked_at_compilation() {
    let rest = "events:\n  - { type: order.placed.v1, data: { orderId: item.orderId } }\n";
    let found = |subject: &str, grant: &str| {
        problems(&format!("table: orders\nsubject: '{subject}'\ngrant: '{grant}'\n{rest}"))
    };
    assert!(
        found(r#""/orders/" + item.orderId"#, r#""orders/*""#)[0].contains("subject: has an empty segment")
    );
    assert!(found(r#""orders/*""#, r#""orders/*""#)[0].contains("subject: has a misplaced *"));
    assert!(
        found(r#""orders/" + item.orderId"#, r#""orders//" + claims.tenant"#)[0]
            .contains("grant: has an empty segment")
    );
    assert!(
        found(r#""orders/" + item.orderId"#, r#""*/" + claims.tenant"#)[0]
            .contains("grant: has a misplaced *")
    );
}

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    let problems = problems("table: orders\nsubjekt: x\nevents: []\n");
    assert!(
        problems[0].starts_with("pipes/orders.yaml:2: ") && problems[0].contains("subjekt"),
        "{}",
        problems[0]
    );
    assert_eq!(problems[0].lines().count(), 1);
}

#[test]
fn a_pipe_cannot_emit_control_events() {
    let text = "table: orders\nsubject: '\"x\"'\nevents:\n  - { type: tablecast.subscribed.v1, data: { subjects: '[]' } }\n";
    assert!(problems(text)[0].starts_with("pipes/orders.yaml:4: events[0].type: tablecast. is reserved"));
}

#[test]
fn a_broken_schema_does_not_hide_problems_of_a_pipe() {
    let pipe =
        source("orders", "table: or\nsubject: '\"x\"'\nevents:\n  - { type: order.placed.v1, data: '1' }\n");
    let schema = DefinitionFile {
        file: "schemas/order.placed.v1.json".into(),
        name: "order.placed.v1".into(),
        text: "{".into(),
    };
    let problems = Pipes::compile(&[pipe], &[schema]).unwrap_err();
    let files: Vec<&str> = problems.iter().map(|problem| problem.file.as_str()).collect();
    assert_eq!(files, ["pipes/orders.yaml", "schemas/order.placed.v1.json"]);
}

#[test]
fn a_table_has_one_pipe() {
    let read = |folder: &str, extension| folder::read(&root().join(folder), extension).unwrap();
    let mut sources = read("pipes", "yaml");
    sources.push(DefinitionFile {
        name: "again".into(),
        file: "pipes/again.yaml".into(),
        ..sources[0].clone()
    });
    let problems = Pipes::compile(&sources, &read("schemas", "json")).unwrap_err();
    assert_eq!(
        problems[0].to_string(),
        "pipes/again.yaml: table: orders has a pipe already: orders.yaml. Put all events of a table into one file"
    );
}

#[test]
fn only_attributes_in_expressions_are_read() {
    use crate::attribute::Projection;
    let pipes = pipes();
    let projections = &pipes.of_table("orders").unwrap().projections;
    let only = |names: &[&str]| Projection::Only(names.iter().map(ToString::to_string).collect());
    assert_eq!(projections.keys, only(&["orderId"]));
    assert_eq!(
        projections.old,
        only(&["createdAt", "currency", "lines", "orderId", "status", "tenant", "total"])
    );
}

#[test]
fn the_first_rule_of_a_type_that_holds_gives_the_event() {
    let text = r#"table: orders
subject: '"orders/" + item.orderId'
events:
  - { type: order.cancelled.v1, when: operation == "INSERT", data: { orderId: item.orderId, from: '"PAID"' } }
  - { type: order.cancelled.v1, data: { orderId: item.orderId, from: '"SHIPPED"' } }
"#;
    let schemas = folder::read(&root().join("schemas"), "json").unwrap();
    let pipes = Pipes::compile(&[source("orders", text)], &schemas).unwrap();
    let from = |name| -> Vec<Json> {
        events(&pipes, &fixture(name)).iter().map(|it| it["data"]["from"].clone()).collect()
    };
    assert_eq!(from("fixtures/orders-insert.json"), ["PAID"]);
    assert_eq!(from("fixtures/orders-modify-status.json"), ["SHIPPED"]);
}
