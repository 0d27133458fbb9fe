use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::Event;

/// API Gateway sends `{"message": "Internal server error", ...}` when a function failed.
#[derive(Deserialize)]
struct ServerError {
    message: String,
}

/// Returns the events of a message in order: one for `cloudevents.json`, an array for `cloudevents-batch.json`.
/// The error names what it is instead.
pub(crate) fn parse(frame: &str) -> Result<Vec<Event>, String> {
    let values: Result<Vec<Box<RawValue>>, _> = match frame.trim_start().starts_with('[') {
        true => serde_json::from_str(frame),
        false => serde_json::from_str(frame).map(|value| vec![value]),
    };
    let values = values.map_err(|_| "the server sent a frame that is not JSON".to_owned())?;
    values.into_iter().map(event).collect()
}

fn event(value: Box<RawValue>) -> Result<Event, String> {
    let other = serde_json::from_str(value.get()).map_or_else(
        |_| "the server sent a frame that is not a CloudEvent".to_owned(),
        |ServerError { message }| format!("server error: {message}"),
    );
    Event::from_raw(value).ok_or(other)
}
