//! The source of an event is its channel: the first segments of its subject.

use tablecast_protocol::channel::{Channel, MAX_SOURCE_BYTES};
use tablecast_protocol::element::Element;

use super::*;

const SCHEMA: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://example.com/seen.v1.json"}"#;

/// Returns what an item with these attributes becomes.
fn element(log: &str, subject: &str, item: &Json) -> Element {
    let text =
        format!("table: orders\n{log}subject: '{subject}'\nevents:\n  - {{ type: seen.v1, data: {{}} }}\n");
    let schema =
        DefinitionFile { file: "schemas/seen.v1.json".into(), name: "seen.v1".into(), text: SCHEMA.into() };
    let pipes = Pipes::compile(&[source("orders", &text)], &[schema]).unwrap();
    let mut record: Json = serde_json::from_str(&fixture("fixtures/orders-insert.json")).unwrap();
    record["dynamodb"]["NewImage"] =
        item.as_object().unwrap().iter().map(|(name, text)| (name.clone(), json!({ "S": text }))).collect();
    enrich(&pipes, &json!([record]).to_string()).unwrap().remove(0)
}

fn source_of(log: &str, subject: &str, item: &Json) -> String {
    let element = element(log, subject, item);
    let event: Json = serde_json::from_str(element.events[0].get()).unwrap();
    event["source"].as_str().unwrap().to_owned()
}

#[test]
fn the_source_of_an_event_is_the_channel_of_its_subject() {
    let item = json!({ "tenant": "acme", "shop": "nord", "id": "1001" });
    let deep = r#""orders/" + item.tenant + "/" + item.shop + "/" + item.id"#;
    let flat = r#""orders/" + item.id"#;
    for (log, subject, expected) in [
        ("", deep, "tablecast/orders/acme"),
        ("log: { channel: 1 }\n", deep, "tablecast/orders"),
        ("log: { channel: 2 }\n", deep, "tablecast/orders/acme"),
        ("log: { channel: 3 }\n", deep, "tablecast/orders/acme/nord"),
        ("log: { channel: 4 }\n", deep, "tablecast/orders/acme/nord/1001"),
        ("log: { channel: 8 }\n", deep, "tablecast/orders/acme/nord/1001"),
        ("log: { channel: 1 }\n", flat, "tablecast/orders"),
        ("log: { channel: 3 }\n", flat, "tablecast/orders/1001"),
        ("", r#""orders""#, "tablecast/orders"),
    ] {
        assert_eq!(source_of(log, subject, &item), expected, "{log}{subject}");
    }
}

#[test]
fn a_source_is_a_uri_reference_whatever_the_subject_contains() {
    let subject = r#""orders/" + item.tenant + "/" + item.id"#;
    for (tenant, expected) in [
        ("a b", "tablecast/orders/a%20b"),
        ("ä", "tablecast/orders/%C3%A4"),
        ("a#b?c", "tablecast/orders/a%23b%3Fc"),
        ("50%", "tablecast/orders/50%25"),
        ("%2F", "tablecast/orders/%252F"),
        ("a:b@c", "tablecast/orders/a%3Ab%40c"),
        ("..", "tablecast/orders/.."),
        ("\"\\", "tablecast/orders/%22%5C"),
    ] {
        let source = source_of("", subject, &json!({ "tenant": tenant, "id": "1" }));
        assert_eq!(source, expected, "{tenant}");
        let channel = Channel::of_source(&source).unwrap();
        assert_eq!(channel.to_string(), format!("orders/{tenant}"));
    }
}

#[test]
fn a_record_whose_source_is_too_long_is_rejected_with_the_reason() {
    let subject = r#""orders/" + item.tenant + "/" + item.id"#;
    let fitting = (MAX_SOURCE_BYTES - "tablecast/orders/".len()) / 3;
    let result = |letters: usize, log: &str| {
        element(log, subject, &json!({ "tenant": " ".repeat(letters), "id": "1" }))
    };
    assert!(result(fitting, "").rejected.is_none());
    let rejected = result(fitting + 1, "").rejected.unwrap();
    assert_eq!(
        (rejected.path.as_str(), rejected.reason.as_str()),
        (
            "subject",
            "the encoded source of its channel has 1025 bytes, but 1024 are possible: lower log.channel, or shorten the subject"
        )
    );
    assert!(result(fitting + 1, "log: { channel: 1 }\n").rejected.is_none());
}
