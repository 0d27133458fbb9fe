use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use tablecast_protocol::event::bus_source;
use tablecast_protocol::traceparent::{TraceParent, trace_id};

use crate::state::State;

/// EventBridge accepts at most 10 entries in one request.
const MAX_ENTRIES: usize = 10;

/// EventBridge counts a time as 14 bytes.
const TIME_BYTES: usize = 14;

/// An event to publish.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'e> {
    /// Names the event in logs: the eventID of its record, or its own id.
    pub id: &'e str,
    pub pipe: &'e str,
    pub event_type: &'e str,
    pub time: DateTime,
    /// The JSON of the whole CloudEvent.
    pub text: &'e str,
    /// The trace that a rule's target continues in X-Ray. None if the event is sent again for another reason
    /// than its change, such as a replay.
    pub traceparent: Option<&'e str>,
}

impl Entry<'_> {
    pub(crate) fn on(&self, bus: &str) -> PutEventsRequestEntry {
        PutEventsRequestEntry::builder()
            .event_bus_name(bus)
            .source(self.source())
            .detail_type(self.event_type)
            .detail(self.text)
            .time(self.time)
            .set_trace_header(self.trace_header())
            .build()
    }

    /// EventBridge does not count it in the size of the entry.
    fn trace_header(&self) -> Option<String> {
        let parent = TraceParent::parse(self.traceparent?).ok()?;
        Some(parent.x_ray_header())
    }

    pub(crate) fn trace_id(&self) -> Option<&str> {
        self.traceparent.and_then(trace_id)
    }

    fn source(&self) -> String {
        bus_source(self.pipe)
    }

    /// EventBridge counts the UTF-8 bytes of time, source, detail-type and detail.
    fn size(&self) -> usize {
        TIME_BYTES + self.source().len() + self.event_type.len() + self.text.len()
    }

    /// An event that EventBridge can never accept has failed already.
    pub(crate) fn check(&self, max_bytes: usize) -> State {
        let bytes = self.size();
        if bytes <= max_bytes {
            return State::Pending;
        }
        let (event_id, event_type) = (self.id, self.event_type);
        let trace_id = self.trace_id();
        tracing::error!(
            event_id,
            trace_id,
            event_type,
            bytes,
            max_bytes,
            "an event is too large for the bus"
        );
        State::Failed
    }
}

/// Packs the pending events into as few requests as the limits allow, in order.
pub(crate) fn chunks(events: &[Entry<'_>], pending: Vec<usize>, max_bytes: usize) -> Vec<Vec<usize>> {
    let mut chunks: Vec<Vec<usize>> = Vec::new();
    let mut bytes = 0;
    for index in pending {
        let size = events[index].size();
        match chunks.last_mut() {
            Some(chunk) if chunk.len() < MAX_ENTRIES && bytes + size <= max_bytes => chunk.push(index),
            _ => {
                chunks.push(vec![index]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    chunks
}

#[cfg(test)]
mod tests;
