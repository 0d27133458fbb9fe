use serde::{Deserialize, Serialize};

use super::subjects;

/// Ends subscriptions.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    /// Subjects or patterns, exactly as they were subscribed.
    pub subjects: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Unsubscribe {
    pub(super) fn check(&self) -> Result<(), String> {
        subjects::check(&self.subjects)
    }
}
