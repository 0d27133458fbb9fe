//! Checks events against the schemas of a folder.

use std::path::Path;

use serde_json::Value;
use tablecast_client::Event;

/// An event without a schema is valid.
pub fn validate(folder: &str, event: &Event) -> Result<(), String> {
    let file = Path::new(folder).join(format!("{}.json", event.event_type()));
    let Ok(text) = std::fs::read_to_string(file) else { return Ok(()) };
    let schema: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let data: Value = event.data().map_err(|error| error.to_string())?;
    let validator = jsonschema::validator_for(&schema).map_err(|error| error.to_string())?;
    validator.validate(&data).map_err(|error| error.to_string())
}
