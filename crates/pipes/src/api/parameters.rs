//! The parameters of a pipe in the shape of the API. DescribePipe returns them as the caller gave them.

use serde_json::{Map, Value};

pub type Object = Map<String, Value>;

/// The BatchSize of a pipe whose request has none.
pub const DEFAULT_BATCH_SIZE: u16 = 100;

/// The members that UpdatePipe may change, besides DesiredState.
const CHANGEABLE: [&str; 9] = [
    "Description",
    "Enrichment",
    "EnrichmentParameters",
    "KmsKeyIdentifier",
    "LogConfiguration",
    "RoleArn",
    "SourceParameters",
    "Target",
    "TargetParameters",
];
const SOURCE: &str = "Source";
const STREAM_PARAMETERS: &str = "DynamoDBStreamParameters";
const STARTING_POSITION: &str = "StartingPosition";

#[derive(Debug, Clone, PartialEq)]
pub struct PipeParameters(Object);

impl PipeParameters {
    /// Ignores unknown members, as AWS does.
    pub fn new(body: &Object) -> Self {
        let source = body.get(SOURCE).map(|source| (SOURCE.to_owned(), source.clone()));
        Self(source.into_iter().collect()).updated(body)
    }

    /// Applies an update: absent members stay, and empty members are removed.
    pub fn updated(&self, change: &Object) -> Self {
        let mut members = self.0.clone();
        for name in CHANGEABLE {
            let Some(new) = change.get(name).filter(|new| !new.is_null()).map(without_nulls) else {
                continue;
            };
            let before = members.remove(name).unwrap_or_else(|| Object::new().into());
            let value = match name {
                "SourceParameters" => with_starting_position(&before, merged(before.clone(), &new)),
                "EnrichmentParameters" | "TargetParameters" => merged(before, &new),
                _ => new,
            };
            if !is_empty(&value) {
                members.insert(name.to_owned(), value);
            }
        }
        Self(members)
    }

    pub fn members(&self) -> &Object {
        &self.0
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }
}

/// Replaces whole members, so that an absent optional field of a member falls back to its default.
fn merged(before: Value, change: &Value) -> Value {
    let (Value::Object(mut members), Value::Object(change)) = (before, change) else { return change.clone() };
    members.extend(change.clone());
    members.retain(|_, value| !is_empty(value));
    members.into()
}

/// Keeps the starting position, which an update cannot change.
fn with_starting_position(before: &Value, mut after: Value) -> Value {
    let start = before[STREAM_PARAMETERS].get(STARTING_POSITION);
    let parameters = after.get_mut(STREAM_PARAMETERS).and_then(Value::as_object_mut);
    if let (Some(start), Some(parameters)) = (start, parameters) {
        parameters.insert(STARTING_POSITION.to_owned(), start.clone());
    }
    after
}

/// On AWS, a member that is null is absent.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let given = members.iter().filter(|(_, value)| !value.is_null());
            given.map(|(name, value)| (name.clone(), without_nulls(value))).collect::<Object>().into()
        }
        Value::Array(values) => values.iter().map(without_nulls).collect(),
        value => value.clone(),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
