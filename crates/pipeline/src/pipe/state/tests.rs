use serde_json::{Value as Json, json};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_protocol::subject::{Pattern, Subject};

use crate::enrich::enrich;
use crate::pipe::Pipes;

mod changes;
mod folding;
mod keys;
mod problems;
mod snapshots;

pub const ORDERS: &str = r#"
table: orders
keys: { partition: { tenant: S }, sort: { orderId: S } }
subject: '"orders/" + item.tenant + "/" + item.orderId'
let: { isOrder: item.kind == "order" }
events:
  - { type: order.placed.v1, when: operation == "INSERT" && isOrder, data: { orderId: item.orderId } }
state:
  type: order.v1
  when: isOrder
  version: item.?version
  data: { orderId: item.orderId, status: item.status, total: item.total }
"#;

pub fn pipes(text: &str) -> Pipes {
    Pipes::compile(&[file("orders", text)], &schemas()).unwrap()
}

pub fn schemas() -> Vec<DefinitionFile> {
    let schema = |name: &str, properties: Json| {
        let document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("https://tablecast.example/schemas/{name}.json"),
            "type": "object", "properties": properties, "required": ["orderId"],
        });
        file(name, &document.to_string())
    };
    let text = json!({"type": "string"});
    vec![
        schema("order.placed.v1", json!({"orderId": text})),
        schema("order.v1", json!({"orderId": text, "status": text, "total": {"type": "number"}})),
        schema("order.removed.v1", json!({"orderId": text, "tenant": text})),
    ]
}

pub fn file(name: &str, text: &str) -> DefinitionFile {
    DefinitionFile { file: format!("pipes/{name}.yaml"), name: name.into(), text: text.into() }
}

/// A stream record, or an item that was read. Attributes are DynamoDB JSON.
pub fn record(old: Option<Json>, new: Option<Json>) -> Json {
    let name = match (&old, &new) {
        (None, _) => "INSERT",
        (_, None) => "REMOVE",
        _ => "MODIFY",
    };
    let mut change = json!({
        "ApproximateCreationDateTime": 1_795_404_516, "SequenceNumber": "7", "StreamViewType": "NEW_AND_OLD_IMAGES",
        "Keys": { "tenant": {"S": "acme"}, "orderId": {"S": "1"} },
    });
    for (image, value) in [("OldImage", old), ("NewImage", new)] {
        change.as_object_mut().unwrap().extend(value.map(|value| (image.to_owned(), value)));
    }
    json!({
        "eventID": "e1", "eventName": name, "dynamodb": change,
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/x",
    })
}

/// An order. The other attributes replace its own; null removes one.
pub fn order(others: Json) -> Json {
    let mut item = json!({
        "tenant": {"S": "acme"}, "orderId": {"S": "1"}, "kind": {"S": "order"}, "status": {"S": "PAID"},
        "total": {"N": "42"}, "version": {"N": "3"}, "notes": {"S": "secret"},
    });
    let item_fields = item.as_object_mut().unwrap();
    item_fields.extend(others.as_object().unwrap().clone());
    item_fields.retain(|_, value| !value.is_null());
    item
}
