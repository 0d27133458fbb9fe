//! What a client says.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use tablecast_protocol::event_type::is_event_type;
use tablecast_protocol::{Control, ErrorCode};

use crate::limits::{ID_BYTES, MESSAGE_BYTES, SOURCES, SUBSCRIPTIONS, TYPES};

/// Unknown members are refused: a client would believe that they count.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
pub enum Message {
    Subscribe {
        subjects: Vec<String>,
        #[serde(default)]
        types: BTreeSet<String>,
        /// By source: the position that the client has everything up to.
        #[serde(default)]
        after: BTreeMap<String, String>,
        #[serde(default, rename = "id")]
        _id: Option<String>,
    },
    Unsubscribe {
        subjects: Vec<String>,
        #[serde(default, rename = "id")]
        _id: Option<String>,
    },
    Ping {
        #[serde(default, rename = "id")]
        _id: Option<String>,
    },
    Refresh {
        token: String,
        #[serde(default, rename = "id")]
        _id: Option<String>,
    },
}

const ACTIONS: [&str; 4] = ["subscribe", "unsubscribe", "ping", "refresh"];

/// The client's own id of the message, which its answer repeats; none if it is no text of 1 to 64 bytes.
pub fn id(body: &str) -> Option<String> {
    let id = member(body, "id")?;
    (1..=ID_BYTES).contains(&id.len()).then_some(id)
}

impl Message {
    /// Or what to tell the client. It may repeat what the client wrote, a token even, and is not for the log.
    pub fn read(body: &str) -> Result<Self, Control> {
        if body.len() > MESSAGE_BYTES {
            let message = format!("a message has at most {MESSAGE_BYTES} bytes: use several");
            return Err(Control::error(ErrorCode::MessageTooLarge, message));
        }
        let message =
            serde_json::from_str::<Self>(body).map_err(|error| refusal(body, &error.to_string()))?;
        match message.fault() {
            Some(fault) => Err(bad(fault)),
            None if member(body, "id").is_some() && id(body).is_none() => {
                Err(bad(format!("id has 1 to {ID_BYTES} bytes")))
            }
            None => Ok(message),
        }
    }

    fn fault(&self) -> Option<String> {
        match self {
            Self::Subscribe { subjects, .. } | Self::Unsubscribe { subjects, .. }
                if !(1..=SUBSCRIPTIONS).contains(&subjects.len()) =>
            {
                Some(format!("subjects are 1 to {SUBSCRIPTIONS}"))
            }
            Self::Subscribe { types, .. } if types.len() > TYPES => {
                Some(format!("types are at most {TYPES}: leave them out to get all"))
            }
            Self::Subscribe { after, .. } if after.len() > SOURCES => {
                Some(format!("after names at most {SOURCES} sources"))
            }
            Self::Subscribe { types, .. } if !types.iter().all(|name| is_event_type(name)) => {
                Some("types are event types, such as order.placed.v1".to_owned())
            }
            _ => None,
        }
    }
}

fn refusal(body: &str, reason: &str) -> Control {
    match member(body, "action") {
        Some(action) if !ACTIONS.contains(&action.as_str()) => {
            let message = format!("the actions are {}", ACTIONS.join(", "));
            Control::error(ErrorCode::UnknownAction, message)
        }
        _ => bad(reason.chars().take(200).collect()),
    }
}

fn bad(message: String) -> Control {
    Control::error(ErrorCode::BadMessage, message)
}

/// A text of the object that the body is.
fn member(body: &str, name: &str) -> Option<String> {
    match serde_json::from_str::<Value>(body).ok()?.get_mut(name)?.take() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
