//! `tablecast backfill` beside live changes: a consumer that follows the rule of the sequence has the table at the end,
//! in whichever order the bus delivers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tablecast_protocol::milliseconds_of;
use tablecast_tests::bus::{Bus, BusEvent};
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::eventually::eventually;
use tablecast_tests::local_mode::LocalMode;
use tempfile::TempDir;
use tokio::time::sleep;

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

/// A minute in production.
const MARGIN: Duration = Duration::from_secs(2);

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
    time: String,
    replayed: Option<String>,
    data: Value,
}

/// The row that a consumer stores for a subject.
#[derive(Clone)]
struct Row {
    sequence: String,
    time: i64,
    /// `None` if it is removed.
    value: Option<i64>,
}

/// By subject.
type Copy = BTreeMap<String, Row>;

/// The rule of docs/guides/consume-from-the-bus.md. A consumer that repairs its table also lets a read replace what is
/// so many milliseconds older than the read.
fn consume(copy: &mut Copy, event: &Event, repair: Option<i64>) {
    let time = milliseconds_of(&event.time).unwrap();
    let value = event.data["value"].as_i64().filter(|_| event.event_type == "thing.seen.v1");
    let is_read = event.sequence.bytes().all(|digit| digit == b'0');
    match copy.get_mut(&event.subject) {
        Some(row) if row.sequence >= event.sequence => {
            if repair.is_some_and(|margin| is_read && row.time < time - margin) {
                (row.time, row.value) = (time, value);
            }
        }
        _ => {
            let sequence = event.sequence.clone();
            copy.insert(event.subject.clone(), Row { sequence, time, value });
        }
    }
}

fn present(copy: &Copy) -> BTreeMap<String, i64> {
    copy.iter().filter_map(|(subject, row)| Some((subject.clone(), row.value?))).collect()
}

/// Another order for each seed.
fn shuffle<T>(list: &mut [T], seed: u64) {
    let mut random = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for at in (1..list.len()).rev() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        list.swap(at, (random >> 33) as usize % (at + 1));
    }
}

/// A local mode with the pipe `things`, and a consumer of its bus.
struct World {
    local: LocalMode,
    definitions: [String; 2],
    database: DynamoDb,
    bus: Bus,
    _folder: TempDir,
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let definitions = write_definitions(folder.path());
        let [pipes, schemas] = &definitions;
        let local = LocalMode::start_with(&["--pipes", pipes, "--schemas", schemas]).await;
        let (database, bus) = (local.dynamodb(), local.bus());
        Self { local, definitions, database, bus, _folder: folder }
    }

    /// Runs a backfill on the bus.
    async fn backfill(&self, name: &str) {
        let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
        let addresses = self.local.addresses();
        let (http, dynamodb) = (port(&addresses.http), port(&addresses.dynamodb));
        let [pipes, schemas] = &self.definitions;
        let places = ["--pipes", pipes, "--schemas", schemas, "--port", &http, "--dynamodb-port", &dynamodb];
        let options = ["backfill", "things", "--to-bus", "--replay", name, "--rate", "40"];
        let (success, _, errors) = self.local.command(&[&options[..], &places[..]].concat()).await;
        assert!(success && errors.contains("0 rejected"), "{errors}");
    }

    /// Waits until changes with all of these values are on the bus, and this number of removals. Events of different
    /// items arrive in any order. Returns all later events than the first `begin`.
    async fn events_from(&mut self, begin: usize, values: &[usize], removals: usize) -> Vec<Event> {
        let parse = |event: &BusEvent| serde_json::from_str::<Event>(event.detail.get()).unwrap();
        let mut events = Vec::new();
        eventually("every change on the bus", async || {
            self.bus.read_new().await;
            events = self.bus.events()[begin..].iter().map(parse).collect::<Vec<_>>();
            let changes = events.iter().filter(|event| event.replayed.is_none());
            let mut seen: Vec<_> = changes.filter_map(|event| event.data["value"].as_u64()).collect();
            let mut take = |value| seen.iter().position(|one| *one == value).map(|at| seen.swap_remove(at));
            let has_all = values.iter().all(|value| take(*value as u64).is_some());
            let removed = events.iter().filter(|event| event.event_type == "thing.removed.v1").count();
            (has_all && removed == removals).then_some(())
        })
        .await;
        events
    }

    async fn table(&self) -> BTreeMap<String, i64> {
        let items = self.database.scan("things").await;
        let value = |item: &Value| item["value"]["N"].as_str().unwrap().parse::<i64>().unwrap();
        let subject = |item: &Value| format!("things/{}", item["id"]["S"].as_str().unwrap());
        items.iter().map(|item| (subject(item), value(item))).collect()
    }
}

/// Delivers the events twice each and in many orders, after those that the copy has. Returns one of the copies, which
/// are all equal to the table.
fn deliver(copy: &Copy, events: &[Event], repair: Option<i64>, table: &BTreeMap<String, i64>) -> Copy {
    let mut last = copy.clone();
    for seed in 0..DELIVERIES {
        let mut delivered: Vec<&Event> = events.iter().chain(events).collect();
        shuffle(&mut delivered, seed);
        last = copy.clone();
        delivered.into_iter().for_each(|event| consume(&mut last, event, repair));
        assert_eq!(present(&last), *table, "delivery {seed}");
    }
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_has_the_table_after_a_backfill_in_whichever_order_events_arrive() {
    let mut world = World::start().await;
    put_all(&world.database, 1).await;
    world.bus.wait_for_subjects(&(0..ITEMS).map(|number| format!("things/{number}")).collect()).await;

    let begin = world.bus.events().len();
    let changes = tokio::spawn(change(world.database.clone()));
    world.backfill("start").await;
    changes.await.unwrap();
    let written = (0..ITEMS).step_by(3).flat_map(|number| [1000 + number, 1]).chain([7777]);
    let events = world.events_from(begin, &written.collect::<Vec<_>>(), ITEMS.div_ceil(3)).await;
    let reads: Vec<&Event> =
        events.iter().filter(|event| event.replayed.as_deref() == Some("start")).collect();
    assert!(reads.len() >= ITEMS * 2 / 3 && reads.iter().all(|read| read.id.starts_with("read-")));
    let copy = deliver(&Copy::new(), &events, None, &world.table().await);

    // The consumer loses these changes.
    for number in (0..ITEMS).step_by(3) {
        world.database.put("things", item(number, 5000 + number)).await;
    }
    let written: Vec<_> = (0..ITEMS).step_by(3).map(|number| 5000 + number).collect();
    world.events_from(begin, &written, ITEMS.div_ceil(3)).await;
    sleep(2 * MARGIN).await;
    let begin = world.bus.events().len();
    let database = world.database.clone();
    let changes = tokio::spawn(async move {
        for number in (0..ITEMS).step_by(6) {
            database.put("things", item(number, 9000 + number)).await;
        }
        database.put("things", item(0, 9999)).await;
    });
    world.backfill("repair").await;
    changes.await.unwrap();
    let written: Vec<_> = (0..ITEMS).step_by(6).map(|number| 9000 + number).chain([9999]).collect();
    let events = world.events_from(begin, &written, 0).await;
    let margin = i64::try_from(MARGIN.as_millis()).unwrap();
    deliver(&copy, &events, Some(margin), &world.table().await);
}
