//! The CloudEvents that the gateway sends.
//!
//! `acme 11` is an event of the channel `orders/acme` at the position `first-11`, with the id `acme 11`.
//! `acme second-3` is in another epoch. `{event: acme 11, late: true}` has other members too, and
//! `null` removes a member. An object without `event` is sent as it is.

use serde_json::{Map, Value, json};

use crate::notation;

const SCHEMAS: &str = "https://tablecast.example/schemas";

/// Returns the event that a short form means.
pub fn expand(event: &Value) -> Result<Value, String> {
    match event {
        Value::String(text) => Ok(Value::Object(placed(text)?)),
        Value::Object(members) => match members.get("event").and_then(Value::as_str) {
            Some(text) => Ok(changed(placed(text)?, members)),
            None => Ok(event.clone()),
        },
        other => Err(format!("{other} is no event")),
    }
}

fn changed(mut event: Map<String, Value>, members: &Map<String, Value>) -> Value {
    for (name, value) in members.iter().filter(|(name, _)| *name != "event") {
        event.insert(name.clone(), value.clone());
    }
    event.retain(|_, value| !value.is_null());
    Value::Object(event)
}

fn placed(text: &str) -> Result<Map<String, Value>, String> {
    let (channel, place) = text.split_once(' ').ok_or(format!("{text:?} is no event such as \"acme 11\""))?;
    let position = notation::position(place).or_else(|| notation::position(&format!("first-{place}")));
    let position = position.ok_or(format!("{place:?} is neither an offset nor a position"))?;
    let event = json!({
        "specversion": "1.0",
        "id": text,
        "source": format!("tablecast/orders/{channel}"),
        "type": "order.placed.v1",
        "subject": format!("orders/{channel}/1001"),
        "time": "2026-11-23T09:00:00.123Z",
        "datacontenttype": "application/json",
        "dataschema": format!("{SCHEMAS}/order.placed.v1.json"),
        "sequence": format!("{place:0>20}"),
        "position": position,
        "data": data(),
    });
    match event {
        Value::Object(event) => Ok(event),
        _ => Err("not an object".to_owned()),
    }
}

fn data() -> Value {
    json!({
        "orderId": "1001", "total": "129.90", "currency": "EUR", "placedAt": "2026-11-23T09:00:00Z",
        "lines": [{"sku": "lamp-7", "quantity": 2, "unitPrice": "64.95"}],
    })
}

/// Returns a control event, for example `pong`.
pub fn control(kind: &str, id: usize, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": format!("control {id}"),
        "source": "tablecast",
        "type": format!("tablecast.{kind}.v1"),
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": format!("{SCHEMAS}/tablecast.{kind}.v1.json"),
        "data": data,
    })
}
