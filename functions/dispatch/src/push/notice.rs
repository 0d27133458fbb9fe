use std::borrow::Cow;

use serde::Deserialize;
use tablecast_pipeline::protocol::{Control, Envelope, TooLarge};

use crate::event::Event;

/// What a notice repeats of an event, beside what is known of it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Original<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    dataschema: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sequence: Option<Cow<'a, str>>,
}

/// The small event in the place of one that is too large: of the same subject, time and sequence.
pub fn of(event: &Event) -> String {
    let original: Original = serde_json::from_str(&event.text).unwrap_or_default();
    let control = Control::EventTooLarge(TooLarge {
        id: original.id.to_string(),
        event_type: event.event_type.clone(),
        subject: event.subject.to_string(),
        dataschema: original.dataschema.as_ref().map(ToString::to_string),
        bytes: event.text.len(),
    });
    let envelope = Envelope {
        id: &format!("{}:too-large", original.id),
        source: &original.source,
        subject: Some(event.subject.as_str()),
        time: &original.time,
        sequence: original.sequence.as_deref(),
        request: None,
    };
    control.event(&envelope)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json, value::to_raw_value};

    #[test]
    fn a_notice_names_the_event_and_takes_its_place() {
        let text = json!({
            "id": "e1:order.placed.v1", "source": "tablecast/orders", "type": "order.placed.v1",
            "subject": "orders/1", "time": "2026-11-23T05:00:00Z", "sequence": "0007",
            "dataschema": "https://tablecast.example/schemas/order.placed.v1.json", "data": "x",
        });
        let event = Event::read("e1", "orders", to_raw_value(&text).unwrap()).unwrap();
        let notice: Value = serde_json::from_str(&of(&event)).unwrap();
        let expected = json!({
            "specversion": "1.0", "id": "e1:order.placed.v1:too-large", "source": "tablecast/orders",
            "type": "tablecast.event-too-large.v1", "subject": "orders/1", "time": "2026-11-23T05:00:00Z",
            "datacontenttype": "application/json", "sequence": "0007",
            "dataschema": "https://tablecast.example/schemas/tablecast.event-too-large.v1.json",
            "data": {
                "id": "e1:order.placed.v1", "type": "order.placed.v1", "subject": "orders/1",
                "dataschema": "https://tablecast.example/schemas/order.placed.v1.json",
                "bytes": text.to_string().len(),
            },
        });
        assert_eq!(notice, expected);
    }
}
