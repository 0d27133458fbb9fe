//! The schemas that Terraform registers in EventBridge's schema registry:
//! `{ "<name>": { "description": ..., "content": ... } }`.

use std::error::Error;
use std::path::Path;

use serde_json::{Map, Value, json};
use tablecast_authoring::registry;
use tablecast_definitions::folder;
use tablecast_definitions::problem;
use tablecast_pipeline::pipe::Pipes;

/// Reads the pipe files and schemas of a folder.
pub fn read(from: &Path) -> Result<String, Box<dyn Error>> {
    let pipes = folder::read(&from.join("pipes"), "yaml")?;
    let schemas = folder::read(&from.join("schemas"), "json")?;
    let entries = Pipes::compile(&pipes, &schemas).and_then(|pipes| registry::entries(&pipes, &schemas));
    let entries = entries.map_err(|problems| {
        format!(
            "nothing was built, because there are problems; `tablecast check` explains each one\n{}",
            problem::lines(&problems)
        )
    })?;
    let members = entries
        .into_iter()
        .map(|entry| (entry.name, json!({ "description": entry.description, "content": entry.content })));
    let file = Value::Object(members.collect::<Map<_, _>>());
    Ok(format!("{}\n", serde_json::to_string_pretty(&file)?))
}
