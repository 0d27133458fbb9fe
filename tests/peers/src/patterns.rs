use serde::{Deserialize, Serialize};
use serde_json::Value;
use tablecast_event_patterns::pattern::Pattern;

#[derive(Deserialize)]
pub struct Case {
    pattern: String,
    events: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Refused(String),
    /// For each event, unless it is not JSON.
    Matches(Vec<Option<bool>>),
}

pub fn answer(case: Case) -> Answer {
    let parsed = serde_json::from_str::<Value>(&case.pattern).map_err(|error| error.to_string());
    let pattern = parsed.and_then(|json| Pattern::for_bus(&json).map_err(|error| error.to_string()));
    match pattern {
        Ok(pattern) => Answer::Matches(case.events.iter().map(|event| matches(&pattern, event)).collect()),
        Err(reason) => Answer::Refused(reason),
    }
}

fn matches(pattern: &Pattern, event: &str) -> Option<bool> {
    let event: Value = serde_json::from_str(event).ok()?;
    Some(pattern.matches(&event))
}
