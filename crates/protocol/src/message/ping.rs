use serde::Deserialize;

/// Keeps the connection open, and requests the ends of its logs.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    pub id: Option<String>,
}
