//! The schemas that Terraform registers in EventBridge's schema registry:
//! `{ "<name>": { "description": ..., "content": ... } }`.

use std::error::Error;

use serde_json::{Map, Value, json};
use tablecast_authoring::registry;
use tablecast_definitions::problem;
use tablecast_pipeline::pipe::Pipes;

use crate::definitions::Definitions;

/// Returns the content of `registry.json`.
pub fn content(definitions: &Definitions) -> Result<String, Box<dyn Error>> {
    let Definitions { pipes, schemas, .. } = definitions;
    let entries = Pipes::compile(pipes, schemas).and_then(|pipes| registry::entries(&pipes, schemas));
    let entries = entries.map_err(|problems| problem::lines(&problems))?;
    let members = entries
        .into_iter()
        .map(|entry| (entry.name, json!({ "description": entry.description, "content": entry.content })));
    let file = Value::Object(members.collect::<Map<_, _>>());
    Ok(format!("{}\n", serde_json::to_string_pretty(&file)?))
}
