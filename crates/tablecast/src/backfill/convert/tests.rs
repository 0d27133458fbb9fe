use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_protocol::event::EventHead;

use super::*;

#[test]
fn an_item_passes_the_filter_if_one_that_was_just_written_does() {
    let record =
        json!({"eventName": "READ", "dynamodb": {"NewImage": {"status": {"S": "PAID"}}}}).to_string();
    let passes = |pattern: Json| passes(&Filter::new(&[pattern]).unwrap(), &record);
    assert!(passes(json!({"eventName": ["INSERT", "MODIFY"]})));
    assert!(passes(json!({"eventName": ["MODIFY"]})));
    assert!(passes(json!({"dynamodb": {"NewImage": {"status": {"S": ["PAID"]}}}})));
    assert!(!passes(json!({"eventName": ["REMOVE"]})));
    assert!(!passes(json!({"dynamodb": {"NewImage": {"status": {"S": ["OPEN"]}}}})));
    assert!(super::passes(&Filter::new(&[]).unwrap(), &record));
}

#[test]
fn a_page_whose_events_are_larger_than_a_response_is_converted_in_parts() {
    for bisect in [false, true] {
        let file = |file: &str, name: &str, text: String| DefinitionFile {
            file: file.to_owned(),
            name: name.to_owned(),
            text,
        };
        let pipe = format!(
            "table: things\nstream: {{ bisect: {bisect} }}\nsubject: '\"things/\" + keys.id'\nevents:\n  \
             - {{ type: thing.seen.v1, data: {{ text: item.text }} }}\n"
        );
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://e.com/thing.seen.v1.json",
        });
        let schemas = [file("schemas/thing.seen.v1.json", "thing.seen.v1", schema.to_string())];
        let pipes = Pipes::compile(&[file("pipes/things.yaml", "things", pipe)], &schemas).unwrap();
        let text = |text: String| AttributeValue::S(text);
        let item = |id: usize| -> Item {
            [("id".to_owned(), text(id.to_string())), ("text".to_owned(), text("x".repeat(350_000)))].into()
        };
        let items = (0..30).map(item).collect();
        let page = Page { segment: 0, items, read_at: 0, units: 1.0, next: None };
        let (filter, keys, mut counts) = (Filter::default(), ["id".to_owned()], Counts::default());
        let converter = Converter { pipes: &pipes, filter, table: "things", keys: &keys, replay: "r" };
        let events = converter.events(&page, &mut counts).unwrap();
        let subject = |event: &String| EventHead::parse(event).unwrap().subject.into_owned();
        let subjects: Vec<String> = events.iter().map(subject).collect();
        assert_eq!(subjects, (0..30).map(|id| format!("things/{id}")).collect::<Vec<_>>());
        assert_eq!((counts.items, counts.events, counts.rejected), (30, 30, 0));
    }
}
