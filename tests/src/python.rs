//! A JSON Schema validator in Python for draft 4, which the schema registry of EventBridge uses.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::node::output_lines;
use crate::{project, tools};

/// Validates a schema, then each event with it. Returns `ok` or the error for each.
pub async fn draft4_verdicts(schema: &Value, events: &[Value]) -> Vec<String> {
    let mut python = Command::new(tools::python());
    python.arg(project().join("tests/clients/draft4.py"));
    let input = json!({ "schema": schema, "events": events });
    let lines = output_lines(python, &format!("{input}\n")).await;
    serde_json::from_str(&lines[0]).unwrap()
}
