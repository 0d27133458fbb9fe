use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::definition::{Definition, Object};
use super::refusal::Refusal;
use super::rule::Violations;

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "UPPERCASE")]
pub enum Desired {
    #[default]
    Running,
    Stopped,
}

impl Desired {
    /// In a body, where it may be missing.
    pub fn said(body: &Object) -> Result<Option<Self>, Refusal> {
        let said = body.get("DesiredState").cloned().unwrap_or_default();
        serde_json::from_value(said.clone()).or_else(|_| {
            let said = said.as_str().map_or(said.to_string(), str::to_owned);
            let mut violations = Violations::default();
            violations.one_of("desiredState", &said, &["RUNNING", "STOPPED"]);
            violations.into_result().map(|()| None)
        })
    }
}

/// What AWS calls the current state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
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

/// A pipe, as it is described.
#[derive(Debug, Clone)]
pub struct Resource {
    pub name: String,
    pub arn: String,
    pub definition: Definition,
    pub tags: Tags,
    pub desired: Desired,
    pub state: State,
    /// Why it failed.
    pub reason: Option<String>,
    created: SystemTime,
    modified: SystemTime,
}

impl Resource {
    pub fn new(name: &str, arn: String, definition: Definition, tags: Tags, desired: Desired) -> Self {
        let (now, state) = (SystemTime::now(), State::Creating);
        let name = name.to_owned();
        Self { name, arn, definition, tags, desired, state, reason: None, created: now, modified: now }
    }

    /// On its way to what is desired now.
    pub fn change(&mut self, state: State) {
        (self.state, self.reason, self.modified) = (state, None, SystemTime::now());
    }

    /// Arrived, or failed for a reason.
    pub fn settle(&mut self, state: State, reason: Option<String>) {
        self.state = match (self.state, &reason) {
            (_, None) => state,
            (State::Creating, Some(_)) => State::CreateFailed,
            (State::Updating, Some(_)) => State::UpdateFailed,
            (_, Some(_)) => State::StartFailed,
        };
        self.reason = reason;
    }

    /// What a call that changes a pipe answers.
    pub fn outline(&self) -> Value {
        json!({
            "Arn": self.arn, "Name": self.name, "DesiredState": self.desired, "CurrentState": self.state,
            "CreationTime": seconds(self.created), "LastModifiedTime": seconds(self.modified),
        })
    }

    /// Its line in a list.
    pub fn summary(&self) -> Value {
        self.outline_with(["Source", "Enrichment", "Target"].into_iter())
    }

    pub fn description(&self) -> Value {
        let mut description = self.outline_with(self.definition.members().keys().map(String::as_str));
        if !self.tags.is_empty() {
            description["Tags"] = json!(self.tags);
        }
        description
    }

    fn outline_with<'a>(&'a self, names: impl Iterator<Item = &'a str>) -> Value {
        let members = self.definition.members();
        let mut said: Object = names
            .filter_map(|name| members.get_key_value(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        said.extend(self.reason.as_ref().map(|reason| ("StateReason".to_owned(), reason.as_str().into())));
        let mut outline = self.outline();
        if let Value::Object(members) = &mut outline {
            members.extend(said);
        }
        outline
    }
}

/// As AWS writes times in this API: seconds since 1970, with a fraction.
fn seconds(time: SystemTime) -> f64 {
    let millis = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    millis as f64 / 1_000.0
}
