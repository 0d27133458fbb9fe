//! The first argument, and the lines of the input.

use std::time::Duration;

use serde::Deserialize;
use tablecast_client::Timing;

/// The first argument.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    pub url: String,
    pub token: Option<Tokens>,
    /// The address of a server that returns a token, in place of `token`.
    pub token_url: Option<String>,
    pub store: Option<String>,
    #[serde(default)]
    pub options: Options,
    /// A folder with the schemas of events.
    pub validators: Option<String>,
    #[serde(default)]
    pub subscriptions: Vec<Subscribe>,
    #[serde(default)]
    pub collections: Vec<Collect>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Tokens {
    One(String),
    /// One for each call. The last one repeats.
    Each(Vec<String>),
}

/// Times in milliseconds.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    pub ping_every: Option<u64>,
    pub check_every: Option<u64>,
    pub leave_after: Option<(u64, u64)>,
}

#[derive(Deserialize)]
pub struct Subscribe {
    pub name: String,
    pub subjects: Vec<String>,
    pub types: Option<Vec<String>>,
    pub bookmark: Option<String>,
}

#[derive(Deserialize)]
pub struct Collect {
    pub name: String,
    pub subjects: Vec<String>,
    #[serde(rename = "type")]
    pub event_type: String,
}

/// A line of the input.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Command {
    pub subscribe: Option<Subscribe>,
    pub unsubscribe: Option<String>,
    pub hold: Option<String>,
    pub read: Option<String>,
    pub wake: bool,
    /// In milliseconds.
    pub advance: Option<u64>,
    pub close: bool,
}

impl Tokens {
    pub fn list(self) -> Vec<String> {
        match self {
            Self::One(token) => vec![token],
            Self::Each(tokens) => tokens,
        }
    }
}

impl Options {
    pub fn timing(&self) -> Timing {
        let Timing { ping_every, check_every, leave_after } = Timing::default();
        let milliseconds = Duration::from_millis;
        Timing {
            ping_every: self.ping_every.map_or(ping_every, milliseconds),
            check_every: self.check_every.map_or(check_every, milliseconds),
            leave_after: self
                .leave_after
                .map_or(leave_after, |(from, to)| (milliseconds(from), milliseconds(to))),
        }
    }
}
