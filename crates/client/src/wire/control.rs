//! The events that the server sends about the connection: docs/reference/protocol.md. Unlike those of
//! `tablecast-protocol`, they can have members and values of a later version.

use std::collections::BTreeMap;

use serde::Deserialize;
use tablecast_protocol::Position;
use tablecast_protocol::message::Action;

use super::event::Event;

/// One position for each source.
pub type Positions = BTreeMap<String, Position>;

/// One result for each source.
pub(crate) type ResumeResults = BTreeMap<String, ResumeResult>;

#[derive(Debug)]
pub(crate) enum Control {
    Resumed(ResumeResults),
    Subscribed {
        subjects: Vec<SubjectResult>,
        sources: Positions,
    },
    Unsubscribed,
    Pong(Positions),
    Refreshed(Refreshed),
    Failed(Failed),
    Reconnect,
    Refused(Refused),
    State(StatePage),
    /// An unknown type.
    Other,
}

/// For one source: whether the server replays every event after the client's position.
#[derive(Debug, Clone)]
pub(crate) struct ResumeResult {
    pub recovered: bool,
    /// The end of the replay.
    pub position: Option<Position>,
    /// Why events may be missing.
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SubjectResult {
    pub subject: String,
    pub granted: bool,
    pub reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refreshed {
    pub expires_at: String,
    pub removed: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Failed {
    pub code: String,
    pub message: String,
    pub closing: bool,
}

/// Why the server refuses the connection. Sent to clients that offer the sub-protocol `tablecast.explain`.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub status: u16,
    pub reason: String,
    pub message: String,
}

/// The end of a page of state.
#[derive(Debug)]
pub(crate) struct StatePage {
    pub subjects: Vec<StateResult>,
    /// The page contains every event up to these positions.
    pub sources: Positions,
    pub invalid: InvalidItems,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StateResult {
    pub subject: String,
    pub complete: bool,
    /// Where the next page continues.
    pub next: Option<String>,
    /// Why there is no more.
    pub reason: Option<String>,
}

/// The items that cannot become state.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct InvalidItems {
    pub count: u64,
    /// The first ones.
    #[serde(default)]
    pub subjects: Vec<String>,
}

#[derive(Deserialize)]
struct State {
    subjects: Vec<StateResult>,
    #[serde(default)]
    sources: BTreeMap<String, String>,
    #[serde(default)]
    invalid: InvalidItems,
}

#[derive(Deserialize)]
struct Resumed {
    sources: BTreeMap<String, Resumption>,
}

#[derive(Deserialize)]
struct Resumption {
    recovered: bool,
    position: Option<String>,
    reason: Option<String>,
    cause: Option<String>,
}

#[derive(Deserialize)]
struct Subscribed {
    subjects: Vec<SubjectResult>,
    #[serde(default)]
    sources: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Pong {
    #[serde(default)]
    sources: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Reply {
    request: Option<String>,
}

impl Control {
    /// The error names what differs from the form of the type.
    pub fn parse(event: &Event) -> Result<Self, serde_json::Error> {
        Ok(match event.event_type() {
            "tablecast.resumed.v1" => Self::Resumed(results(event.data()?)),
            "tablecast.subscribed.v1" => {
                let Subscribed { subjects, sources } = event.data()?;
                Self::Subscribed { subjects, sources: positions(sources) }
            }
            "tablecast.unsubscribed.v1" => Self::Unsubscribed,
            "tablecast.pong.v1" => Self::Pong(positions(event.data::<Pong>()?.sources)),
            "tablecast.refreshed.v1" => Self::Refreshed(event.data()?),
            "tablecast.error.v1" => Self::Failed(event.data()?),
            "tablecast.reconnect.v1" => Self::Reconnect,
            "tablecast.state.v1" => {
                let State { subjects, sources, invalid } = event.data()?;
                Self::State(StatePage { subjects, sources: positions(sources), invalid })
            }
            "tablecast.refused.v1" => Self::Refused(event.data()?),
            _ => Self::Other,
        })
    }

    /// Returns whether the event is the last reply to a message with this action.
    pub fn completes(&self, action: Action) -> bool {
        match self {
            Self::Subscribed { .. } => action == Action::Subscribe,
            Self::Unsubscribed => action == Action::Unsubscribe,
            Self::Pong(_) => action == Action::Ping,
            Self::Refreshed(_) => action == Action::Refresh,
            Self::State(_) => action == Action::State,
            Self::Failed(_) => true,
            Self::Resumed(_) | Self::Reconnect | Self::Refused(_) | Self::Other => false,
        }
    }
}

/// The id of the message to which the event replies.
pub(crate) fn request(event: &Event) -> Option<String> {
    event.data::<Reply>().ok()?.request
}

/// A reason that version 1 of the event did not have is in `cause`.
fn results(Resumed { sources }: Resumed) -> ResumeResults {
    let result = |Resumption { recovered, position, reason, cause }: Resumption| {
        let position = position.and_then(|text| text.parse().ok());
        ResumeResult { recovered, position, reason: reason.or(cause) }
    };
    sources.into_iter().map(|(source, resumption)| (source, result(resumption))).collect()
}

/// A server without logs sends none.
fn positions(sources: BTreeMap<String, String>) -> Positions {
    sources.into_iter().filter_map(|(source, text)| Some((source, text.parse().ok()?))).collect()
}
