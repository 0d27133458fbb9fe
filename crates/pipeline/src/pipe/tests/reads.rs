//! Items that were read from the table become events too.

use tablecast_protocol::element::Element;

use super::*;
use crate::record::{ReadItem, read_record};

const SCHEMA: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/seen.v1.json"}"#;

/// Returns what a read item becomes if a pipe has one rule with this condition and this data.
fn element(when: &str, data: &str, sequence: Option<&str>) -> Element {
    let rule = format!("{{ type: seen.v1, {when} data: {{ {data} }} }}");
    let text = format!("table: orders\nsubject: '\"orders/\" + keys.id'\nevents:\n  - {rule}\n");
    let schema =
        DefinitionFile { file: "schemas/seen.v1.json".into(), name: "seen.v1".into(), text: SCHEMA.into() };
    let pipes = Pipes::compile(&[source("orders", &text)], &[schema]).unwrap();
    let item = json!({"id": {"S": "1"}, "total": {"N": "42"}});
    let attributes = item.as_object().unwrap();
    let read =
        ReadItem { table: "orders", keys: &["id".to_owned()], attributes, time: 1_795_404_522_000, sequence };
    enrich(&pipes, &format!("[{}]", read_record(&read))).unwrap().remove(0)
}

fn event(when: &str, data: &str, sequence: Option<&str>) -> Json {
    let element = element(when, data, sequence);
    assert!(element.rejected.is_none(), "{element:?}");
    serde_json::from_str(element.events[0].get()).unwrap()
}

#[test]
fn the_event_of_a_read_has_the_item_and_no_sequence() {
    let event = event("", "total: item.total, by: operation", None);
    assert_eq!(event["data"], json!({"total": 42, "by": "READ"}));
    assert_eq!((&event["subject"], &event["time"]), (&json!("orders/1"), &json!("2026-11-23T03:28:42Z")));
    assert!(event["id"].as_str().unwrap().starts_with("read-"), "{event}");
    assert_eq!(event.get("sequence"), None);
}

#[test]
fn the_event_of_a_read_has_the_sequence_that_its_reader_gives() {
    let event = event("", "at: record.sequence", Some("0"));
    assert_eq!(event["sequence"], "0".repeat(40));
    assert_eq!(event["data"]["at"], event["sequence"]);
}

#[test]
fn a_condition_on_the_operation_decides_about_a_read() {
    for (when, events) in [
        (r#"operation == "INSERT""#, 0),
        (r#"operation in ["INSERT", "READ"]"#, 1),
        (r#"operation != "REMOVE""#, 1),
        (r#"operation == "MODIFY" && old.total != new.total"#, 0),
        (r#"old.total != new.total && operation == "MODIFY""#, 0),
    ] {
        let element = element(&format!("when: '{when}',"), "total: item.total", None);
        assert_eq!((element.events.len(), element.rejected.is_some()), (events, false), "{when}");
    }
}

#[test]
fn an_absent_part_of_a_read_is_rejected_as_in_every_record() {
    for (when, data, path) in [
        ("when: 'old.total != new.total',", "total: item.total", "events[0].when"),
        ("", "at: record.sequence", "events[0].data.at"),
    ] {
        assert_eq!(element(when, data, None).rejected.map(|rejected| rejected.path).as_deref(), Some(path));
    }
    assert_eq!(event("", "'at': 'record.?sequence'", None)["data"], json!({}));
}
