use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tablecast_tests::bus::Bus;
use tablecast_tests::eventually::within;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::{binaries, project};
use tempfile::TempDir;
use tokio::process::Command;

/// The pipe files of the project in a folder, with other text.
pub fn pipes(from: &str, to: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["orders.yaml", "profiles.yaml"] {
        let text = fs::read_to_string(project().join("pipes").join(name)).unwrap();
        let text = text.split("\ntests:").next().unwrap().to_owned() + "\n";
        fs::write(folder.path().join(name), text.replace(from, to)).unwrap();
    }
    folder
}

pub async fn start(folder: &TempDir) -> LocalMode {
    LocalMode::start_with(&["--pipes", folder.path().to_str().unwrap()]).await
}

pub fn arguments<'a>(local: &LocalMode, arguments: &[&'a str], ports: &'a mut [String; 2]) -> Vec<&'a str> {
    let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
    *ports = [port(&local.addresses().http), port(&local.addresses().dynamodb)];
    let [http, dynamodb] = &*ports;
    [&["redrive", "--port", http, "--dynamodb-port", dynamodb], arguments].concat()
}

/// Returns the exit code, the records and the summary.
pub async fn redrive(local: &LocalMode, options: &[&str]) -> (i32, Vec<Value>, Value) {
    let mut ports = Default::default();
    let all = arguments(local, &[options, &["--format", "json"]].concat(), &mut ports)
        .iter()
        .map(|text| (*text).to_owned())
        .collect::<Vec<_>>();
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(local.folder()).args(&all).kill_on_drop(true);
    let output = within("the end of the redrive", command.output()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let summary = lines.pop().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), lines, summary["summary"].clone())
}

/// The types and ids of the events of each subject on the bus, in order.
pub async fn on_bus(bus: &mut Bus) -> BTreeMap<String, Vec<(String, String)>> {
    bus.read_new().await;
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in bus.events() {
        let head = event.head();
        found.entry(head.subject).or_default().push((event.detail_type.clone(), head.id));
    }
    found
}

pub const TYPES: [&str; 2] = ["order.placed.v1", "order.status-changed.v1"];
