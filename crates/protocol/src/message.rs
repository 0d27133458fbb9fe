//! The messages that a client can send, each in a file of its own with its JSON Schema beside it.
//!
//! # Layout
//! - `action`: the list of messages
//! - `subscribe`, `unsubscribe`, `ping`, `refresh`, `state`: one message each
//! - `shape`: the form of each member; `subjects`, `types`: the rules for these lists; `limits`: what a message can
//!   hold

mod action;
pub mod limits;
mod ping;
mod refresh;
mod shape;
mod state;
mod subjects;
mod subscribe;
mod types;
mod unsubscribe;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Control, ErrorCode};
use limits::{MAX_ID_BYTES, MAX_MESSAGE_BYTES};
use shape::Misshapen;

pub use action::{ACTIONS, Action};
pub use ping::Ping;
pub use refresh::Refresh;
pub use state::State;
pub use subscribe::Subscribe;
pub use unsubscribe::Unsubscribe;

/// A client message. Unknown members are refused, because the client would believe that they have an effect.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Message {
    Subscribe(Subscribe),
    Unsubscribe(Unsubscribe),
    Ping(Ping),
    Refresh(Refresh),
    State(State),
}

impl Message {
    /// Parses a message. The error is the reply.
    pub fn parse(body: &str) -> Result<Self, Control> {
        if body.len() > MAX_MESSAGE_BYTES {
            let text = format!("The message has more than {MAX_MESSAGE_BYTES} bytes. Send several messages.");
            return Err(Control::error(ErrorCode::MessageTooLarge, text));
        }
        shape::check(body).map_err(refusal)?;
        let message: Self = serde_json::from_str(body).map_err(|_| bad_message(REPEATED.to_owned()))?;
        message.check().map_err(bad_message)?;
        match text_member(body, "id").is_none_or(|id| is_id(&id)) {
            true => Ok(message),
            false => Err(bad_message(format!("id: write 1 to {MAX_ID_BYTES} bytes"))),
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Subscribe(message) => message.check(),
            Self::Unsubscribe(message) => message.check(),
            Self::State(message) => message.check(),
            Self::Ping(_) | Self::Refresh(_) => Ok(()),
        }
    }
}

/// The client's own id of the message, which the reply repeats. `None` unless it is a text of 1 to 64 bytes.
pub fn id(body: &str) -> Option<String> {
    text_member(body, "id").filter(|id| is_id(id))
}

fn is_id(id: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len())
}

/// Nothing else is left that the parser could refuse.
const REPEATED: &str = "a member occurs twice: write each member once";

fn refusal(misshapen: Misshapen) -> Control {
    match misshapen {
        Misshapen::UnknownAction => {
            Control::error(ErrorCode::UnknownAction, format!("action: write one of {}", shape::names()))
        }
        Misshapen::Member(text) => bad_message(text),
    }
}

fn bad_message(text: String) -> Control {
    Control::error(ErrorCode::BadMessage, text)
}

/// A text member of the body, if the body is an object.
fn text_member(body: &str, name: &str) -> Option<String> {
    match serde_json::from_str::<Value>(body).ok()?.get_mut(name)?.take() {
        Value::String(text) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
