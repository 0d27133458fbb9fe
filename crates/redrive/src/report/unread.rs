use serde::Serialize;

use super::place::LetterPlace;
use crate::dead_letter::DeadLetter;

/// A dead letter whose shard could not be read. It stays in its queue.
#[derive(Debug, Clone, Serialize)]
pub struct Unread {
    #[serde(flatten)]
    pub place: LetterPlace,
    pub reason: String,
}

impl Unread {
    /// `None` for a letter whose shard was read.
    pub fn of(letter: &DeadLetter) -> Option<Self> {
        let reason = letter.unread.as_ref()?.to_string();
        Some(Self { place: letter.into(), reason })
    }
}
