//! Checks events against `schemas/`.

use std::fs;

use serde_json::Value;

use crate::project;

/// Asserts that `data` matches the schema file of the event's type, and that `dataschema` is its `$id`.
pub fn assert_data_is_valid(event: &Value) {
    let file = project().join("schemas").join(format!("{}.json", event["type"].as_str().unwrap()));
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(schema["$id"], event["dataschema"]);
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    let validator = options.should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&event["data"]).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?} in {event}");
}
