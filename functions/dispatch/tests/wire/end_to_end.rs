//! The requests and units of a change from its stream record to its clients, by `enrich`, `dispatch` and `fanout`. The
//! database counts the units, and they are those of `tablecast cost`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use fanout::{Fanout, Task};
use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;
use tablecast_cost::{Batch, Item, Prices, Requests};
use tablecast_definitions::folder;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_stand_in::Seen;

use crate::stand_in::{LIMITS, Limits, StandIn};

const MINUTE: Duration = Duration::from_secs(60);

/// An order of the channel `orders/acme`.
fn record(n: u64) -> Value {
    let (order, sequence) = (n.to_string(), format!("1110000000000000{n:0>8}"));
    let line =
        json!({ "M": { "sku": { "S": "lamp-7" }, "quantity": { "N": "2" }, "unitPrice": { "N": "64.95" } } });
    json!({
        "eventID": format!("{n:0>32x}"), "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-west-1",
        "dynamodb": {
            "ApproximateCreationDateTime": now_in_milliseconds() / 1000,
            "Keys": { "tenant": { "S": "acme" }, "orderId": { "S": order } },
            "NewImage": {
                "tenant": { "S": "acme" }, "orderId": { "S": order }, "status": { "S": "PLACED" },
                "total": { "N": "129.9" }, "currency": { "S": "EUR" }, "lines": { "L": [line] },
                "createdAt": { "S": "2026-11-23T09:00:00Z" },
            },
            "SequenceNumber": sequence, "SizeBytes": 200, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000",
    })
}

/// The pipes of this project.
fn pipes() -> Pipes {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let read = |name: &str, extension| folder::read(&root.join(name), extension).unwrap();
    Pipes::compile(&read("pipes", "yaml"), &read("schemas", "json")).unwrap()
}

/// Enriched new orders, as the pipe sends them to `dispatch`.
fn enriched(pipes: &Pipes, numbers: std::ops::Range<u64>) -> Value {
    let batch = Value::from_iter(numbers.map(record)).to_string();
    serde_json::to_value(enrich(pipes, &batch).unwrap()).unwrap()
}

async fn connect(stand_in: &StandIn, listeners: u64) {
    for n in 0..listeners {
        stand_in.connect(&format!("DjkaeFQ1oAM{n:04}="), &["orders/acme/*"], MINUTE).await;
    }
}

/// The consumption of one batch.
#[derive(Debug, PartialEq)]
struct Counted {
    /// Requests of `dispatch` to DynamoDB and the bus.
    requests: usize,
    read_units: f64,
    write_units: f64,
    bus_entries: usize,
    posts: usize,
}

impl Counted {
    fn of(seen: &Seen) -> Self {
        Self {
            requests: seen.calls.len(),
            read_units: seen.units("connections", "Query") + seen.units("connections", "GetItem"),
            write_units: seen.units("log", "PutItem") + seen.units("connections", "UpdateItem"),
            bus_entries: seen.puts().iter().map(Vec::len).sum(),
            posts: seen.posts.len(),
        }
    }

    fn dollars(&self, prices: &Prices) -> f64 {
        let price = |item, quantity| prices.of(item).unwrap().of(quantity);
        price(Item::DynamodbRead, self.read_units)
            + price(Item::DynamodbWrite, self.write_units)
            + price(Item::BusEvent, self.bus_entries as f64)
            + price(Item::SocketMessage, self.posts as f64)
    }
}

/// Compares the second batch of a process: the first one begins the log.
async fn compare(changes: u64, listeners: u64) {
    let (stand_in, pipes, prices) = (StandIn::start().await, pipes(), Prices::us_east_1().unwrap());
    let dispatch = stand_in.dispatcher(LIMITS);
    stand_in.dispatch_by(&dispatch, enriched(&pipes, 0..changes), MINUTE).await.unwrap();
    connect(&stand_in, listeners).await;
    *stand_in.seen() = Seen::default();
    let elements = enriched(&pipes, 1_000_000..1_000_000 + changes);
    let bytes = elements[0]["events"][0].to_string().len() as u64;
    stand_in.dispatch_by(&dispatch, elements, MINUTE).await.unwrap();

    let counted = Counted::of(&stand_in.seen());
    let batch = Batch { changes, events: 1, bytes, listeners, channels: 1, segments: 3, channel_segments: 2 };
    let Requests { queries, read_units, puts, write_units, bus_entries, bus_requests, posts } =
        batch.requests();
    // These events have less random text than those of the calculator, so the log compresses them more.
    assert!((2.0..=write_units as f64).contains(&counted.write_units), "{batch:?}: {counted:?}");
    let expected = Counted {
        requests: (queries + puts + bus_requests) as usize,
        read_units: read_units as f64,
        write_units: counted.write_units,
        bus_entries: bus_entries as usize,
        posts: posts as usize,
    };
    assert_eq!(counted, expected, "{batch:?}");
    let share = counted.dollars(&prices) / batch.dollars(&prices);
    assert!((0.95..=1.0).contains(&share), "{batch:?}: {share}");
}

#[tokio::test]
async fn a_change_costs_from_its_record_to_its_clients_what_the_calculator_counts() {
    let listeners_of_changes = [(1, [1, 10, 100].as_slice()), (10, &[1, 10, 100]), (100, &[1, 10])];
    for (changes, listeners) in listeners_of_changes {
        for listeners in listeners {
            compare(changes, *listeners).await;
        }
    }
}

/// The units that the reads of listeners consumed.
fn units_of_listeners(seen: &Seen) -> f64 {
    let is_pattern = |partition: &String| partition.starts_with("subscription#");
    let reads = seen.consumed.iter().filter(|one| one.operation == "Query");
    reads.filter(|one| one.partition.as_ref().is_some_and(is_pattern)).map(|one| one.units).sum()
}

#[tokio::test]
async fn a_change_for_a_large_audience_costs_what_the_calculator_counts() {
    const LISTENERS: u64 = 100;
    let (stand_in, pipes) = (StandIn::start().await, pipes());
    connect(&stand_in, LISTENERS).await;
    let dispatch = stand_in.dispatcher(Limits { large_audience: 50, ..LIMITS });
    for first in [0, 10] {
        *stand_in.seen() = Seen::default();
        stand_in.dispatch_by(&dispatch, enriched(&pipes, first..first + 2), MINUTE).await.unwrap();
    }
    // The look-up of the second batch is the run, and to cover its events is the third write.
    let counted = Counted::of(&stand_in.seen());
    let expected = Counted { requests: 5, read_units: 1.0, write_units: 3.0, bus_entries: 2, posts: 0 };
    assert_eq!(counted, expected);

    *stand_in.seen() = Seen::default();
    let endpoints = fanout::Endpoints {
        connections_table: "connections".to_owned(),
        log_table: "log".to_owned(),
        management_endpoint: stand_in.address.clone(),
        fanout_function: "fanout".to_owned(),
    };
    let fanout = Fanout::new(&stand_in.aws(), endpoints, fanout::Limits::default());
    let task = Task::Serve { source: "tablecast/orders/acme".to_owned(), part: 0 };
    fanout.handle(task, fanout::Deadline::after(MINUTE)).await.result.unwrap();
    // It reads the listeners once for the events that have gathered, here those of two batches.
    let batch = Batch {
        changes: 4,
        events: 1,
        bytes: 512,
        listeners: LISTENERS,
        channels: 1,
        segments: 3,
        channel_segments: 2,
    };
    let seen = stand_in.seen();
    let Requests { read_units, posts, .. } = batch.requests();
    // A slow machine repeats posts.
    let different: BTreeSet<_> = seen.posts.iter().collect();
    assert_eq!((units_of_listeners(&seen), different.len()), (read_units as f64, posts as usize));
}
