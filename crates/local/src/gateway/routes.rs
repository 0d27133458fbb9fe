//! The routes of API Gateway: a function for each kind of message.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

pub const CONNECT: &str = "$connect";
pub const DISCONNECT: &str = "$disconnect";
const DEFAULT: &str = "$default";

/// Maps a route key to a function name. A key is `$connect`, `$disconnect`, `$default` or an action.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    functions: HashMap<String, String>,
    authorizer: Option<String>,
    token_command: Option<String>,
}

/// The route of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub key: String,
    pub function: String,
}

/// The member that the route selection expression `$request.body.action` reads.
#[derive(Deserialize)]
struct Body {
    action: Value,
}

impl Routes {
    /// Adds an authorizer, which the gateway calls before `$connect`.
    pub fn authorized_by(self, function: &str) -> Self {
        Self { authorizer: Some(function.to_owned()), ..self }
    }

    /// Adds a command that creates a token, for the log line about a refused one.
    pub fn with_token_command(self, command: String) -> Self {
        Self { token_command: Some(command), ..self }
    }

    pub fn token_command(&self) -> Option<&str> {
        self.token_command.as_deref()
    }

    pub fn authorizer(&self) -> Option<&str> {
        self.authorizer.as_deref()
    }

    /// Returns all route keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.functions.keys().map(String::as_str)
    }

    /// Returns the route with exactly this key.
    pub fn get(&self, key: &str) -> Option<Route> {
        let function = self.functions.get(key)?.clone();
        Some(Route { key: key.to_owned(), function })
    }

    /// Selects the route of a message by its `action`, or else `$default`.
    pub fn select(&self, body: &str) -> Option<Route> {
        action(body).and_then(|key| self.get(&key)).or_else(|| self.get(DEFAULT))
    }
}

impl<K: Into<String>, F: Into<String>> FromIterator<(K, F)> for Routes {
    fn from_iter<T: IntoIterator<Item = (K, F)>>(routes: T) -> Self {
        let functions = routes.into_iter().map(|(key, function)| (key.into(), function.into()));
        Self { functions: functions.collect(), authorizer: None, token_command: None }
    }
}

/// Evaluates `$request.body.action`. A message cannot select the keys of API Gateway, which start with `$`.
fn action(body: &str) -> Option<String> {
    let action = match serde_json::from_str::<Body>(body).ok()?.action {
        Value::String(text) => text,
        value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
        _ => return None,
    };
    (!action.starts_with('$')).then_some(action)
}

#[cfg(test)]
mod tests;
