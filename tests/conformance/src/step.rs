//! One step of a scenario.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::notation;

#[derive(Debug, Clone)]
pub struct Step {
    /// The connection, from 1. Default: the newest one.
    pub on: Option<usize>,
    pub action: Action,
    /// The step as the file has it.
    pub text: String,
}

#[derive(Debug, Clone)]
pub enum Action {
    /// Accepts or refuses the next connection.
    Connect(Connect),
    /// Four steps: connect, subscribe, reply, ready. The value has the sources.
    Live(Value),
    /// The usual start of the collection `b`, with these items: `1 new`.
    Loaded(Vec<String>),
    /// The next message of the client.
    Expect(Value),
    /// Replies to the last message of the action that has such a reply.
    Reply(String, Value),
    /// Sends events: in one frame, if the sub-protocol has arrays.
    Send(Vec<Value>),
    /// Sends a text or binary frame as it is.
    Text(String),
    Binary(String),
    /// Ends the connection without a close frame.
    Cut,
    /// Ends the connection with code 1000.
    Close,
    /// The client ends the connection.
    Closed,
    /// The next lines of the application, by subscription.
    App(BTreeMap<String, Vec<String>>),
    /// Members of the last event that the application printed.
    Event(Value),
    /// A later state of the client, with a part of its reason.
    State(String, Option<String>),
    /// A command to the client program.
    Command(Value),
    /// Closes the client program, and starts it again with the same store.
    Restart,
    /// Neither the gateway nor the application receives anything, except a ping after a wake.
    Nothing,
    /// Refuses all connections for some time.
    Attempts(Attempts),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connect {
    /// The sub-protocols that the client must offer, besides the token.
    pub offers: Option<Vec<String>>,
    /// The token that it must send: as a sub-protocol or in a header.
    pub token: Option<String>,
    /// Chooses this sub-protocol. Default: the first one that the server knows.
    pub protocol: Option<String>,
    /// Refuses the connection with this HTTP status.
    pub status: Option<u16>,
    /// Does not respond.
    #[serde(default)]
    pub hang: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Attempts {
    pub seconds: f64,
    pub at_most: usize,
}

impl Attempts {
    pub fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

impl Step {
    /// Reads `name`, or `name: value`, with an optional member `connection`.
    pub fn parse(value: Value) -> Result<Self, String> {
        let text = value.to_string();
        let (name, value, on) = match value {
            Value::String(name) => (name, Value::Null, None),
            Value::Object(members) => named(members)?,
            _ => return Err("a step is a name, or a name with a value".to_owned()),
        };
        Ok(Self { on, action: action(&name, value)?, text })
    }
}

fn named(mut members: Map<String, Value>) -> Result<(String, Value, Option<usize>), String> {
    let on = members.remove("connection").and_then(|on| on.as_u64()).map(|on| on as usize);
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some((name, value)), None) => Ok((name, value, on)),
        _ => Err("a step has one name".to_owned()),
    }
}

fn action(name: &str, value: Value) -> Result<Action, String> {
    let action = match name {
        "connect" if value.is_null() => Action::Connect(Connect::default()),
        "connect" => Action::Connect(read(value)?),
        "live" => Action::Live(value),
        "loaded" => Action::Loaded(read(value)?),
        "expect" => Action::Expect(value),
        "reply" => reply(value)?,
        "send" => Action::Send(list(value).into_iter().flat_map(notation::range).collect()),
        "text" => Action::Text(read(value)?),
        "binary" => Action::Binary(read(value)?),
        "cut" => Action::Cut,
        "close" => Action::Close,
        "closed" => Action::Closed,
        "app" => Action::App(lines(value)?),
        "event" => Action::Event(value),
        "state" => state(value)?,
        "command" => Action::Command(value),
        "restart" => Action::Restart,
        "nothing" => Action::Nothing,
        "attempts" => Action::Attempts(read(value)?),
        _ => return Err(format!("unknown step {name:?}")),
    };
    Ok(action)
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn list(value: Value) -> Vec<Value> {
    match value {
        Value::Array(values) => values,
        one => vec![one],
    }
}

fn reply(value: Value) -> Result<Action, String> {
    let members: Map<String, Value> = read(value)?;
    let (kind, data) = members.into_iter().next().ok_or("a reply has a type")?;
    Ok(Action::Reply(kind, data))
}

/// `app: [ready]` is short for `app: {a: [ready]}`.
fn lines(value: Value) -> Result<BTreeMap<String, Vec<String>>, String> {
    match value {
        Value::Object(_) => read(value),
        value => {
            let lines = list(value).into_iter().flat_map(notation::range).collect();
            Ok(BTreeMap::from([("a".to_owned(), read(Value::Array(lines))?)]))
        }
    }
}

fn state(value: Value) -> Result<Action, String> {
    match value {
        Value::String(state) => Ok(Action::State(state, None)),
        value => {
            let states: BTreeMap<String, String> = read(value)?;
            let (state, reason) = states.into_iter().next().ok_or("a state has a name")?;
            Ok(Action::State(state, Some(reason)))
        }
    }
}
