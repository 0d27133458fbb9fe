use std::collections::BTreeMap;

use serde::Serialize;

use crate::state::{InvalidItems, StateResult};
use crate::{Position, Refused, Unrecovered};

/// An event that tablecast itself sends. Each has a schema, `schemas/<type>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Control {
    Subscribed {
        subjects: Vec<SubjectResult>,
        /// By source, the position after which the client receives every event. A pattern that is wider than a
        /// channel has [`Position::NONE`](crate::Position::NONE).
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        sources: BTreeMap<String, Position>,
    },
    /// Announces the replay. The subscription is written after it.
    Resumed {
        /// By source, as in the client's message.
        sources: BTreeMap<String, Resumption>,
    },
    Unsubscribed {
        subjects: Vec<String>,
    },
    Pong {
        /// By source, the last position of its log. A pattern that is wider than a channel has
        /// [`Position::NONE`](crate::Position::NONE).
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        sources: BTreeMap<String, Position>,
    },
    #[serde(rename_all = "camelCase")]
    Refreshed {
        /// RFC 3339.
        expires_at: String,
        /// The subscriptions that the new token no longer grants.
        removed: Vec<String>,
    },
    /// The connection ends soon. The client opens another.
    #[serde(rename_all = "camelCase")]
    Reconnect {
        /// RFC 3339.
        closes_at: String,
    },
    /// The only event of a connection that is refused.
    Refused(Refused),
    Error {
        code: ErrorCode,
        message: String,
        closing: bool,
    },
    EventTooLarge(TooLarge),
    /// Follows the events of a state.
    State {
        /// In the order of the message.
        subjects: Vec<StateResult>,
        /// By source, the position up to which the state contains every event.
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        sources: BTreeMap<String, Position>,
        invalid: InvalidItems,
    },
}

/// The result of resuming one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resumption {
    pub recovered: bool,
    /// The last position of the replay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// A reason that version 1 of the event had from its beginning. Its schema can have no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Unrecovered>,
    /// Another reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Unrecovered>,
}

/// The result for one subject of a `subscribe`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubjectResult {
    pub subject: String,
    pub granted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<RefusalReason>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefusalReason {
    /// The subject is malformed, granted only to others, or unknown. The client cannot distinguish these
    /// cases.
    NotGranted,
    TooManySubscriptions,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorCode {
    BadMessage,
    UnknownAction,
    MessageTooLarge,
    TooManyMessages,
    RefreshRefused,
    Expired,
    Unavailable,
}

/// Identifies an event that is too large for a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TooLarge {
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dataschema: Option<String>,
    /// The size of the whole event.
    pub bytes: usize,
}

impl From<Result<Position, Unrecovered>> for Resumption {
    fn from(replayed_to: Result<Position, Unrecovered>) -> Self {
        let (position, why) = (replayed_to.ok(), replayed_to.err());
        let (cause, reason) = match why {
            Some(Unrecovered::TooWide | Unrecovered::QuotaExceeded) => (why, None),
            _ => (None, why),
        };
        Self { recovered: why.is_none(), position, reason, cause }
    }
}

impl Control {
    pub fn error(code: ErrorCode, message: impl Into<String>) -> Self {
        let closing = matches!(code, ErrorCode::Expired | ErrorCode::TooManyMessages);
        Self::Error { code, message: message.into(), closing }
    }

    /// Adds the positions of the sources to the reply to `subscribe`.
    pub fn with_sources(self, sources: BTreeMap<String, Position>) -> Self {
        match self {
            Self::Subscribed { subjects, .. } => Self::Subscribed { subjects, sources },
            other => other,
        }
    }

    /// The positions of the sources in the reply to `subscribe`.
    pub fn into_sources(self) -> BTreeMap<String, Position> {
        match self {
            Self::Subscribed { sources, .. } => sources,
            _ => BTreeMap::new(),
        }
    }

    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Subscribed { .. } => "tablecast.subscribed.v1",
            Self::Unsubscribed { .. } => "tablecast.unsubscribed.v1",
            Self::Resumed { .. } => "tablecast.resumed.v1",
            Self::Pong { .. } => "tablecast.pong.v1",
            Self::Refreshed { .. } => "tablecast.refreshed.v1",
            Self::Reconnect { .. } => "tablecast.reconnect.v1",
            Self::Refused(_) => "tablecast.refused.v1",
            Self::Error { .. } => "tablecast.error.v1",
            Self::EventTooLarge(_) => "tablecast.event-too-large.v1",
            Self::State { .. } => "tablecast.state.v1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Epoch;

    const POSITION: Position = Position { epoch: Epoch(1), offset: 2 };

    #[test]
    fn only_reasons_of_the_first_version_are_in_reason_and_later_ones_in_cause() {
        for (why, is_reason) in [
            (Unrecovered::Trimmed, true),
            (Unrecovered::TooMuch, true),
            (Unrecovered::EpochChanged, true),
            (Unrecovered::PositionUnknown, true),
            (Unrecovered::TooWide, false),
            (Unrecovered::QuotaExceeded, false),
        ] {
            let Resumption { recovered, position, reason, cause } = Err(why).into();
            assert_eq!((recovered, position), (false, None));
            assert_eq!((reason, cause), if is_reason { (Some(why), None) } else { (None, Some(why)) });
        }
        let recovered = Resumption::from(Ok(POSITION));
        assert_eq!((recovered.recovered, recovered.position), (true, Some(POSITION)));
    }

    #[test]
    fn only_the_reply_to_subscribe_has_sources() {
        let sources = BTreeMap::from([("tablecast/orders".to_owned(), POSITION)]);
        let empty = Control::Subscribed { subjects: Vec::new(), sources: BTreeMap::new() };
        assert_eq!(empty.with_sources(sources.clone()).into_sources(), sources);
        let error = Control::error(ErrorCode::Unavailable, "later");
        assert_eq!(error.with_sources(sources).into_sources(), BTreeMap::new());
    }
}
