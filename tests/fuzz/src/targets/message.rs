//! A client's message. The target prints accepted ones and reads them again. A refusal is a small event without the
//! token.

use std::sync::LazyLock;

use serde_json::Value as Json;
use tablecast_protocol::message::limits::{MAX_ID_BYTES, MAX_SOURCES, MAX_SUBSCRIPTIONS, MAX_TYPES};
use tablecast_protocol::message::{Message, id};
use tablecast_protocol::{Control, Envelope};

use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "message", form: Form::Json, check, samples, words: &[WORDS], inputs: 3000 };

const WORDS: &[&str] = &[
    "action",
    "subscribe",
    "unsubscribe",
    "ping",
    "refresh",
    "state",
    "subjects",
    "types",
    "after",
    "id",
    "token",
    "next",
    "orders/acme/*",
    "order.placed.v1",
    "00000000000000ab-7",
];

/// No token is in a reply.
const SECRET: &str = "eyJhbGciOiJFUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl";

static ERROR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = std::fs::read_to_string(repository::path("schemas/tablecast.error.v1.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
});

fn samples() -> Vec<String> {
    let texts = [
        r#"{"action":"subscribe","id":"1","subjects":["orders/acme/*","*"],"types":["order.placed.v1"],"after":{"tablecast/orders/acme":"00000000000000ab-7"},"state":true}"#,
        r#"{"action":"unsubscribe","subjects":["orders/acme/*"],"id":"2"}"#,
        r#"{"action":"ping"}"#,
        &format!(r#"{{"action":"refresh","token":"{SECRET}","id":"3"}}"#),
        r#"{"action":"state","subjects":["orders/acme/*"],"next":"orders/acme/7","id":"4"}"#,
    ];
    texts.map(str::to_owned).to_vec()
}

fn check(body: &str) {
    let id = id(body);
    assert!(id.as_ref().is_none_or(|id| (1..=MAX_ID_BYTES).contains(&id.len())));
    match Message::parse(body) {
        Ok(message) => {
            check_limits(&message);
            let printed = serde_json::to_string(&message).unwrap();
            assert_eq!(Message::parse(&printed).unwrap(), message);
        }
        Err(refusal) => check_refusal(&refusal, id.as_deref()),
    }
}

fn check_limits(message: &Message) {
    match message {
        Message::Subscribe(subscribe) => {
            assert!((1..=MAX_SUBSCRIPTIONS).contains(&subscribe.subjects.len()));
            assert!(subscribe.types.len() <= MAX_TYPES && subscribe.after.len() <= MAX_SOURCES);
            assert!(!subscribe.state || subscribe.id.is_some());
        }
        Message::Unsubscribe(unsubscribe) => assert!(!unsubscribe.subjects.is_empty()),
        Message::State(state) => assert!(!state.subjects.is_empty() && !state.id.is_empty()),
        Message::Ping(_) | Message::Refresh(_) => {}
    }
}

fn check_refusal(refusal: &Control, id: Option<&str>) {
    assert_eq!(refusal.event_type(), "tablecast.error.v1");
    let event = refusal.event(&Envelope::own("1", "2026-11-23T09:00:00Z", id));
    assert!(event.len() < 1024, "{event}");
    // The client may choose its token as the id.
    assert!(id.is_some_and(|id| id.contains(&SECRET[..9])) || !event.contains(&SECRET[..9]), "{event}");
    let event: Json = serde_json::from_str(&event).unwrap();
    assert!(ERROR.is_valid(&event["data"]), "{event}");
}
