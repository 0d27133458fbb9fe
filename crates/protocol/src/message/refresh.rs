use serde::Deserialize;

/// Replaces the token of the connection.
#[derive(PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// A JWT of the same subject.
    pub token: String,
    pub id: Option<String>,
}

/// Without the token, which must not reach a log.
impl std::fmt::Debug for Refresh {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Refresh").field("id", &self.id).finish_non_exhaustive()
    }
}
