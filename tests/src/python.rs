//! A validator in Python, of the draft of JSON Schema that EventBridge's registry knows.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::node::printed;
use crate::{project, tools};

/// What it says of the schema itself and, if that is one, of each event: `ok`, or why not.
pub async fn draft4_verdicts(schema: &Value, events: &[Value]) -> Vec<String> {
    let mut python = Command::new(tools::python());
    python.arg(project().join("tests/clients/draft4.py"));
    let asked = json!({ "schema": schema, "events": events });
    let told = printed(python, &format!("{asked}\n")).await;
    serde_json::from_str(&told[0]).unwrap()
}
