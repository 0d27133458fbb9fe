use std::collections::{BTreeMap, HashMap};

use tablecast_protocol::Position;

use super::log_order::compare;
use super::recent_ids::MAX_REMEMBERED;
use crate::wire::event::Event;

/// The newest position of each subject. The server sends the events of a subject in order. So an older one that
/// arrives later, on another connection, was missed on the one before: a gap was reported before the newer one.
#[derive(Debug, Default)]
pub(super) struct NewestEvents {
    /// With the number of the change.
    positions: HashMap<String, (Position, u64)>,
    subjects_by_change: BTreeMap<u64, String>,
    changes: u64,
}

impl NewestEvents {
    pub fn has_newer(&self, event: &Event) -> bool {
        let known = self.positions.get(&key(event)).zip(event.position());
        known.is_some_and(|((newest, _), position)| compare(position, *newest).is_lt())
    }

    /// Forgets the subject that changed least recently.
    pub fn add(&mut self, event: &Event) {
        let Some(position) = event.position() else { return };
        self.changes += 1;
        if let Some((_, change)) = self.positions.insert(key(event), (position, self.changes)) {
            self.subjects_by_change.remove(&change);
        }
        self.subjects_by_change.insert(self.changes, key(event));
        if self.positions.len() > MAX_REMEMBERED
            && let Some((_, oldest)) = self.subjects_by_change.pop_first()
        {
            self.positions.remove(&oldest);
        }
    }
}

fn key(event: &Event) -> String {
    format!("{} {}", event.source(), event.subject().unwrap_or_default())
}
