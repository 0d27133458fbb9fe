//! A pipe file, `pipes/<name>.yaml`, as data. `tablecast_pipeline::pipe` compiles it.

mod code;
mod duration;
mod syntax;
mod tree;

use std::collections::BTreeMap;

use serde::Deserialize;

pub use code::Code;
pub use duration::Seconds;
pub use syntax::SyntaxProblem;
pub use tree::Tree;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    pub table: String,
    /// The table's key, from which Terraform and local mode create the table. Absent if the table exists
    /// already.
    pub keys: Option<Keys>,
    #[serde(default)]
    pub stream: Stream,
    /// Event patterns for stream records. A record passes if one of them matches, or if there are none.
    #[serde(default)]
    pub filter: Vec<serde_json::Value>,
    /// Named expressions for `when` and `data`.
    #[serde(default, rename = "let")]
    pub variables: BTreeMap<String, Code>,
    pub subject: Code,
    /// The trace of a change, which its writer stored in the item.
    pub trace: Option<Code>,
    /// The subjects that a token's claims grant: one template or several.
    pub grant: Option<OneOrMany>,
    #[serde(default)]
    pub events: Vec<EventRule>,
    /// The data of an item, as an event.
    pub state: Option<StateRule>,
    #[serde(default)]
    pub log: Log,
    /// True if the events are published on the bus.
    #[serde(default = "on_the_bus")]
    pub bus: bool,
    #[serde(default)]
    pub tests: Vec<Example>,
    /// Claims of tokens, and the patterns that `grant` must give for them.
    #[serde(default)]
    pub grant_tests: Vec<GrantTest>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    pub partition: BTreeMap<String, KeyType>,
    pub sort: Option<BTreeMap<String, KeyType>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum KeyType {
    S,
    N,
    B,
}

/// How the pipe reads the stream: parameters of an EventBridge Pipe, with shorter names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Stream {
    pub start: StartingPosition,
    /// Records, 1 to 10,000.
    pub batch: u16,
    /// The time that a batch waits to fill, 0 s to 5 min.
    pub window: Seconds,
    /// 1 to 10,000. `None` has no limit: `max_age` alone ends the retries.
    pub retries: Option<u16>,
    /// 1 min to 23 h. A dead letter only refers to the stream, which keeps records for 24 h.
    pub max_age: Seconds,
    /// Concurrent batches of one shard, 1 to 10. The records of one item stay in order.
    pub parallel: u8,
    /// Halves a batch that fails as a whole, until one record is left (AUTOMATIC_BISECT).
    pub bisect: bool,
}

/// The logs, which keep events for clients that reconnect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// 1 h to 365 d.
    pub keep: Seconds,
    /// The number of a subject's segments that name its channel, 1 to 8. Each channel has its own log.
    pub channel: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StartingPosition {
    #[default]
    TrimHorizon,
    Latest,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    #[serde(rename = "type")]
    pub event_type: Code,
    /// A condition. Without it, the rule always applies.
    pub when: Option<Code>,
    pub data: Tree,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateRule {
    #[serde(rename = "type")]
    pub event_type: Code,
    /// A condition: which items are state. Without it, all are.
    pub when: Option<Code>,
    /// A number or a text that grows with each change of the item.
    pub version: Option<Code>,
    pub data: Tree,
    /// The data of the event of a removed item. Without it, the key attributes.
    pub removed: Option<Tree>,
}

/// A test: a record, and the event types that it must become.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub record: String,
    #[serde(default)]
    pub emits: Vec<String>,
    /// The filter must drop the record.
    #[serde(default)]
    pub filtered: bool,
}

/// A test of `grant`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantTest {
    pub claims: serde_json::Map<String, serde_json::Value>,
    pub grants: Vec<String>,
}

impl Default for Stream {
    fn default() -> Self {
        Self {
            start: StartingPosition::TrimHorizon,
            batch: 100,
            window: Seconds(0),
            retries: None,
            max_age: Seconds(6 * 3600),
            parallel: 10,
            bisect: false,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { keep: Seconds(7 * 24 * 3600), channel: 2 }
    }
}

impl Keys {
    /// The key attributes with their types.
    pub fn attributes(&self) -> BTreeMap<String, KeyType> {
        let all = self.partition.iter().chain(self.sort.iter().flatten());
        all.map(|(name, key_type)| (name.clone(), *key_type)).collect()
    }
}

impl OneOrMany {
    pub fn iter(&self) -> std::slice::Iter<'_, String> {
        match self {
            OneOrMany::One(one) => std::slice::from_ref(one).iter(),
            OneOrMany::Many(many) => many.iter(),
        }
    }
}

impl Definition {
    /// Parses a pipe file. The error has the first line and reason; `read` returns all.
    pub fn parse(yaml: &str) -> Result<Self, (Option<u64>, String)> {
        Self::read(yaml).map_err(|problems| {
            let first = problems.into_iter().next();
            first.map_or((None, String::new()), |problem| match problem.path.as_str() {
                "" => (problem.line, problem.reason),
                path => (problem.line, format!("{path}: {}", problem.reason)),
            })
        })
    }

    /// Parses a pipe file. The error has all mistakes in its syntax.
    pub fn read(yaml: &str) -> Result<Self, Vec<SyntaxProblem>> {
        let problems = syntax::problems(yaml);
        if !problems.is_empty() {
            return Err(problems);
        }
        serde_saphyr::from_str(yaml).map_err(|error| {
            let line = error.location().map(|location| location.line());
            vec![SyntaxProblem { line, path: String::new(), reason: error.without_snippet().to_string() }]
        })
    }

    /// Parses a pipe file of before, whose mistakes can be those that a change corrects.
    pub fn read_earlier(yaml: &str) -> Result<Self, String> {
        serde_saphyr::from_str(yaml).map_err(|error| match Self::parse(yaml) {
            Err((Some(line), reason)) => format!("line {line}: {reason}"),
            Err((None, reason)) => reason,
            Ok(_) => error.without_snippet().to_string(),
        })
    }
}

fn on_the_bus() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_published_unless_the_pipe_file_excludes_them() {
        let bus = |line: &str| {
            Definition::read(&format!("table: t\nsubject: keys.id\nevents: []\n{line}")).unwrap().bus
        };
        assert!(bus("") && bus("bus: true") && !bus("bus: false"));
    }

    /// Terraform reads the pipe files too.
    #[test]
    fn terraform_has_the_same_defaults() {
        let file = include_str!("../../../terraform/modules/definitions/main.tf");
        let (_, rest) = file.split_once("stream_defaults = {").unwrap();
        let (settings, _) = rest.split_once('}').unwrap();
        assert_eq!(settings.matches('=').count(), 7, "one line for each setting: {settings}");
        let stream: Stream = serde_saphyr::from_str(&settings.replace('=', ":")).unwrap();
        assert_eq!(stream, Stream::default());
    }
}
