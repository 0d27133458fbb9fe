use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::limits::{MAX_ID_BYTES, MAX_SOURCES};
use super::{subjects, types};

/// Subscribes to subjects, and resumes after known positions.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscribe {
    /// Subjects or patterns.
    pub subjects: Vec<String>,
    /// The event types to receive; empty for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<String>,
    /// For each source, the position up to which the client has every event.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub after: BTreeMap<String, String>,
    /// True if the state of the granted subjects follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub state: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Subscribe {
    pub(super) fn check(&self) -> Result<(), String> {
        subjects::check(&self.subjects)?;
        types::check(&self.types)?;
        if self.after.len() > MAX_SOURCES {
            return Err(format!("after: at most {MAX_SOURCES} sources are possible; send several messages"));
        }
        if self.state && self.id.is_none() {
            return Err(format!("id is missing: with state, write a text of 1 to {MAX_ID_BYTES} bytes"));
        }
        Ok(())
    }
}
