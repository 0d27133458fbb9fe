//! Batches of stream records of the `orders` table.

use serde_json::{Value, json};

pub const RECORDS: usize = 100;

/// New orders. Every record becomes an event.
pub fn placed() -> Vec<u8> {
    let record = |index| record(index, "INSERT", json!({ "NewImage": order(index, "PLACED", "") }));
    batch(record)
}

/// Orders with changed notes, which no event contains. One record of `every` also has a new status.
pub fn paid(every: usize) -> Vec<u8> {
    batch(|index| {
        let status = if index % every == 0 { "PAID" } else { "PLACED" };
        let images =
            json!({ "OldImage": order(index, "PLACED", "a"), "NewImage": order(index, status, "b") });
        record(index, "MODIFY", images)
    })
}

fn batch(record: impl Fn(usize) -> Value) -> Vec<u8> {
    serde_json::to_vec(&(0..RECORDS).map(record).collect::<Vec<_>>()).unwrap()
}

fn record(index: usize, operation: &str, images: Value) -> Value {
    let mut change = json!({
        "ApproximateCreationDateTime": 1_795_404_516.0 + index as f64,
        "Keys": { "tenant": { "S": "acme" }, "orderId": { "S": index.to_string() } },
        "SequenceNumber": format!("1110000000000000{index:0>5}"),
        "SizeBytes": 640,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    });
    change.as_object_mut().unwrap().append(images.clone().as_object_mut().unwrap());
    json!({
        "eventID": format!("{index:0>32x}"), "eventName": operation, "eventVersion": "1.1",
        "eventSource": "aws:dynamodb", "awsRegion": "eu-west-1", "dynamodb": change,
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000",
    })
}

/// A typical item: it has 20 attributes, of which the pipe lists 8.
fn order(index: usize, status: &str, notes: &str) -> Value {
    let line = |sku: &str| json!({ "M": { "sku": { "S": sku }, "quantity": { "N": "2" }, "unitPrice": { "N": "64.95" } } });
    json!({
        "tenant": { "S": "acme" }, "orderId": { "S": index.to_string() }, "status": { "S": status },
        "total": { "N": "259.8" }, "currency": { "S": "EUR" }, "lines": { "L": [line("lamp-7"), line("chair-12")] },
        "createdAt": { "S": "2026-11-23T09:00:00Z" }, "updatedAt": { "S": "2026-11-23T09:05:00Z" },
        "customerId": { "S": "c-77" }, "email": { "S": "ada@example.com" }, "version": { "N": "3" },
        "address": { "M": { "street": { "S": "12 Mill Lane" }, "city": { "S": "Oslo" }, "zip": { "S": "0150" } } },
        "tags": { "SS": ["gift", "fragile"] }, "weights": { "NS": ["1.5", "7.25"] }, "gift": { "BOOL": true },
        "coupon": { "NULL": true }, "signature": { "B": "AAECAwQFBgcICQ==" }, "channel": { "S": "web" },
        "risk": { "N": "0.07" },
        "internalNotes": { "S": format!("{notes} asks for a call before delivery; paid late twice") },
    })
}
