use std::cmp::Ordering;
use std::sync::Arc;

use tablecast_protocol::Position;

use crate::wire::event::Event;

/// Sorts positions of one source. Epochs grow, but the server makes one up for a log without events.
pub(super) fn compare(one: Position, other: Position) -> Ordering {
    match one.epoch == other.epoch || is_empty(one) != is_empty(other) {
        true => one.offset.cmp(&other.offset),
        false => one.epoch.cmp(&other.epoch),
    }
}

/// Returns whether a source has this position before its first event. So has a pattern that has no log.
pub(super) fn is_empty(position: Position) -> bool {
    position.offset == 0
}

/// Sorts the events of each source by position. Those without a position come first, in the order of their arrival.
pub(super) fn in_log_order(mut events: Vec<Arc<Event>>) -> Vec<Arc<Event>> {
    let position = |event: &Event| event.position().unwrap_or(Position::NONE);
    events.sort_by(|one, other| {
        one.source().cmp(other.source()).then_with(|| compare(position(one), position(other)))
    });
    events
}
