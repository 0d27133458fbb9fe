//! A quiet tenant misses 5 of very many changes. It resumes with its own events, and only their items are read.
//!
//! `TABLECAST_CHANGES=1000000` sets the number of changes of 1,000 other tenants. `--nocapture` shows the time of
//! the resume.

use std::env;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::Socket;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::MACHINE;

const SOURCE: &str = "tablecast/orders/quiet";
const TENANTS: usize = 1_000;
const WRITERS: usize = 4;
/// The changes of the quiet tenant. A fifth of the other tenants writes meanwhile.
const STATUSES: [&str; 5] = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
/// Upper limit for the items of the log that the resume reads.
const MAX_ITEMS_READ: u64 = 20;

/// The database writes to its disk for each change. In memory, that takes less time.
fn folder_in_memory() -> TempDir {
    let memory = Path::new("/dev/shm");
    tempfile::tempdir_in(if memory.is_dir() { memory } else { Path::new("/tmp") }).unwrap()
}

/// Connects as the quiet tenant.
async fn connect(local: &LocalMode, data: &str) -> Socket {
    let token = local.token(&["--data", data, "--subject", "ada", "--claim", "tenant=quiet"]).await;
    let bearer = format!("Bearer {token}");
    Socket::with_headers(&local.addresses().clients, &[("Authorization", &bearer)]).await.unwrap()
}

fn position(event: &Value) -> Position {
    event["position"].as_str().unwrap().parse().unwrap()
}

async fn put_quietly(local: &LocalMode, id: &str, status: &str) {
    local.dynamodb().put("orders", order_of("quiet", id, status)).await;
}

/// Writes this number of orders for each of some tenants.
async fn write_others(dynamodb: DynamoDb, tenants: Vec<usize>, orders: usize) {
    for tenant in tenants {
        let ids: Vec<_> = (0..orders).collect();
        for some in ids.chunks(BATCH) {
            let order = |id: &usize| order_of(&format!("tenant{tenant}"), &id.to_string(), "PLACED");
            dynamodb.put_all("orders", some.iter().map(order).collect()).await;
        }
    }
}

/// Writes one change of the quiet tenant among those of the others, and waits until all are delivered.
async fn write_round(local: &LocalMode, round: usize, orders: usize, delivered: u64) {
    let tenants: Vec<_> = (round..TENANTS).step_by(STATUSES.len()).collect();
    let writers = tenants.chunks(tenants.len().div_ceil(WRITERS));
    let writers = writers.map(|tenants| write_others(local.dynamodb(), tenants.to_vec(), orders));
    let writing: JoinSet<_> = writers.collect();
    put_quietly(local, "1", STATUSES[round]).await;
    writing.join_all().await;
    let mut before = delivered_orders(local).await;
    while before < delivered {
        let more = async || Some(delivered_orders(local).await).filter(|now| *now > before);
        before = eventually("more delivered changes", more).await;
    }
}

async fn delivered_orders(local: &LocalMode) -> u64 {
    local.pipes().await.iter().find(|pipe| pipe.name == "orders").unwrap().delivered
}

/// Receives the first event of the quiet tenant. Then writes while no client is connected. Returns the position of
/// the event.
async fn miss_changes(data: &str, orders: usize) -> Position {
    let mut local = LocalMode::start_with_auth(&["--data", data]).await;
    let mut client = connect(&local, data).await;
    assert_eq!(client.subscribe_to(&["orders/quiet/*"]).await, ["granted"]);
    put_quietly(&local, "0", "PLACED").await;
    let first = client.event().await;
    assert_eq!(first["source"], SOURCE);
    client.close().await;
    for round in 0..STATUSES.len() {
        let delivered = 1 + (round + 1) * (1 + TENANTS / STATUSES.len() * orders);
        write_round(&local, round, orders, delivered as u64).await;
    }
    assert_eq!(local.dead_letters(), "");
    assert_eq!(local.stop().await, Some(0));
    position(&first)
}

/// Returns all events up to the acknowledgement.
async fn resume(client: &mut Socket, after: Position) -> Vec<Value> {
    let message = json!({
        "action": "subscribe", "subjects": ["orders/quiet/*"], "after": {SOURCE: after.to_string()},
    });
    client.send_json(message).await;
    let mut events: Vec<Value> = Vec::new();
    while events.last().is_none_or(|event| event["type"] != "tablecast.subscribed.v1") {
        events.push(client.event().await);
    }
    events
}

/// Returns the number of items of the table `log` that were read. Lines such as `database: Query log: 3 items read`
/// are logged at DEBUG.
fn items_read(log: &str) -> u64 {
    let requests = log.lines().filter_map(|line| line.split_once("database: "));
    let of_log = requests.filter_map(|(_, request)| request.split_once(" log"));
    let counts = of_log.map(|(operation, rest)| {
        let count = rest.strip_prefix(": ").and_then(|rest| rest.strip_suffix(" items read"));
        count.and_then(|count| count.parse::<u64>().ok()).unwrap_or_else(|| panic!("{operation} log{rest}"))
    });
    let counts: Vec<_> = counts.collect();
    assert!(!counts.is_empty(), "the database logged no read");
    counts.iter().sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quiet_tenant_resumes_after_many_changes_of_others_and_reads_few_items() {
    let _shared = MACHINE.read().await;
    let changes: usize = env::var("TABLECAST_CHANGES").map_or(2_000, |count| count.parse().unwrap());
    let orders = changes / TENANTS;
    assert!(orders > 0, "TABLECAST_CHANGES must be at least {TENANTS}");
    let data = folder_in_memory();
    let data = data.path().to_str().unwrap();
    let start = Instant::now();
    let after = miss_changes(data, orders).await;
    println!("{} changes in {:.1?}", orders * TENANTS, start.elapsed());

    let local = LocalMode::start_with_auth(&["--data", data, "--log-level", "debug"]).await;
    let mut client = connect(&local, data).await;
    let (logged, start) = (local.log().len(), Instant::now());
    let events = resume(&mut client, after).await;
    let read = items_read(&local.log()[logged..]);
    println!("resumed in {:.0?} with {read} items of the log read", start.elapsed());
    assert!(read < MAX_ITEMS_READ, "{read} items read");

    let [resumed, missed @ .., subscribed] = &events[..] else { panic!("{events:?}") };
    let end = Position { offset: after.offset + STATUSES.len() as u64, ..after }.to_string();
    let recovered = json!({SOURCE: {"recovered": true, "position": end}});
    assert_eq!((&resumed["type"], &resumed["data"]["sources"]), (&json!("tablecast.resumed.v1"), &recovered));
    assert_eq!(subscribed["data"]["sources"], json!({SOURCE: end}));
    let offsets: Vec<_> = missed.iter().map(|event| position(event).offset - after.offset).collect();
    assert_eq!(offsets, [1, 2, 3, 4, 5]);
    let statuses = missed[1..4].iter().map(|event| event["data"]["to"].as_str().unwrap());
    assert_eq!(statuses.collect::<Vec<_>>(), STATUSES[1..4]);
    let ends = [&missed[0], &missed[4]].map(|event| event["type"].as_str().unwrap());
    assert_eq!(ends, ["order.placed.v1", "order.cancelled.v1"]);

    // The next event is new: nothing arrived twice.
    put_quietly(&local, "2", "PLACED").await;
    assert_eq!(client.subjects(1).await, ["orders/quiet/2"]);
}
