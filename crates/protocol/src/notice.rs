use std::borrow::Cow;

use serde::Deserialize;

use crate::{Control, Envelope, TooLarge, with_late};

/// The attributes of an event that its notice repeats.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Original<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(borrow, rename = "type")]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    dataschema: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sequence: Option<Cow<'a, str>>,
    #[serde(borrow)]
    position: Option<Cow<'a, str>>,
    #[serde(borrow)]
    traceparent: Option<Cow<'a, str>>,
    #[serde(borrow)]
    snapshot: Option<Cow<'a, str>>,
    #[serde(borrow)]
    version: Option<Cow<'a, str>>,
    late: bool,
}

/// The small event that replaces one too large for a socket. It has the same subject, time, sequence,
/// position, trace, snapshot, version and mark of a late event.
pub fn notice(event: &str) -> String {
    let original: Original = serde_json::from_str(event).unwrap_or_default();
    let control = Control::EventTooLarge(TooLarge {
        id: original.id.to_string(),
        event_type: original.event_type.to_string(),
        subject: original.subject.to_string(),
        dataschema: original.dataschema.as_ref().map(ToString::to_string),
        bytes: event.len(),
    });
    let envelope = Envelope {
        id: &format!("{}:too-large", original.id),
        source: &original.source,
        subject: Some(&original.subject),
        time: &original.time,
        sequence: original.sequence.as_deref(),
        position: original.position.as_deref(),
        traceparent: original.traceparent.as_deref(),
        snapshot: original.snapshot.as_deref(),
        version: original.version.as_deref(),
        request: None,
    };
    let notice = control.event(&envelope);
    if original.late { with_late(&notice) } else { notice }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_notice_names_the_event_and_takes_its_place() {
        let text = json!({
            "id": "e1:order.placed.v1", "source": "tablecast/orders/acme", "type": "order.placed.v1",
            "subject": "orders/acme/1", "time": "2026-11-23T05:00:00Z", "sequence": "0007",
            "position": "0000000000000001-7", "traceparent": "00-1-2-01",
            "dataschema": "https://tablecast.example/schemas/order.placed.v1.json", "data": "x",
        });
        let notice: Value = serde_json::from_str(&notice(&text.to_string())).unwrap();
        let expected = json!({
            "specversion": "1.0", "id": "e1:order.placed.v1:too-large", "source": "tablecast/orders/acme",
            "type": "tablecast.event-too-large.v1", "subject": "orders/acme/1", "time": "2026-11-23T05:00:00Z",
            "datacontenttype": "application/json", "sequence": "0007", "position": "0000000000000001-7",
            "traceparent": "00-1-2-01",
            "dataschema": "https://tablecast.example/schemas/tablecast.event-too-large.v1.json",
            "data": {
                "id": "e1:order.placed.v1", "type": "order.placed.v1", "subject": "orders/acme/1",
                "dataschema": "https://tablecast.example/schemas/order.placed.v1.json",
                "bytes": text.to_string().len(),
            },
        });
        assert_eq!(notice, expected);
    }

    #[test]
    fn the_notice_of_an_item_of_a_snapshot_belongs_to_the_snapshot() {
        let notice = |event: &str| serde_json::from_str::<Value>(&notice(event)).unwrap();
        let of_state = notice(r#"{"id":"r1:7","snapshot":"8","version":"0012"}"#);
        assert_eq!([&of_state["snapshot"], &of_state["version"]], ["8", "0012"]);
        let other = notice(r#"{"id":"e1"}"#);
        assert_eq!([other.get("snapshot"), other.get("version")], [None, None]);
    }

    #[test]
    fn the_notice_of_a_late_event_is_late() {
        let late = |event: &str| serde_json::from_str::<Value>(&notice(event)).unwrap()["late"].clone();
        assert_eq!(late(r#"{"late":true,"id":"e1"}"#), true);
        assert_eq!(late(r#"{"id":"e1"}"#), Value::Null);
    }
}
