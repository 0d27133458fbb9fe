//! Which function handles what: API Gateway's routes.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

pub const CONNECT: &str = "$connect";
pub const DISCONNECT: &str = "$disconnect";
const DEFAULT: &str = "$default";

/// Route key (`$connect`, `$disconnect`, `$default` or an action) to function name.
#[derive(Debug, Clone, Default)]
pub struct Routes {
    functions: HashMap<String, String>,
    authorizer: Option<String>,
}

/// A route that a message takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub key: String,
    pub function: String,
}

/// The part of a message that the route selection expression `$request.body.action` looks at.
#[derive(Deserialize)]
struct Body {
    action: Value,
}

impl Routes {
    /// With a function that is asked before `$connect`.
    pub fn authorized_by(self, function: &str) -> Self {
        Self { authorizer: Some(function.to_owned()), ..self }
    }

    pub fn authorizer(&self) -> Option<&str> {
        self.authorizer.as_deref()
    }

    /// The route with exactly this key.
    pub fn get(&self, key: &str) -> Option<Route> {
        let function = self.functions.get(key)?.clone();
        Some(Route { key: key.to_owned(), function })
    }

    /// The route for a message: the one named by its `action`, else `$default`, if there is one.
    pub fn select(&self, body: &str) -> Option<Route> {
        action(body).and_then(|key| self.get(&key)).or_else(|| self.get(DEFAULT))
    }
}

impl<K: Into<String>, F: Into<String>> FromIterator<(K, F)> for Routes {
    fn from_iter<T: IntoIterator<Item = (K, F)>>(routes: T) -> Self {
        let functions = routes.into_iter().map(|(key, function)| (key.into(), function.into()));
        Self { functions: functions.collect(), authorizer: None }
    }
}

/// What `$request.body.action` yields. Keys with `$` are API Gateway's own: a message cannot name them.
fn action(body: &str) -> Option<String> {
    let action = match serde_json::from_str::<Body>(body).ok()?.action {
        Value::String(text) => text,
        value @ (Value::Number(_) | Value::Bool(_)) => value.to_string(),
        _ => return None,
    };
    (!action.starts_with('$')).then_some(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(routes: &[(&str, &str)], body: &str) -> Option<String> {
        routes.iter().copied().collect::<Routes>().select(body).map(|route| route.function)
    }

    const ALL: [(&str, &str); 5] = [
        ("$connect", "connect"),
        ("$default", "other"),
        ("subscribe", "subscribe"),
        ("7", "seven"),
        ("true", "truth"),
    ];

    #[test]
    fn a_message_takes_the_route_that_its_action_names() {
        assert_eq!(selected(&ALL, r#"{"action":"subscribe","x":[1]}"#).as_deref(), Some("subscribe"));
        assert_eq!(selected(&ALL, r#"{"action":7}"#).as_deref(), Some("seven"));
        assert_eq!(selected(&ALL, r#"{"action":true}"#).as_deref(), Some("truth"));
    }

    #[test]
    fn every_other_message_takes_the_default_route() {
        for body in ["", "hello", "[]", "{}", r#"{"action":null}"#, r#"{"action":{}}"#, r#"{"action":"x"}"#] {
            assert_eq!(selected(&ALL, body).as_deref(), Some("other"), "{body}");
        }
    }

    #[test]
    fn a_message_cannot_name_a_route_of_the_gateway() {
        assert_eq!(selected(&ALL, r#"{"action":"$connect"}"#).as_deref(), Some("other"));
        assert_eq!(selected(&ALL[..1], r#"{"action":"$connect"}"#), None);
    }

    #[test]
    fn without_a_default_route_there_may_be_none() {
        assert_eq!(selected(&ALL[2..], "hello"), None);
    }
}
