//! The elements that dispatch receives. They print as they were, and a notice can replace every event.

use serde_json::value::RawValue;
use tablecast_protocol::element::Element;
use tablecast_protocol::event::EventHead;
use tablecast_protocol::{Epoch, Position, Protocol, frames, notice, with_late, with_position};
use tablecast_protocol::{FRAME_BYTES, with_replay};

use super::event;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "element", form: Form::Json, check, samples, words: &[WORDS], inputs: 1500 };

const WORDS: &[&str] =
    &["eventID", "events", "rejected", "deferred", "pipe", "bus", "late", "position", "sequence", "record"];

fn samples() -> Vec<String> {
    let event = event::order();
    let rejected =
        r#"{"eventID":"2","pipe":"orders","rejected":{"path":"p","reason":"r","record":{"a":[1.10]}}}"#;
    vec![
        format!(
            r#"[{{"eventID":"1","pipe":"orders","events":[{event},{event}]}},{rejected},{{"eventID":"3","deferred":true}}]"#
        ),
        format!(
            r#"[{{"eventID":"1","pipe":"orders","events":[{event}],"bus":false,"invalid_trace":"is not a traceparent"}}]"#
        ),
    ]
}

fn check(payload: &str) {
    let Ok(elements) = serde_json::from_str::<Vec<Element>>(payload) else { return };
    let printed = serde_json::to_string(&elements).unwrap();
    let again: Vec<Element> = serde_json::from_str(&printed).unwrap();
    assert_eq!(serde_json::to_string(&again).unwrap(), printed);
    let events: Vec<&str> =
        elements.iter().flat_map(|element| &element.events).map(|event| event.get()).collect();
    let events: Vec<&str> = events.into_iter().filter(|event| event.starts_with('{')).collect();
    check_frames(&events);
    events.iter().filter(|event| EventHead::parse(event).is_ok()).for_each(|event| check_event(event));
}

fn check_event(event: &str) {
    let head = EventHead::parse(event).unwrap();
    let position = Position { epoch: Epoch(1), offset: 7 };
    let placed = with_position(event, position);
    assert_eq!(EventHead::parse(&placed).unwrap().id, head.id);
    assert!(placed.starts_with(r#"{"position":"0000000000000001-7","#));
    serde_json::from_str::<Box<RawValue>>(&with_replay(event, &head.subject)).unwrap();
    if !head.late {
        assert!(event.contains("\"late\"") || EventHead::parse(&with_late(event)).unwrap().late);
    }
    let notice = notice(event);
    assert!(notice.len() <= 3 * event.len() + 1024, "a notice is larger than its event");
    EventHead::parse(&notice).unwrap();
}

/// Frames have all events, in order, and only one event alone exceeds the limit.
fn check_frames(events: &[&str]) {
    for protocol in Protocol::ALL {
        let mut sent = Vec::new();
        for frame in frames(protocol, events) {
            assert!(frame.text.len() <= FRAME_BYTES || frame.events.len() == 1);
            match protocol {
                Protocol::Batch => {
                    sent.extend(serde_json::from_str::<Vec<Box<RawValue>>>(&frame.text).unwrap())
                }
                Protocol::Single => sent.push(serde_json::from_str(&frame.text).unwrap()),
            }
        }
        assert!(sent.iter().map(|event| event.get()).eq(events.iter().copied()));
    }
}
