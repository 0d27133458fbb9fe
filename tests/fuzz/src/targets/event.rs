//! One event as a client receives it. The text stays unchanged, and no attribute of another form ends a connection.

use tablecast_client::{Event, Filter};
use tablecast_protocol::event_type::is_control;

use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "event", form: Form::Json, check, samples, words: &[WORDS], inputs: 3000 };

const WORDS: &[&str] = &[
    "specversion",
    "1.0",
    "id",
    "source",
    "type",
    "subject",
    "time",
    "data",
    "sequence",
    "position",
    "late",
    "traceparent",
    "snapshot",
    "version",
    "tablecast.event-too-large.v1",
    "tablecast.pong.v1",
    "tablecast/orders/acme",
    "orders/acme/*",
];

pub fn order() -> String {
    let attributes = r#""id":"e1:order.placed.v1","source":"tablecast/orders/acme","type":"order.placed.v1","subject":"orders/acme/1""#;
    let more = r#""time":"2026-11-23T09:00:00Z","sequence":"0000000000000000000111000000000000000006""#;
    format!(r#"{{"specversion":"1.0",{attributes},{more},"data":{{"orderId":"1","total":"129.90"}}}}"#)
}

fn samples() -> Vec<String> {
    let placed = order().replacen('{', r#"{"position":"00000000000000ab-7","late":true,"#, 1);
    vec![placed, order(), r#"{"specversion":"1.0","id":"1","source":"s","type":"tablecast.event-too-large.v1","data":{"type":"t"}}"#.to_owned()]
}

fn check(text: &str) {
    let Some(event) = Event::parse(text) else { return };
    assert_eq!(event.json(), text.trim_matches([' ', '\n', '\r', '\t']));
    assert!(!event.id().is_empty() && !event.source().is_empty());
    let again = Event::parse(event.json()).unwrap();
    assert_eq!(format!("{event:?}"), format!("{again:?}"));
    let everything = Filter::new(["*"], [] as [&str; 0]);
    let own = Filter::new(event.subject(), [event.event_type()]);
    assert!(
        everything.matches(&event)
            || event
                .subject()
                .is_none_or(|subject| tablecast_protocol::subject::Subject::parse(subject).is_err())
    );
    assert!(is_control(event.event_type()) || own.matches(&event) == everything.matches(&event));
    _ = event.data::<serde_json::Value>();
}
