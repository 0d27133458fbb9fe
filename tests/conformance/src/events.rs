//! The CloudEvents that the gateway sends.
//!
//! `acme 11` is an event of the channel `orders/acme` at the position `first-11`, with the id `acme 11`.
//! `acme second-3` is in another epoch. `{event: acme 11, late: true}` has other members too, and
//! `null` removes a member. An object without `event` is sent as it is.
//!
//! Events of items, with the type `order.v1`:
//! - `acme 11 sets 1 paid`: the event `acme 11` sets the item `orders/acme/1`
//! - `acme 12 removes 1`: the event `acme 12` removes it
//! - `acme item 1 new`: the item, in a snapshot

use serde_json::{Map, Value, json};

use crate::notation;

const SCHEMAS: &str = "https://tablecast.example/schemas";

/// Returns the event that a short form means. An item of a snapshot belongs to this request.
pub fn expand(event: &Value, request: &Value) -> Result<Value, String> {
    match event {
        Value::String(text) => Ok(Value::Object(short(text, request)?)),
        Value::Object(members) => match members.get("event").and_then(Value::as_str) {
            Some(text) => Ok(changed(short(text, request)?, members)),
            None => Ok(event.clone()),
        },
        other => Err(format!("{other} is no event")),
    }
}

fn short(text: &str, request: &Value) -> Result<Map<String, Value>, String> {
    match text.split(' ').collect::<Vec<_>>()[..] {
        [channel, "item", item, status] => {
            let text = format!("{channel} {item}");
            let event =
                of_item(placed(&text)?, "order.v1", channel, json!({"orderId": item, "status": status}));
            let members = json!({"id": format!("{channel} item {item}"), "snapshot": request, "sequence": null, "position": null});
            Ok(merged(event, &members))
        }
        [channel, place, "sets", item, status] => {
            let data = json!({"orderId": item, "status": status});
            Ok(of_item(placed(&format!("{channel} {place}"))?, "order.v1", channel, data))
        }
        [channel, place, "removes", item] => {
            let data = json!({"orderId": item});
            Ok(of_item(placed(&format!("{channel} {place}"))?, "order.removed.v1", channel, data))
        }
        _ => placed(text),
    }
}

/// Replaces the type, the subject and the data of an event.
fn of_item(event: Map<String, Value>, kind: &str, channel: &str, data: Value) -> Map<String, Value> {
    let item = data["orderId"].as_str().unwrap_or_default();
    let subject = format!("orders/{channel}/{item}");
    let schema = format!("{SCHEMAS}/{kind}.json");
    merged(event, &json!({"type": kind, "subject": subject, "dataschema": schema, "data": data}))
}

fn changed(event: Map<String, Value>, members: &Map<String, Value>) -> Value {
    let mut members = members.clone();
    members.remove("event");
    Value::Object(merged(event, &Value::Object(members)))
}

/// `null` removes a member.
fn merged(mut event: Map<String, Value>, members: &Value) -> Map<String, Value> {
    for (name, value) in members.as_object().into_iter().flatten() {
        event.insert(name.clone(), value.clone());
    }
    event.retain(|_, value| !value.is_null());
    event
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
