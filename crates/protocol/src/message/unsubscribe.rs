use serde::Deserialize;

use super::subjects;

/// Ends subscriptions.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsubscribe {
    /// Subjects or patterns, exactly as they were subscribed.
    pub subjects: Vec<String>,
    pub id: Option<String>,
}

impl Unsubscribe {
    pub(super) fn check(&self) -> Result<(), String> {
        subjects::check(&self.subjects)
    }
}
