use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::parameters::{DEFAULT_BATCH_SIZE, Object, PipeParameters};

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum DesiredState {
    #[default]
    Running,
    Stopped,
}

impl DesiredState {
    /// Reads the optional member `DesiredState`, whose values the model has checked.
    pub fn of(body: &Object) -> Option<Self> {
        body.get("DesiredState").and_then(|state| serde_json::from_value(state.clone()).ok())
    }
}

/// The CurrentState of a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CurrentState {
    Creating,
    CreateFailed,
    Updating,
    UpdateFailed,
    Starting,
    StartFailed,
    Stopping,
    Deleting,
    Running,
    Stopped,
}

/// A pipe as DescribePipe shows it.
#[derive(Debug, Clone)]
pub struct Resource {
    pub name: String,
    pub arn: String,
    pub parameters: PipeParameters,
    pub tags: Tags,
    pub desired: DesiredState,
    pub state: CurrentState,
    /// Why the pipe failed, for StateReason.
    pub reason: Option<String>,
    created: SystemTime,
    modified: SystemTime,
}

impl Resource {
    pub fn new(
        name: &str,
        arn: String,
        parameters: PipeParameters,
        tags: Tags,
        desired: DesiredState,
    ) -> Self {
        let (now, state) = (SystemTime::now(), CurrentState::Creating);
        let name = name.to_owned();
        Self { name, arn, parameters, tags, desired, state, reason: None, created: now, modified: now }
    }

    /// Enters a transition, such as UPDATING.
    pub fn enter(&mut self, state: CurrentState) {
        (self.state, self.reason, self.modified) = (state, None, SystemTime::now());
    }

    /// Ends a transition. With a reason, it failed.
    pub fn finish(&mut self, state: CurrentState, reason: Option<String>) {
        self.state = match (self.state, &reason) {
            (_, None) => state,
            (CurrentState::Creating, Some(_)) => CurrentState::CreateFailed,
            (CurrentState::Updating, Some(_)) => CurrentState::UpdateFailed,
            (_, Some(_)) => CurrentState::StartFailed,
        };
        self.reason = reason;
    }

    /// The response to a call that changes a pipe.
    pub fn outline(&self) -> Value {
        json!({
            "Arn": self.arn, "Name": self.name, "DesiredState": self.desired, "CurrentState": self.state,
            "CreationTime": seconds(self.created), "LastModifiedTime": seconds(self.modified),
        })
    }

    /// The entry of the pipe in ListPipes.
    pub fn summary(&self) -> Value {
        self.outline_with(["Source", "Enrichment", "Target"].into_iter())
    }

    pub fn description(&self) -> Value {
        let mut description = self.outline_with(self.parameters.members().keys().map(String::as_str));
        add_default_batch_size(&mut description);
        if !self.tags.is_empty() {
            description["Tags"] = json!(self.tags);
        }
        description
    }

    fn outline_with<'a>(&'a self, names: impl Iterator<Item = &'a str>) -> Value {
        let members = self.parameters.members();
        let mut selected: Object = names
            .filter_map(|name| members.get_key_value(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        selected
            .extend(self.reason.as_ref().map(|reason| ("StateReason".to_owned(), reason.as_str().into())));
        let mut outline = self.outline();
        if let Value::Object(members) = &mut outline {
            members.extend(selected);
        }
        outline
    }
}

/// As on AWS, no other parameter has its default in the description.
fn add_default_batch_size(description: &mut Value) {
    let stream = description.pointer_mut("/SourceParameters/DynamoDBStreamParameters");
    if let Some(stream) = stream.and_then(Value::as_object_mut) {
        stream.entry("BatchSize").or_insert(DEFAULT_BATCH_SIZE.into());
    }
}

/// A time in the API is a number of seconds since 1970, with a fraction.
fn seconds(time: SystemTime) -> f64 {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    millis as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_the_default_batch_size() {
        let describe = |stream: Value| {
            let body = json!({"Source": "s", "SourceParameters": {"DynamoDBStreamParameters": stream}});
            let parameters = PipeParameters::new(body.as_object().unwrap());
            let pipe = Resource::new("p", "arn".into(), parameters, Tags::new(), DesiredState::Running);
            pipe.description()["SourceParameters"]["DynamoDBStreamParameters"].clone()
        };
        let latest = json!({"StartingPosition": "LATEST", "BatchSize": 100});
        assert_eq!(describe(json!({"StartingPosition": "LATEST"})), latest);
        assert_eq!(describe(json!({"BatchSize": 7})), json!({"BatchSize": 7}));
    }
}
