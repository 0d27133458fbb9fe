//! Short texts: positions, times, durations, traces, event types and sources. Each parsed text prints as it was, or
//! parses to the same value again.

use tablecast_client::machine::Progress;
use tablecast_definitions::definition::Seconds;
use tablecast_protocol::channel::Channel;
use tablecast_protocol::event_type::{is_event_type, removed};
use tablecast_protocol::traceparent::TraceParent;
use tablecast_protocol::{
    Epoch, Position, Protocol, RefusedConnection, milliseconds_of, requested_in, rfc3339,
};

use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "texts", form: Form::Lines, check, samples, words: &[WORDS], inputs: 4000 };

const WORDS: &[&str] =
    &["00000000000000ab-", "tablecast/", "%2F", "7d", "Z", "+00:00", "cloudevents.json", ".v1"];

fn samples() -> Vec<String> {
    let texts = [
        "00000000000000ab-42",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "2026-11-23T09:00:00.123Z",
        "7d",
        "order.placed.v1",
        "tablecast/orders/a%20b",
        r#"{"status":401,"reason":"token-expired","message":"m","protocol":"cloudevents.json"}"#,
        r#"{"tablecast/orders/acme":"00000000000000ab-42"}"#,
        "cloudevents-batch.json, tablecast.explain",
    ];
    texts.map(str::to_owned).to_vec()
}

fn check(text: &str) {
    if let Ok(position) = text.parse::<Position>() {
        assert_eq!(position.to_string(), text);
    }
    if let Ok(epoch) = text.parse::<Epoch>() {
        assert_eq!(epoch.to_string(), text);
    }
    if let Ok(parent) = TraceParent::parse(text) {
        assert_eq!(TraceParent::parse(&parent.to_string()), Ok(parent));
        assert_eq!(
            parent.x_ray_header().len(),
            "Root=1-01234567-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1".len()
        );
    }
    if let Some(channel) = Channel::of_source(text) {
        assert_eq!(channel.source(), text);
    }
    if let Some(milliseconds) = milliseconds_of(text) {
        assert_eq!(milliseconds_of(&rfc3339(milliseconds)), Some(milliseconds), "{text}");
    }
    if is_event_type(text) {
        // The type of a removed item is longer, and may exceed the limit of 128 bytes.
        let fits = text.len() + ".removed".len() <= 128;
        assert!(text.is_ascii() && removed(text).is_none_or(|removed| is_event_type(&removed) == fits));
    }
    duration(text);
    offers(text);
    progress(text);
}

fn duration(text: &str) {
    let parsed = |text: String| serde_json::from_value::<Seconds>(text.into()).ok();
    if let Some(seconds) = parsed(text.to_owned()) {
        assert_eq!(parsed(seconds.to_string()), Some(seconds));
    }
}

fn offers(text: &str) {
    let chosen = Protocol::choose(text.split(", "));
    assert!(requested_in(text.split(", ")).is_none_or(|protocol| Some(protocol) == chosen));
    if let Some(refused) = RefusedConnection::parse(text) {
        assert_eq!(RefusedConnection::parse(&refused.text()), Some(refused));
    }
}

/// Stored progress stays the same when it is stored again.
fn progress(text: &str) {
    let stored = Progress::restore(text).text();
    assert_eq!(Progress::restore(&stored).text(), stored);
}
