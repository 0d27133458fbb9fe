use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use super::result::State;
use crate::event::Event;

/// EventBridge: entries of one request.
const MAX_ENTRIES: usize = 10;

/// EventBridge: bytes of all entries of one request. It has been 1 MB since January 2026, but not everywhere.
const MAX_BYTES: usize = 256 * 1024;

/// EventBridge counts a time as 14 bytes.
const TIME_BYTES: usize = 14;

pub fn entry(event: &Event, bus: &str) -> PutEventsRequestEntry {
    PutEventsRequestEntry::builder()
        .event_bus_name(bus)
        .source(source(event))
        .detail_type(&event.event_type)
        .detail(&*event.text)
        .time(event.time)
        .build()
}

fn source(event: &Event) -> String {
    format!("tablecast.{}", event.pipe)
}

/// By EventBridge's rule: time, source, detail-type and detail, in UTF-8.
fn size(event: &Event) -> usize {
    TIME_BYTES + source(event).len() + event.event_type.len() + event.text.len()
}

/// Whether an event can be offered at all.
pub fn check(event: &Event) -> State {
    let bytes = size(event);
    if bytes <= MAX_BYTES {
        return State::Pending;
    }
    let (event_id, event_type) = (&event.record, &event.event_type);
    tracing::error!(
        event_id,
        event_type,
        bytes,
        "an event over 256 KB cannot be published: its record is returned"
    );
    State::Failed
}

/// The pending events in as few requests as the limits allow, in order.
pub fn chunks(events: &[Event], pending: Vec<usize>) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for place in pending {
        let size = size(&events[place]);
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MAX_ENTRIES && bytes + size <= MAX_BYTES => chunk.push(place),
            _ => {
                chunks.push(vec![place]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::to_raw_value};

    /// An event that EventBridge counts as so many bytes.
    fn event(bytes: usize) -> Event {
        let bare = with("");
        with(&"x".repeat(bytes - size(&bare)))
    }

    fn with(data: &str) -> Event {
        let text = json!({ "id": "1", "type": "a.v1", "subject": "orders/1", "time": "2026-11-23T05:00:00Z", "data": data });
        Event::read("1", "orders", to_raw_value(&text).unwrap()).unwrap()
    }

    fn lengths(sizes: &[usize]) -> Vec<usize> {
        let events: Vec<_> = sizes.iter().map(|bytes| event(*bytes)).collect();
        chunks(&events, (0..events.len()).collect()).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_request_has_ten_entries_at_most() {
        assert_eq!(lengths(&[]), [0; 0]);
        assert_eq!(lengths(&[200; 10]), [10]);
        assert_eq!(lengths(&[200; 11]), [10, 1]);
    }

    #[test]
    fn a_request_is_filled_to_the_last_byte_and_not_over() {
        assert_eq!(lengths(&[MAX_BYTES - 200, 200, 200]), [2, 1]);
        assert_eq!(lengths(&[MAX_BYTES - 200, 201]), [1, 1]);
        assert_eq!(lengths(&[MAX_BYTES, MAX_BYTES]), [1, 1]);
    }

    #[test]
    fn an_event_at_the_limit_is_offered_and_one_byte_more_is_not() {
        assert_eq!(check(&event(MAX_BYTES)), State::Pending);
        assert_eq!(check(&event(MAX_BYTES + 1)), State::Failed);
    }

    #[test]
    fn bytes_are_counted_not_characters() {
        assert_eq!(size(&with("é")), size(&with("")) + 2);
    }

    #[test]
    fn an_entry_carries_the_whole_event_under_the_pipes_name() {
        let event = with("x");
        let entry = entry(&event, "bus");
        assert_eq!(entry.source(), Some("tablecast.orders"));
        assert_eq!(entry.detail_type(), Some("a.v1"));
        assert_eq!(entry.detail(), Some(&*event.text));
        assert_eq!(entry.time(), Some(&event.time));
    }
}
