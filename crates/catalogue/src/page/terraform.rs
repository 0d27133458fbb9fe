use serde_json::Value as Json;

use crate::contents::Event;
use crate::deployment::Bus;

/// EventBridge's limit for the characters of a rule's name.
const MAX_RULE_NAME: usize = 64;

/// Returns an EventBridge rule for an event, with a queue that it may send to, and a queue for failures.
pub fn rule(bus: &Bus, event: &Event<'_>, sources: &[String]) -> String {
    let id = event.event_type.replace(['.', '-'], "_");
    let name = event.event_type.replace('.', "-");
    let name = if name.len() <= MAX_RULE_NAME {
        format!("  name           = {}\n", text(&name))
    } else {
        String::new()
    };
    let sources: Vec<String> = sources.iter().map(|source| text(source)).collect();
    format!(
        "resource \"aws_cloudwatch_event_rule\" {} {{\n{name}  event_bus_name = {}\n  event_pattern = jsonencode({{\n    \
           source      = [{}]\n    detail-type = [{}]\n  }})\n}}\n{}",
        text(&id),
        text(bus.reference()),
        sources.join(", "),
        text(event.event_type),
        target(&id),
    )
}

/// Returns the target of a rule: a queue, its policy and its dead-letter queue.
fn target(id: &str) -> String {
    let queue = |name: &str| format!("\nresource \"aws_sqs_queue\" \"{name}\" {{}}\n");
    format!(
        include_str!("target.tf.txt"),
        id = id,
        queue = queue(id),
        failures = queue(&format!("{id}_failures")),
    )
}

/// Returns a string literal without templates.
fn text(text: &str) -> String {
    Json::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}
