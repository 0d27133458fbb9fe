use std::time::SystemTime;

use aws_sdk_eventbridge::primitives::{DateTime, DateTimeFormat};
use serde_json::value::RawValue;
use tablecast_aws::milliseconds;
use tablecast_event_log::EVENT_BYTES;
use tablecast_protocol::event::Heading;
use tablecast_protocol::subject::Subject;
use tablecast_protocol::{Position, place};

/// A CloudEvent, with what is needed to route it taken out; its text is passed on as it is.
#[derive(Debug)]
pub struct Event {
    /// The eventID of the record it was made from.
    pub record: String,
    pub pipe: String,
    pub id: String,
    pub event_type: String,
    pub subject: Subject,
    pub time: DateTime,
    pub text: Box<str>,
}

impl Event {
    /// The error says which attribute is missing or wrong.
    pub fn read(record: &str, pipe: &str, text: Box<RawValue>) -> Result<Self, String> {
        if !text.get().starts_with('{') || text.get().len() > EVENT_BYTES {
            return Err(format!("is no object of at most {EVENT_BYTES} bytes"));
        }
        let heading = Heading::read(text.get()).map_err(|error| error.to_string())?;
        let subject = Subject::parse(&heading.subject).map_err(|error| format!("subject {error}"))?;
        let time = DateTime::from_str(&heading.time, DateTimeFormat::DateTimeWithOffset)
            .map_err(|error| format!("time: {error}"))?;
        let event_type = heading.event_type.into_owned();
        Ok(Self {
            record: record.to_owned(),
            pipe: pipe.to_owned(),
            id: heading.id.into_owned(),
            event_type,
            subject,
            time,
            text: text.into(),
        })
    }

    /// As the log has it, and as everyone gets it.
    pub fn placed(self, position: Position) -> Self {
        Self { text: place(&self.text, position).into(), ..self }
    }
}

/// Seconds since the epoch.
pub fn seconds(time: SystemTime) -> i64 {
    milliseconds(time) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Event, String> {
        Event::read("e1", "orders", RawValue::from_string(text.to_owned()).unwrap())
    }

    #[test]
    fn an_event_keeps_its_text_to_the_byte() {
        let text = r#"{"id":"1","type":"order.placed.v1", "subject":"orders/1","time":"2026-11-23T05:00:00.5Z","data":{"n":1.10}}"#;
        let event = read(text).unwrap();
        assert_eq!(&*event.text, text);
        assert_eq!((event.event_type.as_str(), event.subject.as_str()), ("order.placed.v1", "orders/1"));
        assert_eq!(event.time.to_millis().unwrap(), 1_795_410_000_500);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let cases = [
            (r#"{"type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#, "`id`"),
            (r#"{"id":"1","subject":"orders/1","time":"2026-11-23T05:00:00Z"}"#, "`type`"),
            (r#"{"id":"1","type":"a.v1","subject":"orders//1","time":"2026-11-23T05:00:00Z"}"#, "subject"),
            (r#"{"id":"1","type":"a.v1","subject":"orders/1","time":"yesterday"}"#, "time"),
            ("[]", "object"),
            (r#"["1","a.v1","orders/1","2026-11-23T05:00:00Z"]"#, "object"),
        ];
        for (text, name) in cases {
            let error = read(text).unwrap_err();
            assert!(error.contains(name), "{text}: {error}");
        }
    }

    #[test]
    fn an_event_as_long_as_the_log_takes_is_read_and_one_byte_more_is_not() {
        let of = |bytes: usize| {
            let bare =
                r#"{"id":"1","type":"a.v1","subject":"orders/1","time":"2026-11-23T05:00:00Z","data":""}"#;
            read(&bare.replace(r#""data":"""#, &format!(r#""data":"{}""#, "x".repeat(bytes - bare.len()))))
        };
        assert_eq!(of(EVENT_BYTES).unwrap().text.len(), EVENT_BYTES);
        assert!(of(EVENT_BYTES + 1).unwrap_err().contains("262144 bytes"));
    }
}
