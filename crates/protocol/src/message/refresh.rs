use serde::{Deserialize, Serialize};

/// Replaces the token of the connection.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// A JWT of the same subject.
    pub token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// Without the token, which must not reach a log.
impl std::fmt::Debug for Refresh {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Refresh").field("id", &self.id).finish_non_exhaustive()
    }
}
