use tablecast_aws::now_in_milliseconds;
use tablecast_bus::{DateTime, DateTimeFormat};
use tablecast_protocol::event::Heading;
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;

use crate::arguments::ReplayArguments;
use crate::token::span;

/// A moment that an operator names: `2026-11-23T09:00:00Z`, or `2h` for two hours ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Ok(ago) = span(text) {
            return Ok(Self(now_in_milliseconds() - 1000 * i64::from(ago.0)));
        }
        Self::of(text)
            .ok_or_else(|| "it must be like 2026-11-23T09:00:00Z, or like 2h: so long ago".to_owned())
    }

    fn of(text: &str) -> Option<Self> {
        let time = DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).ok()?;
        time.to_millis().ok().map(Self)
    }

    /// Since the epoch.
    pub fn milliseconds(self) -> i64 {
        self.0
    }
}

/// Which events of the log are replayed.
pub struct Choice {
    interest: EventFilter,
    since: Option<Moment>,
    until: Option<Moment>,
}

impl Choice {
    pub fn of(arguments: &ReplayArguments) -> Self {
        let patterns: Vec<Pattern> = arguments.subjects.clone();
        let types = arguments.types.iter().cloned().collect();
        Self { interest: EventFilter { patterns, types }, since: arguments.since, until: arguments.until }
    }

    /// `event`: its JSON.
    pub fn wants(&self, event: &str) -> bool {
        Heading::read(event).is_ok_and(|heading| self.interest.takes(&heading) && self.is_in_time(&heading))
    }

    /// By the time of the change; `until` is not part of the span.
    fn is_in_time(&self, heading: &Heading<'_>) -> bool {
        let Some(time) = Moment::of(&heading.time) else { return false };
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Option<Moment> {
        Some(Moment::parse(text).unwrap())
    }

    #[test]
    fn an_event_is_chosen_by_its_subject_its_type_and_the_time_of_its_change() {
        let event =
            r#"{"id":"1","type":"order.placed.v1","subject":"orders/acme/1","time":"2026-11-23T09:00:00Z"}"#;
        let wants = |pattern: &str, event_type: &str, since: &str, until: &str| {
            let interest = EventFilter {
                patterns: vec![Pattern::parse(pattern).unwrap()],
                types: [event_type.to_owned()].into(),
            };
            Choice { interest, since: moment(since), until: moment(until) }.wants(event)
        };
        let (at, next) = ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:01Z");
        assert!(wants("*", "order.placed.v1", at, next));
        assert!(!wants("orders/globex/*", "order.placed.v1", at, next));
        assert!(!wants("*", "order.cancelled.v1", at, next));
        assert!(!wants("*", "order.placed.v1", next, next));
        assert!(!wants("*", "order.placed.v1", at, at));
    }

    #[test]
    fn a_span_is_so_long_ago() {
        assert!(moment("2h") < moment("1h") && moment("1h") < moment("1s"));
        for text in ["", "yesterday", "2026-11-23", "-1h", "2026-11-23T09:00:00"] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
    }
}
