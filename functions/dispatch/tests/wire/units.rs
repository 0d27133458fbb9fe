//! The requests and units of a batch, from the elements of `enrich` to the log, the bus and the clients. They are those
//! of `tablecast cost`.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_cost::Batch;

use crate::stand_in::{LIMITS, Limits, StandIn};

const TYPE: &str = "order.placed.v1";
const EVENT_BYTES: usize = 512;
/// The part of them without a pattern.
const RANDOM_BYTES: usize = 110;

/// Fan-out is measured elsewhere.
const AT_ONCE: Limits = Limits { large_audience: 5000, ..LIMITS };

fn random(n: u64) -> String {
    let mut state = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(letters[(state >> 33) as usize % letters.len()])
    };
    (0..RANDOM_BYTES).map(next).collect()
}

/// A change of an order, with an event of this project's form.
fn element(n: u64, channel: &str) -> Value {
    let record = u128::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    let sequence = 4_000_000_000_000_000_000_000_u128 + u128::from(n) * 7919;
    let event = |fill: &str| {
        json!({
            "specversion": "1.0", "id": format!("{record:032x}:{TYPE}"), "source": format!("tablecast/{channel}"),
            "type": TYPE, "subject": format!("{channel}/{n}"), "time": "2026-11-23T05:00:00Z",
            "datacontenttype": "application/json",
            "dataschema": format!("https://tablecast.example/schemas/{TYPE}.json"),
            "sequence": format!("{sequence:040}"), "data": { "note": random(n), "fill": fill },
        })
    };
    let missing = EVENT_BYTES - event("").to_string().len();
    json!({ "eventID": n.to_string(), "pipe": "orders", "events": [event(&"-".repeat(missing))] })
}

/// Compares the second batch of a process: the first one begins the logs.
async fn compare(batch: Batch) {
    let stand_in = StandIn::start().await;
    let dispatch = stand_in.dispatcher(AT_ONCE);
    let channels: Vec<String> = (0..batch.channels).map(|n| format!("orders/tenant{n}")).collect();
    for n in 0..batch.listeners {
        let patterns: Vec<String> = channels.iter().map(|channel| format!("{channel}/*")).collect();
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        stand_in.connect(&format!("DjkaeFQ1oAM{n:04}="), &patterns, Duration::from_secs(60)).await;
    }
    let elements = |first: u64| -> Value {
        (0..batch.changes).map(|n| element(first + n, &channels[(n % batch.channels) as usize])).collect()
    };
    let left = Duration::from_secs(60);
    stand_in.dispatch_by(&dispatch, elements(1_000_000), left).await.unwrap();
    *stand_in.seen() = Default::default();
    stand_in.dispatch_by(&dispatch, elements(2_000_000), left).await.unwrap();

    let expected = batch.requests();
    let seen = stand_in.seen();
    let of = |operation: &str, table: Option<&str>| -> Vec<&Value> {
        let is_of =
            |(name, body): &&(String, Value)| name == operation && body["TableName"].as_str() == table;
        seen.calls.iter().filter(is_of).map(|(_, body)| body).collect()
    };
    let puts = of("PutItem", Some("log"));
    let write_units = seen.units("log", "PutItem") as u64;
    let entries: usize =
        of("PutEvents", None).iter().map(|body| body["Entries"].as_array().unwrap().len()).sum();
    let measured = [
        of("Query", Some("connections")).len(),
        puts.len(),
        entries,
        of("PutEvents", None).len(),
        seen.posts.len(),
    ];
    println!(
        "{batch:?}: {write_units} write units; queries, puts, entries, requests to the bus, posts: {measured:?}"
    );
    let calculated =
        [expected.queries, expected.puts, expected.bus_entries, expected.bus_requests, expected.posts];
    assert_eq!(measured.map(|count| count as u64), calculated, "{batch:?}");
    assert_eq!(seen.units("connections", "Query"), expected.read_units as f64, "{batch:?}");
    // The compression depends on the text.
    let most = write_units + batch.channels;
    assert!((write_units..=most).contains(&expected.write_units), "{batch:?}: {write_units} write units");
    assert_eq!(
        seen.calls.len() as u64,
        expected.queries + expected.puts + expected.bus_requests,
        "no other request"
    );
}

/// docs/reference/cost.md has a table of these.
#[tokio::test]
async fn a_batch_needs_the_requests_and_units_that_the_calculator_counts() {
    let batch = Batch {
        changes: 1,
        events: 1,
        bytes: EVENT_BYTES as u64,
        listeners: 1,
        channels: 1,
        segments: 3,
        channel_segments: 2,
    };
    for (changes, channels, listeners) in
        [(1, 1, 0), (1, 1, 1), (1, 1, 100), (10, 1, 1), (100, 1, 1), (10, 10, 1), (20, 10, 5)]
    {
        compare(Batch { changes, channels, listeners, ..batch }).await;
    }
}
