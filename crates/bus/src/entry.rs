use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;

use tablecast_protocol::event::bus_source;

use super::result::State;

/// EventBridge: entries of one request.
const MAX_ENTRIES: usize = 10;

/// EventBridge: bytes of all entries of one request. It has been 1 MB since January 2026, but not everywhere.
const MAX_BYTES: usize = 256 * 1024;

/// EventBridge counts a time as 14 bytes.
const TIME_BYTES: usize = 14;

/// An event for the bus.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// By which it is told in logs: the eventID of its record, or its own.
    pub id: &'e str,
    pub pipe: &'e str,
    pub event_type: &'e str,
    pub time: DateTime,
    /// The whole CloudEvent, in JSON.
    pub text: &'e str,
}

impl Entry<'_> {
    pub(crate) fn on(&self, bus: &str) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(bus)
            .source(self.source())
            .detail_type(self.event_type)
            .detail(self.text)
            .time(self.time)
            .build()
    }

    fn source(&self) -> String {
        bus_source(self.pipe)
    }

    /// By EventBridge's rule: time, source, detail-type and detail, in UTF-8.
    fn size(&self) -> usize {
        TIME_BYTES + self.source().len() + self.event_type.len() + self.text.len()
    }

    /// Whether an event can be offered at all.
    pub(crate) fn check(&self) -> State {
        let bytes = self.size();
        if bytes <= MAX_BYTES {
            return State::Pending;
        }
        let (event_id, event_type) = (self.id, self.event_type);
        tracing::error!(event_id, event_type, bytes, "an event over 256 KB cannot be published");
        State::Failed
    }
}

/// The pending events in as few requests as the limits allow, in order.
pub(crate) fn chunks(events: &[Entry<'_>], pending: Vec<usize>) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for place in pending {
        let size = events[place].size();
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

    fn with(text: &str) -> Entry<'_> {
        Entry { id: "1", pipe: "orders", event_type: "a.v1", time: DateTime::from_secs(1), text }
    }

    /// A text with which EventBridge counts an event as so many bytes.
    fn text(bytes: usize) -> String {
        "é".repeat((bytes - with("").size()) / 2) + &"x".repeat((bytes - with("").size()) % 2)
    }

    fn lengths(sizes: &[usize]) -> Vec<usize> {
        let texts: Vec<_> = sizes.iter().map(|bytes| text(*bytes)).collect();
        let events: Vec<_> = texts.iter().map(|text| with(text)).collect();
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
        assert_eq!(with(&text(MAX_BYTES)).check(), State::Pending);
        assert_eq!(with(&text(MAX_BYTES + 1)).check(), State::Failed);
    }

    #[test]
    fn bytes_are_counted_not_characters() {
        assert_eq!(with("é").size(), with("").size() + 2);
    }

    #[test]
    fn an_entry_carries_the_whole_event_under_the_pipes_name() {
        let entry = with("{}").on("bus");
        assert_eq!(entry.source(), Some("tablecast.orders"));
        assert_eq!(entry.detail_type(), Some("a.v1"));
        assert_eq!(entry.detail(), Some("{}"));
        assert_eq!(entry.time(), Some(&DateTime::from_secs(1)));
    }
}
