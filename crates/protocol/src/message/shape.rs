//! Checks the members of a message before it is parsed, so that errors have our words: which member is wrong, and
//! what to write.

use serde_json::{Map, Value};

use super::action::{ACTIONS, Action};

/// The form of a member's value.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    List,
    Positions,
    Truth,
}

/// The members of a message besides `action` and `id`: name, form, and whether it is required.
type Members = &'static [(&'static str, Kind, bool)];

fn members(action: Action) -> Members {
    match action {
        Action::Subscribe => &[
            ("subjects", Kind::List, true),
            ("types", Kind::List, false),
            ("after", Kind::Positions, false),
            ("state", Kind::Truth, false),
        ],
        Action::Unsubscribe => &[("subjects", Kind::List, true)],
        Action::Ping => &[],
        Action::Refresh => &[("token", Kind::Text, true)],
        Action::State => {
            &[("subjects", Kind::List, true), ("types", Kind::List, false), ("next", Kind::Text, false)]
        }
    }
}

/// Why a body is no message.
#[derive(Debug, PartialEq, Eq)]
pub enum Misshapen {
    UnknownAction,
    Member(String),
}

/// Never repeats a value of the body, which can be a token.
pub fn check(body: &str) -> Result<(), Misshapen> {
    let message = object(body).map_err(Misshapen::Member)?;
    let action = match message.get("action") {
        Some(Value::String(name)) => Action::from_name(name).ok_or(Misshapen::UnknownAction)?,
        _ => return Err(Misshapen::Member(format!("action: write one of {}", names()))),
    };
    check_members(&message, action).map_err(Misshapen::Member)
}

/// The names of all actions.
pub fn names() -> String {
    ACTIONS.map(Action::name).join(", ")
}

fn object(body: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(body) {
        Ok(Value::Object(message)) => Ok(message),
        Ok(_) => Err(r#"a message is one JSON object, such as {"action":"ping"}"#.to_owned()),
        Err(error) => Err(format!(
            r#"the message is not JSON, at column {}: write one JSON object, such as {{"action":"ping"}}"#,
            error.column()
        )),
    }
}

fn check_members(message: &Map<String, Value>, action: Action) -> Result<(), String> {
    let members = members(action);
    for (name, kind, required) in members {
        match message.get(*name) {
            Some(value) => kind.check(name, value)?,
            None if *required => return Err(format!("{name} is missing: {}", kind.remedy(name))),
            None => {}
        }
    }
    match message.get("id") {
        None | Some(Value::Null) if action == Action::State => {
            return Err("id is missing: id must be a text, which the events of the state repeat".to_owned());
        }
        None | Some(Value::Null | Value::String(_)) => {}
        Some(_) => return Err("id must be a text".to_owned()),
    }
    let is_known =
        |name: &str| name == "action" || name == "id" || members.iter().any(|(known, ..)| *known == name);
    match message.keys().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => Err(format!("{} is unknown: possible are {}", shown(name), possible(members))),
    }
}

/// A name that a client could mistype, and nothing that could be a secret.
fn shown(name: &str) -> &str {
    let is_plain = name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if is_plain { name } else { "a member" }
}

fn possible(members: Members) -> String {
    let names = members.iter().map(|(name, ..)| *name);
    ["action"].into_iter().chain(names).chain(["id"]).collect::<Vec<_>>().join(", ")
}

impl Kind {
    fn check(self, name: &str, value: &Value) -> Result<(), String> {
        let is_right = match (self, value) {
            (Self::Text, value) => value.is_string(),
            (Self::List, Value::Array(values)) => values.iter().all(Value::is_string),
            (Self::Positions, Value::Object(values)) => values.values().all(Value::is_string),
            (Self::Truth, value) => value.is_boolean(),
            _ => false,
        };
        is_right.then_some(()).ok_or_else(|| self.remedy(name))
    }

    fn remedy(self, name: &str) -> String {
        match self {
            Self::Text => format!("{name} must be a text"),
            Self::Truth => format!("{name} must be true or false"),
            Self::List if name == "types" => {
                r#"types must be a list of texts, such as ["order.placed.v1"]"#.to_owned()
            }
            Self::List => format!(r#"{name} must be a list of texts, such as ["orders/acme/*"]"#),
            Self::Positions => format!("{name} must be an object of sources and positions, which are texts"),
        }
    }
}
