use serde::{Deserialize, Serialize};

/// Keeps the connection open, and requests the ends of its logs.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ping {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}
