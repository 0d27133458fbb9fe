use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::ApiError;
use super::parameters::{Object, PipeParameters};
use super::violations::Violations;

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum DesiredState {
    #[default]
    Running,
    Stopped,
}

impl DesiredState {
    /// Reads the optional member `DesiredState`.
    pub fn of(body: &Object) -> Result<Option<Self>, ApiError> {
        let value = body.get("DesiredState").cloned().unwrap_or_default();
        serde_json::from_value(value.clone()).or_else(|_| {
            let text = value.as_str().map_or(value.to_string(), str::to_owned);
            let mut violations = Violations::default();
            violations.one_of("desiredState", &text, &["RUNNING", "STOPPED"]);
            violations.into_result().map(|()| None)
        })
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

/// A time in the API is a number of seconds since 1970, with a fraction.
fn seconds(time: SystemTime) -> f64 {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    millis as f64 / 1_000.0
}
