//! The cost of appends: DynamoDB's write units for 1,000 events of half a kilobyte.

use serde_json::{Value, json};
use tablecast_event_log::NewEvent;

use crate::stand_in::{KEEP, NOW, PIPE, SOURCE, StandIn, complete};

/// An event of the project's pipe, filled up to 512 bytes with random text.
fn event(n: u64) -> (String, String) {
    let id = format!(
        "{:032x}:order.placed.v1",
        u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    );
    let event = |note: &str| {
        json!({
            "specversion": "1.0", "id": id, "source": "tablecast/orders/acme", "type": "order.placed.v1",
            "subject": format!("orders/acme/{}", 1000 + n), "time": "2026-11-23T05:00:00Z",
            "datacontenttype": "application/json",
            "dataschema": "https://tablecast.example/schemas/order.placed.v1.json",
            "sequence": format!("{:040}", 4_000_000_000_000_000_000_000_u128 + u128::from(n) * 7919),
            "data": { "orderId": (1000 + n).to_string(), "total": format!("{}.95", n * 37 % 500), "note": note },
        })
        .to_string()
    };
    let mut random = fastrand::Rng::with_seed(n);
    let note: String = (0..512 - event("").len()).map(|_| random.alphanumeric()).collect();
    (id.clone(), event(&note))
}

/// The write units of an item. DynamoDB counts the bytes of names and values. A number takes one byte for two
/// digits, and one more. A write unit is 1 KB.
fn units(item: &Value) -> usize {
    members(item).div_ceil(1024)
}

fn members(map: &Value) -> usize {
    map.as_object().unwrap().iter().map(|(name, value)| name.len() + bytes(value)).sum()
}

fn bytes(value: &Value) -> usize {
    match (value["S"].as_str(), value["N"].as_str(), value["B"].as_str()) {
        (Some(text), ..) => text.len(),
        (_, Some(digits), _) => digits.len().div_ceil(2) + 1,
        (.., Some(base64)) => base64.trim_end_matches('=').len() * 3 / 4,
        _ => 3 + members(&value["M"]),
    }
}

async fn units_per_thousand(batch: usize) -> usize {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let events: Vec<_> = (0..1000).map(event).collect();
    assert!(events.iter().all(|(_, text)| text.len() == 512));
    for batch in events.chunks(batch) {
        let entries: Vec<_> = batch.iter().map(|(id, text)| NewEvent { id, text }).collect();
        complete(&logs, logs.append(PIPE, SOURCE, &entries, KEEP, NOW).await.unwrap()).await;
    }
    let written = stand_in.calls().iter().filter(|call| *call == "PutItem").count();
    let items = stand_in.items();
    let (begin, list) = (1, 1);
    assert_eq!(written, 2 * items.len() + begin + list, "each item is written once, and the end after it");
    assert_eq!(units(&stand_in.end_item().unwrap()), 1);
    items.iter().map(units).sum::<usize>() + items.len() + begin + list
}

/// docs/reference/cost.md documents these numbers.
#[tokio::test]
async fn a_thousand_events_cost_the_documented_write_units() {
    for (batch, most) in [(1, 2002), (10, 302), (100, 142)] {
        let units = units_per_thousand(batch).await;
        println!("batches of {batch}: {units} write units per 1,000 events of 0.5 KB");
        assert!(units <= most, "batches of {batch}: {units}");
    }
}
