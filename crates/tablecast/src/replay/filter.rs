use tablecast_protocol::event::EventHead;
use tablecast_protocol::event_filter::EventFilter;

use super::arguments::Arguments;
use crate::timestamp::Timestamp;

/// Which events of the log are replayed: subjects, types and the time of the change. `until` is exclusive.
pub struct ReplayFilter {
    events: EventFilter,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl ReplayFilter {
    pub fn of(arguments: &Arguments) -> Self {
        let patterns = arguments.subjects.clone();
        let types = arguments.types.iter().cloned().collect();
        Self { events: EventFilter { patterns, types }, since: arguments.since, until: arguments.until }
    }

    /// The events of changes since a time.
    pub fn since(since: Timestamp, events: EventFilter) -> Self {
        Self { events, since: Some(since), until: None }
    }

    /// `event` is the event's JSON.
    pub fn matches(&self, event: &str) -> bool {
        EventHead::parse(event).is_ok_and(|head| self.events.matches(&head) && self.is_in_time(&head))
    }

    fn is_in_time(&self, head: &EventHead<'_>) -> bool {
        let Some(time) = Timestamp::parse_rfc3339(&head.time) else { return false };
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::subject::Pattern;

    use super::*;

    #[test]
    fn an_event_matches_by_subject_type_and_time_of_its_change() {
        let event =
            r#"{"id":"1","type":"order.placed.v1","subject":"orders/acme/1","time":"2026-11-23T09:00:00Z"}"#;
        let matches = |pattern: &str, event_type: &str, since: &str, until: &str| {
            let patterns = vec![Pattern::parse(pattern).unwrap()];
            let events = EventFilter { patterns, types: [event_type.to_owned()].into() };
            let time = |text: &str| Some(Timestamp::parse(text).unwrap());
            ReplayFilter { events, since: time(since), until: time(until) }.matches(event)
        };
        let (at, next) = ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:01Z");
        assert!(matches("*", "order.placed.v1", at, next));
        assert!(!matches("orders/globex/*", "order.placed.v1", at, next));
        assert!(!matches("*", "order.cancelled.v1", at, next));
        assert!(!matches("*", "order.placed.v1", next, next));
        assert!(!matches("*", "order.placed.v1", at, at));
    }
}
