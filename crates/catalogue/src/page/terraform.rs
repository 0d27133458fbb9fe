use serde_json::Value as Json;

use crate::contents::Event;

/// EventBridge's limit for the characters of a rule's name.
const MAX_RULE_NAME: usize = 64;

/// Returns an EventBridge rule for an event.
pub fn rule(bus: &str, event: &Event<'_>, sources: &[String]) -> String {
    let name = event.event_type.replace('.', "-");
    let name = if name.len() <= MAX_RULE_NAME {
        format!("  name           = {}\n", text(&name))
    } else {
        String::new()
    };
    let sources: Vec<String> = sources.iter().map(|source| text(source)).collect();
    format!(
        "resource \"aws_cloudwatch_event_rule\" {} {{\n{name}  event_bus_name = {}\n  event_pattern = jsonencode({{\n    \
           source      = [{}]\n    detail-type = [{}]\n  }})\n}}\n",
        text(&event.event_type.replace(['.', '-'], "_")),
        text(bus),
        sources.join(", "),
        text(event.event_type),
    )
}

/// Returns a string literal without templates.
fn text(text: &str) -> String {
    Json::from(text).to_string().replace("${", "$${").replace("%{", "%%{")
}
