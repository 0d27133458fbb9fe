//! Decides if a pipe file can have a state, and names its types.

use super::entity::Entities;
use super::entity_events::{EntityEvents, EventKind};
use super::subject::Subject;

/// Returns why the file cannot have a state.
pub fn obstacle(entities: &Entities<'_>, subject: &Subject<'_>) -> Option<&'static str> {
    let is_one_kind = entities.all.len() == 1 && entities.all.iter().all(|entity| entity.condition.is_none());
    match is_one_kind {
        true => subject.state_obstacle(),
        false => Some("the table has several kinds of items, and a file has the state of one kind"),
    }
}

pub fn types(events: &EntityEvents<'_>) -> [String; 2] {
    [EventKind::State, EventKind::Removed].map(|kind| events.event_type(kind))
}
