use std::collections::{BTreeMap, HashMap};

use tablecast_protocol::Position;

use super::effect::ConnectionId;
use super::log_order::compare;
use super::recent_ids::MAX_REMEMBERED;
use crate::wire::event::Event;

/// The newest event of each subject. If a later connection delivers an older one, it was missed before, and that
/// connection reported a gap. On one connection, nothing was missed: the server does not order the events of two items.
#[derive(Debug, Default)]
pub(super) struct NewestEvents {
    newest: HashMap<String, Newest>,
    subjects_by_change: BTreeMap<u64, String>,
    changes: u64,
}

/// A position, and the connection that delivered its event.
#[derive(Debug)]
struct Newest {
    position: Position,
    connection: ConnectionId,
    /// The number of the change.
    change: u64,
}

impl NewestEvents {
    /// Remembers an event. Returns whether an earlier connection delivered a newer one of its subject. Forgets the
    /// subject that changed least recently.
    pub fn add(&mut self, event: &Event, connection: ConnectionId) -> bool {
        let Some(position) = event.position() else { return false };
        self.changes += 1;
        let key = format!("{} {}", event.source(), event.subject().unwrap_or_default());
        let mut newest = Newest { position, connection, change: self.changes };
        if let Some(known) = self.newest.get(&key) {
            self.subjects_by_change.remove(&known.change);
            if compare(position, known.position).is_lt() {
                newest = Newest { change: self.changes, ..*known };
            }
        }
        let has_newer = newest.connection < connection;
        self.subjects_by_change.insert(self.changes, key.clone());
        self.newest.insert(key, newest);
        if self.newest.len() > MAX_REMEMBERED
            && let Some((_, oldest)) = self.subjects_by_change.pop_first()
        {
            self.newest.remove(&oldest);
        }
        has_newer
    }
}
