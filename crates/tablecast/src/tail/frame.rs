use std::collections::BTreeMap;

use serde::Deserialize;
use tablecast_protocol::Position;

use super::line::printable;

/// The id of the message `subscribe`, which its replies repeat.
pub const REQUEST: &str = "tablecast-tail";

/// The members of a frame that `tail` reads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Frame {
    #[serde(rename = "type")]
    event_type: String,
    id: Option<String>,
    pub source: String,
    position: Option<String>,
    #[serde(deserialize_with = "reply_or_other")]
    data: Reply,
}

/// The data of the replies. That of other events has none of these members, or others of the same name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reply {
    request: Option<String>,
    subjects: Vec<Subject>,
    sources: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Subject {
    subject: String,
    granted: bool,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Resumed {
    recovered: bool,
    reason: Option<String>,
    cause: Option<String>,
}

fn reply_or_other<'de, D: serde::Deserializer<'de>>(data: D) -> Result<Reply, D::Error> {
    Ok(serde_json::from_value(serde_json::Value::deserialize(data)?).unwrap_or_default())
}

impl Frame {
    /// Any other text than an event is an empty frame.
    pub fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// Returns whether this replies to the message of `tail`.
    pub fn replies(&self, event_type: &str) -> bool {
        self.event_type == event_type && self.data.request.as_deref() == Some(REQUEST)
    }

    pub fn position(&self) -> Option<Position> {
        self.position.as_ref()?.parse().ok()
    }

    /// The event, also when it arrives again.
    pub fn key(&self) -> Option<String> {
        self.id.as_ref().map(|id| format!("{} {id}", self.source))
    }

    /// The positions of `subscribed`.
    pub fn positions(&self) -> BTreeMap<String, Position> {
        let position = |value: &serde_json::Value| value.as_str()?.parse().ok();
        let sources = self.data.sources.iter();
        sources.filter_map(|(source, value)| Some((source.clone(), position(value)?))).collect()
    }

    /// The sources of `resumed` whose missed events do not follow, with the reason.
    pub fn unrecovered(&self) -> BTreeMap<String, String> {
        let why = |value: &serde_json::Value| {
            let Resumed { recovered, reason, cause } = Resumed::deserialize(value).ok()?;
            (!recovered).then(|| reason.or(cause).unwrap_or_default())
        };
        let sources = self.data.sources.iter();
        sources.filter_map(|(source, value)| Some((source.clone(), why(value)?))).collect()
    }

    /// The refused patterns of `subscribed`, with their reasons.
    pub fn refused(&self) -> impl Iterator<Item = String> {
        let refused = self.data.subjects.iter().filter(|subject| !subject.granted);
        refused.map(|Subject { subject, reason, .. }| printable(&format!("{subject} ({reason})")))
    }
}
