//! `tablecast backfill` beside live changes: a consumer that follows the rule of the sequence has the table at the end,
//! in whichever order the bus delivers.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};
use tablecast_tests::bus::BusEvent;
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::eventually::eventually;
use tablecast_tests::local_mode::LocalMode;

const PIPE: &str = r#"table: things
keys: { partition: { id: S } }
subject: '"things/" + keys.id'
events:
  - type: thing.seen.v1
    when: operation != "REMOVE"
    data: { value: item.value }
  - type: thing.removed.v1
    when: operation == "REMOVE"
    data: {}
"#;

const ITEMS: usize = 200;

/// The orders in which a consumer receives all events.
const DELIVERIES: u64 = 200;

fn write_definitions(folder: &Path) -> [String; 2] {
    let names = ["pipes", "schemas"].map(|name| folder.join(name));
    names.iter().for_each(|name| fs::create_dir_all(name).unwrap());
    fs::write(names[0].join("things.yaml"), PIPE).unwrap();
    for (name, properties) in
        [("thing.seen.v1", json!({ "value": { "type": "integer" } })), ("thing.removed.v1", json!({}))]
    {
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": name, "type": "object",
            "$id": format!("https://example.com/{name}.json"), "properties": properties,
        });
        fs::write(names[1].join(format!("{name}.json")), schema.to_string()).unwrap();
    }
    names.map(|name| name.to_str().unwrap().to_owned())
}

fn item(number: usize, value: usize) -> Value {
    json!({ "id": { "S": number.to_string() }, "value": { "N": value.to_string() } })
}

async fn put_all(database: &DynamoDb, value: usize) {
    let items: Vec<Value> = (0..ITEMS).map(|number| item(number, value)).collect();
    for batch in items.chunks(BATCH) {
        database.put_all("things", batch.to_vec()).await;
    }
}

/// Changes, removes and adds items, while something else reads the table.
async fn change(database: DynamoDb) {
    for number in (0..ITEMS).step_by(3) {
        database.put("things", item(number, 1000 + number)).await;
        let key = json!({ "TableName": "things", "Key": { "id": { "S": (number + 1).to_string() } } });
        database.call("DeleteItem", key).await;
        database.put("things", item(ITEMS + number, 1)).await;
    }
    database.put("things", item(0, 7777)).await;
}

#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    event_type: String,
    subject: String,
    sequence: String,
    replayed: Option<String>,
    data: Value,
}

/// What a consumer stores: the last sequence of each subject, and its value unless it is removed.
type Copy = BTreeMap<String, (String, Option<i64>)>;

/// The rule of docs/guides/consume-from-the-bus.md.
fn consume(copy: &mut Copy, event: &Event) {
    let known = copy.get(&event.subject).map(|(sequence, _)| sequence.as_str());
    if known.is_none_or(|known| known < event.sequence.as_str()) {
        let value = event.data["value"].as_i64().filter(|_| event.event_type == "thing.seen.v1");
        copy.insert(event.subject.clone(), (event.sequence.clone(), value));
    }
}

fn present(copy: Copy) -> BTreeMap<String, i64> {
    copy.into_iter().filter_map(|(subject, (_, value))| Some((subject, value?))).collect()
}

/// Another order for each seed.
fn shuffle<T>(list: &mut [T], seed: u64) {
    let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for at in (1..list.len()).rev() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(at, (random >> 33) as usize % (at + 1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_begins_today_has_the_table_in_whichever_order_events_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let [pipes, schemas] = write_definitions(folder.path());
    let local = LocalMode::start_with(&["--pipes", &pipes, "--schemas", &schemas]).await;
    let (database, mut bus) = (local.dynamodb(), local.bus());
    put_all(&database, 1).await;
    bus.wait_for_subjects(&(0..ITEMS).map(|number| format!("things/{number}")).collect()).await;
    let begins = bus.events().len();

    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    let (http, dynamodb) = (port(&local.addresses().http), port(&local.addresses().dynamodb));
    let places = ["--pipes", &pipes, "--schemas", &schemas, "--port", &http, "--dynamodb-port", &dynamodb];
    let options = ["backfill", "things", "--to-bus", "--replay", "start", "--rate", "40"];
    let command = [&options[..], &places[..]].concat();
    let changes = tokio::spawn(change(database.clone()));
    let (success, _, errors) = local.command(&command).await;
    assert!(success && errors.contains("0 rejected"), "{errors}");
    changes.await.unwrap();

    let mut expected = BTreeMap::new();
    for item in database.scan("things").await {
        let value = item["value"]["N"].as_str().unwrap().parse::<i64>().unwrap();
        expected.insert(format!("things/{}", item["id"]["S"].as_str().unwrap()), value);
    }
    let parse = |event: &BusEvent| serde_json::from_str::<Event>(event.detail.get()).unwrap();
    let mut events = Vec::new();
    eventually("every change on the bus", async || {
        bus.read_new().await;
        events = bus.events()[begins..].iter().map(parse).collect::<Vec<_>>();
        let is_last = |event: &Event| event.data["value"] == json!(7777) && event.replayed.is_none();
        let removed = events.iter().filter(|event| event.event_type == "thing.removed.v1").count();
        (events.iter().any(is_last) && removed == ITEMS.div_ceil(3)).then_some(())
    })
    .await;

    let reads: Vec<&Event> =
        events.iter().filter(|event| event.replayed.as_deref() == Some("start")).collect();
    assert!(reads.len() >= ITEMS * 2 / 3 && reads.iter().all(|read| read.id.starts_with("read-")));
    for seed in 0..DELIVERIES {
        // EventBridge keeps no order, and may deliver an event twice.
        let mut delivered: Vec<&Event> = events.iter().chain(&events).collect();
        shuffle(&mut delivered, seed);
        let mut copy = Copy::new();
        delivered.into_iter().for_each(|event| consume(&mut copy, event));
        assert_eq!(present(copy), expected, "delivery {seed}");
    }
}
