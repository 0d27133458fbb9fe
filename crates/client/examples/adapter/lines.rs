//! The lines of the output.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use tablecast_client::{Item, NotReady};

pub fn print_ready(name: &str, ready: &Result<(), NotReady>) {
    if ready.is_ok() {
        print(&json!({"subscription": name, "ready": true}));
    }
}

pub fn print_item(name: &str, item: &Item) {
    let raw = |json: &str| serde_json::from_str::<Box<RawValue>>(json).ok();
    match item {
        Item::Event(event) => print_event(name, "event", raw(event.json())),
        Item::Late(event) => print_event(name, "late", raw(event.json())),
        Item::Gap(gap) => report(name, "gap", json!({"source": gap.source, "reason": gap.reason})),
        Item::Refused(refused) => {
            report(name, "refused", json!({"subject": refused.subject, "reason": refused.reason}));
        }
        Item::Invalid(invalid) => {
            report(name, "invalid", json!({"id": invalid.event.id(), "detail": invalid.detail}));
        }
        other => eprintln!("{name}: {other:?}"),
    }
}

/// Prints the event as the server sent it, with all digits.
fn print_event(name: &str, kind: &str, event: Option<Box<RawValue>>) {
    let event = event.as_deref().map_or("null", RawValue::get).replace(['\n', '\r'], " ");
    println!("{{\"subscription\":{},\"{kind}\":{event}}}", json!(name));
}

fn report(name: &str, kind: &str, value: Value) {
    print(&json!({"subscription": name, kind: value}));
}

pub fn print(line: &Value) {
    println!("{line}");
}
