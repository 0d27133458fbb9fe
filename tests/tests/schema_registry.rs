//! What EventBridge's schema registry is told describes what is on the bus: an independent validator of draft 4 says so.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tablecast_authoring::registry::{Entry, entries};
use tablecast_definitions::folder;
use tablecast_pipeline::pipe::Pipes;
use tablecast_tests::http::Http;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::patience::eventually;
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

/// The examples of a type as they are on the bus.
fn on_the_bus(pipe: &str, event_type: &str) -> Vec<Value> {
    let file = project().join(format!("schemas/{event_type}.json"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let wrapped = |data: &Value| {
        json!({
            "version": "0", "id": "1", "detail-type": event_type, "source": format!("tablecast.{pipe}"),
            "account": "111122223333", "time": "2026-11-23T09:00:00Z", "region": "eu-central-1", "resources": [],
            "detail": {
                "position": "5c1f0e9a7b3d2468-1041", "specversion": "1.0", "id": format!("1:{event_type}"),
                "source": format!("tablecast/{pipe}"), "type": event_type, "subject": "a/1",
                "time": "2026-11-23T09:00:00Z", "datacontenttype": "application/json", "dataschema": schema["$id"],
                "sequence": "0".repeat(40), "data": data,
            },
        })
    };
    schema["examples"].as_array().unwrap().iter().map(wrapped).collect()
}

/// Each event without one member, and each with a member of another type, at every depth.
fn broken(event: &Value) -> Vec<(String, Value)> {
    let mut pointers = Vec::new();
    below(event, "", &mut pointers);
    let changed = |pointer: &String| {
        let mut event = event.clone();
        let place = event.pointer_mut(pointer).unwrap();
        *place = if place.is_array() { json!({}) } else { json!([]) };
        (format!("{pointer} is of another type"), event)
    };
    let without = |pointer: &String| {
        let mut event = event.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap().as_object_mut()?.remove(name);
        Some((format!("{pointer} is missing"), event))
    };
    pointers.iter().map(changed).chain(pointers.iter().filter_map(without)).collect()
}

fn below(value: &Value, path: &str, found: &mut Vec<String>) {
    let members = value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value));
    let elements =
        value.as_array().into_iter().flatten().enumerate().map(|(at, value)| (at.to_string(), value));
    for (step, value) in members.chain(elements) {
        let path = format!("{path}/{step}");
        below(value, &path, found);
        found.push(path);
    }
}

/// What our examples have that need not be there.
const OPTIONAL: [(&str, &str); 5] = [
    ("order.cancelled.v1", "/detail/data/reason is missing"),
    ("profile.changed.v1", "/detail/data/profile/bio is missing"),
    ("profile.changed.v1", "/detail/data/profile/locale is missing"),
    ("profile.created.v1", "/detail/data/bio is missing"),
    ("profile.created.v1", "/detail/data/locale is missing"),
];

#[tokio::test]
async fn examples_are_accepted_and_what_breaks_them_is_not() {
    for entry in registered() {
        let (pipe, event_type) = entry.name.trim_start_matches("tablecast.").split_once('@').unwrap();
        let examples = on_the_bus(pipe, event_type);
        let verdicts = draft4_verdicts(&schema(&entry), &examples).await;
        assert_eq!(verdicts, vec!["ok"; examples.len() + 1], "{}", entry.name);
        let broken = broken(&examples[0]);
        assert!(broken.len() > 40, "{}", entry.name);
        let events: Vec<Value> = broken.iter().map(|(_, event)| event.clone()).collect();
        let verdicts = draft4_verdicts(&schema(&entry), &events).await;
        let accepted = broken.iter().zip(&verdicts[1..]).filter(|(_, verdict)| *verdict == "ok");
        let accepted: BTreeSet<&str> = accepted.map(|((what, _), _)| what.as_str()).collect();
        let optional = OPTIONAL.iter().filter(|(of, _)| *of == event_type).map(|(_, what)| *what);
        assert_eq!(accepted, optional.collect(), "{event_type}");
    }
}

#[tokio::test]
async fn what_is_no_schema_of_draft_4_is_refused_by_the_validator() {
    let mut schema = schema(&registered()[0]);
    schema["properties"]["id"]["minLength"] = json!(-1);
    let verdicts = draft4_verdicts(&schema, &[json!({})]).await;
    assert!(verdicts[0].starts_with("no schema: -1 is less than"), "{verdicts:?}");
}

#[tokio::test]
async fn what_is_published_on_the_bus_is_as_it_was_registered() {
    let machine = Machine::start().await;
    machine.dynamodb().put("profiles", profile("ada", "Ada")).await;
    let event = eventually("an event on the bus", async || {
        let (_, body) = Http::default().get(&machine.addresses().bus).await.unwrap();
        let arrived: Value = serde_json::from_slice(&body).unwrap();
        arrived.get(0).cloned()
    })
    .await;
    let entry =
        registered().into_iter().find(|entry| entry.name == "tablecast.profiles@profile.created.v1").unwrap();
    assert_eq!(draft4_verdicts(&schema(&entry), &[event]).await, ["ok", "ok"]);
}
