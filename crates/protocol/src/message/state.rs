use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{subjects, types};
use crate::subject::MAX_BYTES;

/// Requests the state of subjects to which the connection is subscribed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Subjects or patterns.
    pub subjects: Vec<String>,
    /// The types of the items to receive; empty for all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub types: BTreeSet<String>,
    /// Continues the first subject where an earlier reply ended: the `next` of that reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    pub id: String,
}

impl State {
    pub(super) fn check(&self) -> Result<(), String> {
        subjects::check(&self.subjects)?;
        types::check(&self.types)?;
        match self.next.as_ref().is_none_or(|next| (1..=MAX_NEXT_BYTES).contains(&next.len())) {
            true => Ok(()),
            false => Err("next: write the next of the last reply, unchanged".to_owned()),
        }
    }
}

/// A subject, and the pipe that has it.
const MAX_NEXT_BYTES: usize = MAX_BYTES + 64;
