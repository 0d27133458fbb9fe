//! Clients load the state of items in the local mode, in pages, and follow its changes.
//!
//! `TABLECAST_STATE_ITEMS=10,1000,10000` sets the numbers of items. `--nocapture` shows for each the time, the read
//! units, the bytes on the socket and the memory of `subscribe`.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};
use tablecast_tests::dynamodb::BATCH;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::processes::resident;
use tablecast_tests::socket::Socket;

const PIPE: &str = r#"
table: orders
keys: { partition: { tenant: S }, sort: { orderId: S } }
subject: '"orders/" + item.tenant + "/" + item.orderId'
state:
  type: order.v1
  version: item.version
  data: { orderId: item.orderId, status: item.status, total: string(item.total), customer: item.customer }
"#;

fn write_definitions(folder: &Path) -> [String; 2] {
    let folders = ["pipes", "schemas"].map(|name| folder.join(name));
    folders.iter().for_each(|folder| fs::create_dir(folder).unwrap());
    fs::write(folders[0].join("orders.yaml"), PIPE).unwrap();
    for name in ["order.v1", "order.removed.v1"] {
        let id = format!("https://shop.example/schemas/{name}.json");
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": id, "title": name,
            "description": "An order.", "type": "object", "properties": { "orderId": { "type": "string" } },
            "required": ["orderId"],
        });
        fs::write(folders[1].join(format!("{name}.json")), schema.to_string()).unwrap();
    }
    folders.map(|folder| folder.display().to_string())
}

/// About 300 bytes, of which clients receive a third.
fn order(tenant: &str, id: &str, status: &str, version: u64) -> Value {
    json!({
        "tenant": { "S": tenant }, "orderId": { "S": id }, "status": { "S": status },
        "version": { "N": version.to_string() }, "total": { "N": "129.90" }, "customer": { "S": "Ada Lovelace" },
        "note": { "S": "for the customer only ".repeat(8) },
    })
}

async fn put_orders(local: &LocalMode, tenant: &str, count: usize) {
    let ids: Vec<_> = (0..count).collect();
    for some in ids.chunks(BATCH) {
        let items = some.iter().map(|id| order(tenant, &format!("{id:06}"), "NEW", 1)).collect();
        local.dynamodb().put_all("orders", items).await;
    }
}

/// The state that a client has loaded.
#[derive(Default)]
struct Loaded {
    items: BTreeMap<String, Value>,
    bytes: usize,
    frames: usize,
    pages: usize,
}

impl Loaded {
    /// Loads the state in pages, until it is complete. The first page follows a `subscribe`.
    async fn load(socket: &mut Socket, tenant: &str) -> Self {
        let (subjects, mut loaded) = (json!([format!("orders/{tenant}/*")]), Self::default());
        socket
            .send_json(json!({ "action": "subscribe", "subjects": subjects, "id": "1", "state": true }))
            .await;
        loop {
            let result = loaded.page(socket).await;
            assert_eq!(result.get("reason"), None, "{result}");
            if result["complete"] == true {
                return loaded;
            }
            let next = &result["next"];
            socket
                .send_json(json!({ "action": "state", "subjects": subjects, "id": "1", "next": next }))
                .await;
        }
    }

    /// Receives one page, and returns the result of its only subject.
    async fn page(&mut self, socket: &mut Socket) -> Value {
        self.pages += 1;
        loop {
            let text = socket.text().await;
            self.bytes += text.len();
            self.frames += 1;
            for event in serde_json::from_str::<Vec<Value>>(&text).unwrap() {
                match event["type"].as_str().unwrap() {
                    "tablecast.state.v1" => return event["data"]["subjects"][0].clone(),
                    "order.v1" if event["snapshot"] == "1" => {
                        self.items
                            .insert(event["subject"].as_str().unwrap().to_owned(), event["data"].clone());
                    }
                    _ => {}
                }
            }
        }
    }
}

async fn connect(local: &LocalMode) -> Socket {
    Socket::connect(&local.addresses().clients, &["cloudevents-batch.json"]).await.unwrap()
}

/// The read units that DynamoDB charges for a consistent read of a partition.
async fn read_units(local: &LocalMode, tenant: &str) -> f64 {
    let mut request = json!({
        "TableName": "orders", "ConsistentRead": true, "ReturnConsumedCapacity": "TOTAL",
        "KeyConditionExpression": "tenant = :tenant",
        "ExpressionAttributeValues": { ":tenant": { "S": tenant } },
    });
    let mut units = 0.0;
    loop {
        let page = local.dynamodb().call("Query", request.clone()).await;
        units += page["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap();
        match page.get("LastEvaluatedKey") {
            None | Some(Value::Null) => return units,
            Some(key) => request["ExclusiveStartKey"] = key.clone(),
        }
    }
}

fn memory_in_mb(local: &LocalMode) -> u64 {
    local.processes_of("subscribe").iter().map(|process| resident(process.id)).max().unwrap_or_default()
        / 1_000_000
}

fn sizes() -> Vec<usize> {
    let text = env::var("TABLECAST_STATE_ITEMS").unwrap_or_else(|_| "10,1000".to_owned());
    text.split(',').map(|count| count.trim().parse().unwrap()).collect()
}

#[tokio::test]
async fn a_client_loads_the_state_of_a_table_and_follows_its_changes() {
    let folder = tempfile::tempdir().unwrap();
    let [pipes, schemas] = write_definitions(folder.path());
    let local = LocalMode::start_with(&["--pipes", &pipes, "--schemas", &schemas]).await;
    for count in sizes() {
        let tenant = format!("tenant{count}");
        put_orders(&local, &tenant, count).await;
        let mut warm_up = connect(&local).await;
        warm_up.send_json(json!({ "action": "ping" })).await;
        warm_up.text().await;
        let before = memory_in_mb(&local);
        let mut socket = connect(&local).await;
        let start = Instant::now();
        let loaded = Loaded::load(&mut socket, &tenant).await;
        let took = start.elapsed().as_millis();
        let expected: Vec<_> = (0..count).map(|id| format!("orders/{tenant}/{id:06}")).collect();
        assert_eq!(loaded.items.keys().cloned().collect::<Vec<_>>(), expected);
        println!(
            "{count} items: {took} ms, {} pages, {} frames, {} bytes, {} read units, subscribe {before} -> {} MB",
            loaded.pages,
            loaded.frames,
            loaded.bytes,
            read_units(&local, &tenant).await,
            memory_in_mb(&local),
        );
        local.dynamodb().put("orders", order(&tenant, "000000", "PAID", 2)).await;
        let change = loop {
            let events: Vec<Value> = serde_json::from_str(&socket.text().await).unwrap();
            let found = events.into_iter().find(|event| event["data"]["status"] == "PAID");
            if let Some(event) = found {
                break event;
            }
        };
        assert_eq!((&change["subject"], change.get("snapshot")), (&json!(expected[0]), None));
        assert_eq!(change["version"], format!("{:040}", 2));
    }
}
