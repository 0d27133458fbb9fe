use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_stand_in::StandIn;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

pub const TIMEOUT: Duration = Duration::from_secs(60);

pub const PIPE: &str = r#"table: orders
filter:
  - { eventName: [INSERT, MODIFY], dynamodb: { NewImage: { hidden: { BOOL: [{ exists: false }] } } } }
subject: '"orders/" + keys.pk + "/" + keys.sk'
events:
  - type: order.seen.v1
    when: operation in ["INSERT", "READ"]
    data: { total: item.total }
  - type: order.changed.v1
    when: operation == "MODIFY"
    data: { total: item.total }
"#;

/// A repository with one pipe, and the deployment that a stand-in plays.
pub struct World {
    folder: TempDir,
    pub stand_in: StandIn,
}

impl World {
    pub async fn start(items: Vec<Value>) -> Self {
        Self::start_with_table("orders", items).await
    }

    pub async fn start_with_table(table: &str, items: Vec<Value>) -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap(), stand_in: StandIn::start(&[table]).await };
        world.write("pipes/orders.yaml", PIPE);
        for name in ["order.seen.v1", "order.changed.v1"] {
            let schema = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema", "title": name,
                "$id": format!("https://example.com/{name}.json"), "type": "object",
                "required": ["total"], "properties": { "total": { "type": "integer" } },
            });
            world.write(&format!("schemas/{name}.json"), &schema.to_string());
        }
        world.stand_in.import(table, items);
        world
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Starts a backfill with the credentials of AWS only, and no token.
    pub fn start_backfill(&self, arguments: &[&str]) -> Child {
        self.command(&[&["--table", "orders"], arguments].concat()).spawn().unwrap()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.args(["backfill", "orders", "--deployment", "acme"]).args(arguments);
        command.current_dir(self.folder.path()).env_clear().env("AWS_EC2_METADATA_DISABLED", "true");
        command.env("AWS_ENDPOINT_URL", &self.stand_in.address).env("AWS_REGION", "us-east-1");
        command.env("AWS_ACCESS_KEY_ID", "k").env("AWS_SECRET_ACCESS_KEY", "s");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    pub async fn backfill(&self, arguments: &[&str]) -> (i32, Vec<Value>, String) {
        let output =
            timeout(TIMEOUT, self.start_backfill(arguments).wait_with_output()).await.unwrap().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), events(&text(output.stdout)), text(output.stderr))
    }

    /// The events on the bus.
    pub fn published(&self) -> Vec<Value> {
        let puts = self.stand_in.seen().puts();
        let details = puts.iter().flatten().map(|entry| entry["Detail"].as_str().unwrap().to_owned());
        details.map(|detail| serde_json::from_str(&detail).unwrap()).collect()
    }
}

pub fn events(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn item(number: usize) -> Value {
    json!({
        "pk": { "S": format!("tenant-{}", number % 7) }, "sk": { "S": number.to_string() },
        "total": { "N": number.to_string() }, "secret": { "S": "never leaves" },
    })
}

pub fn items(count: usize) -> Vec<Value> {
    (0..count).map(item).collect()
}

pub fn subject(number: usize) -> String {
    format!("orders/tenant-{}/{number}", number % 7)
}

pub fn subjects(events: &[Value]) -> BTreeSet<String> {
    events.iter().map(|event| event["subject"].as_str().unwrap().to_owned()).collect()
}

pub fn expected(count: usize) -> BTreeSet<String> {
    (0..count).map(subject).collect()
}

/// The subjects by id: each id belongs to one item.
pub fn by_id(events: &[Value]) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    events.iter().map(|event| (text(&event["id"]), text(&event["subject"]))).collect()
}
