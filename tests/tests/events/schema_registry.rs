//! The schemas for EventBridge's schema registry describe the events on the bus, checked with a validator of
//! draft 4.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tablecast_authoring::registry::{Entry, entries};
use tablecast_definitions::folder;
use tablecast_pipeline::pipe::Pipes;
use tablecast_tests::eventually::eventually;
use tablecast_tests::http::Http;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::project;
use tablecast_tests::python::draft4_verdicts;

fn registered() -> Vec<Entry> {
    let read = |name: &str, extension| folder::read(&project().join(name), extension).unwrap();
    let (pipes, schemas) = (read("pipes", "yaml"), read("schemas", "json"));
    entries(&Pipes::compile(&pipes, &schemas).unwrap(), &schemas).unwrap()
}

fn schema(entry: &Entry) -> Value {
    serde_json::from_str(&entry.content).unwrap()
}

/// Returns the examples of an event type in the envelope of the bus.
fn on_the_bus(pipe: &str, event_type: &str) -> Vec<Value> {
    let file = project().join(format!("schemas/{event_type}.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let wrapped = |data: &Value| {
        json!({
            "version": "0", "id": "1", "detail-type": event_type, "source": format!("tablecast.{pipe}"),
            "account": "111122223333", "time": "2026-11-23T09:00:00Z", "region": "eu-central-1", "resources": [],
            "detail": {
                "position": "5c1f0e9a7b3d2468-1041", "specversion": "1.0", "id": format!("1:{event_type}"),
                "source": format!("tablecast/{pipe}/a"), "type": event_type, "subject": "a/1",
                "time": "2026-11-23T09:00:00Z", "datacontenttype": "application/json", "dataschema": schema["$id"],
                "sequence": "0".repeat(40), "data": data,
            },
        })
    };
    schema["examples"].as_array().unwrap().iter().map(wrapped).collect()
}

/// Returns invalid copies of an event: each lacks a member or has a member of the wrong type, at every depth.
fn invalid(event: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    collect_pointers(event, "", &mut pointers);
    let changed = |pointer: &String| {
        let mut event = event.clone();
        let value = event.pointer_mut(pointer).unwrap();
        *value = if value.is_array() { json!({}) } else { json!([]) };
        (format!("{pointer} has the wrong type"), event)
    };
    let without = |pointer: &String| {
        let mut event = event.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap().as_object_mut()?.remove(name);
        Some((format!("{pointer} is missing"), event))
    };
    pointers.iter().map(changed).chain(pointers.iter().filter_map(without)).collect()
}

fn collect_pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    let members = value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value));
    let elements =
        value.as_array().into_iter().flatten().enumerate().map(|(index, value)| (index.to_string(), value));
    for (segment, value) in members.chain(elements) {
        let path = format!("{path}/{segment}");
        collect_pointers(value, &path, found);
        found.push(path);
    }
}

/// Optional members that the examples have.
const OPTIONAL: [(&str, &str); 5] = [
    ("order.cancelled.v1", "/detail/data/reason is missing"),
    ("profile.changed.v1", "/detail/data/profile/bio is missing"),
    ("profile.changed.v1", "/detail/data/profile/locale is missing"),
    ("profile.created.v1", "/detail/data/bio is missing"),
    ("profile.created.v1", "/detail/data/locale is missing"),
];

#[tokio::test]
async fn a_registered_schema_accepts_examples_and_refuses_invalid_copies() {
    for entry in registered() {
        let (pipe, event_type) = entry.name.trim_start_matches("tablecast.").split_once('@').unwrap();
        let examples = on_the_bus(pipe, event_type);
        let verdicts = draft4_verdicts(&schema(&entry), &examples).await;
        assert_eq!(verdicts, vec!["ok"; examples.len() + 1], "{}", entry.name);
        let invalid = invalid(&examples[0]);
        assert!(invalid.len() > 40, "{}", entry.name);
        let events: Vec<Value> = invalid.iter().map(|(_, event)| event.clone()).collect();
        let verdicts = draft4_verdicts(&schema(&entry), &events).await;
        let accepted = invalid.iter().zip(&verdicts[1..]).filter(|(_, verdict)| *verdict == "ok");
        let accepted: BTreeSet<&str> = accepted.map(|((what, _), _)| what.as_str()).collect();
        let optional = OPTIONAL.iter().filter(|(name, _)| *name == event_type).map(|(_, what)| *what);
        assert_eq!(accepted, optional.collect(), "{event_type}");
    }
}

#[tokio::test]
async fn the_validator_refuses_an_invalid_schema() {
    let mut schema = schema(&registered()[0]);
    schema["properties"]["id"]["minLength"] = json!(-1);
    let verdicts = draft4_verdicts(&schema, &[json!({})]).await;
    assert!(verdicts[0].starts_with("not a schema: -1 is less than"), "{verdicts:?}");
}

#[tokio::test]
async fn an_event_on_the_bus_matches_its_registered_schema() {
    let local = LocalMode::start().await;
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    let event = eventually("an event on the bus", async || {
        let (_, body) = Http::default().get(&local.addresses().bus).await.unwrap();
        let events: Value = serde_json::from_slice(&body).unwrap();
        events.get(0).cloned()
    })
    .await;
    let entry =
        registered().into_iter().find(|entry| entry.name == "tablecast.profiles@profile.created.v1").unwrap();
    assert_eq!(draft4_verdicts(&schema(&entry), &[event]).await, ["ok", "ok"]);
}
