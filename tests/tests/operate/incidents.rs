//! Incidents of the runbook, played in the local mode and solved with `tablecast redrive` alone. Afterwards an oracle
//! outside of tablecast reads the bus and two clients.
//!
//! tests/emulator/incidents plays them on a deployment, with a stream that was turned off and on as the third one.

mod oracle;
mod refusing_bus;

use std::fs;
use std::time::Duration;

use serde_json::Value;
use tablecast_tests::bus::Bus;
use tablecast_tests::eventually::eventually;
use tablecast_tests::http::Http;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::project;
use tablecast_tests::socket::Socket;
use tempfile::TempDir;
use tokio::time::sleep;

use oracle::Seen;
use refusing_bus::RefusingBus;

const ITEMS: usize = 4;
const GOOD: &str = "displayName: item.displayName";
const BAD: &str = "displayName: item.name";

/// Dispatch compares events that are older than ten seconds.
const UNTIL_LATE: Duration = Duration::from_secs(11);

/// A local mode whose pipe `profiles` gives up soon, and what receives its events.
struct World {
    local: LocalMode,
    definitions: TempDir,
    bus: Bus,
    clients: [Socket; 2],
    versions: usize,
}

fn definitions() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(project().join("pipes/profiles.yaml")).unwrap();
    let text = text.split("\ntests:").next().unwrap().replace("max_age", "retries: 2, max_age") + "\n";
    fs::write(folder.path().join("profiles.yaml"), text).unwrap();
    folder
}

fn subjects() -> Vec<String> {
    (0..ITEMS).map(|number| format!("profiles/{number}")).collect()
}

impl World {
    async fn start(options: &[&str]) -> Self {
        let definitions = definitions();
        let pipes = ["--pipes", definitions.path().to_str().unwrap()];
        let local = LocalMode::start_with(&[&pipes, options].concat()).await;
        let clients = [local.subscribe(&["profiles/*"]).await, local.subscribe(&["profiles/*"]).await];
        let bus = local.bus();
        Self { local, definitions, bus, clients, versions: 0 }
    }

    /// The application writes another version of each item.
    async fn write(&mut self) {
        self.versions += 1;
        let item = |number: usize| profile(&number.to_string(), &self.versions.to_string());
        self.local.dynamodb().put_all("profiles", (0..ITEMS).map(item).collect()).await;
    }

    /// Writes another version, and waits until the bus has it.
    async fn write_through(&mut self) {
        self.write().await;
        let expected = self.bus.events().len() + ITEMS;
        eventually("the version on the bus", async || {
            self.bus.read_new().await;
            (self.bus.events().len() >= expected).then_some(())
        })
        .await;
    }

    async fn definitions_in_use(&self) -> Value {
        let url = format!("{}/page/pipes.json", self.local.addresses().http);
        let (_, body) = Http::default().get(&url).await.unwrap();
        serde_json::from_slice::<Value>(&body).unwrap()["definitions"].clone()
    }

    async fn edit(&self, from: &str, to: &str) {
        let (file, before) = (self.definitions.path().join("profiles.yaml"), self.definitions_in_use().await);
        fs::write(&file, fs::read_to_string(&file).unwrap().replace(from, to)).unwrap();
        let is_changed = async || (self.definitions_in_use().await != before).then_some(());
        eventually("the edit is in use", is_changed).await;
    }

    /// Runs a command with the ports of the local mode, and returns what it prints.
    async fn run(&self, command: &[&str]) -> String {
        let port = |url: &str| url.rsplit_once(':').unwrap().1.to_owned();
        let addresses = self.local.addresses();
        let (http, dynamodb) = (port(&addresses.http), port(&addresses.dynamodb));
        let ports = ["--port", &http, "--dynamodb-port", &dynamodb];
        let (_, output, errors) = self.local.command(&[command, &ports].concat()).await;
        output + &errors
    }

    /// Waits until the doctor has a finding, or has it no longer.
    async fn doctor(&self, finding: &str, expected: bool) {
        let look = async || self.run(&["doctor", "--format", "json"]).await.contains(finding) == expected;
        eventually(&format!("{finding}: {expected}"), async || look().await.then_some(())).await;
    }

    /// Redrives events that are older than those that are live.
    async fn redrive(&self, kind: &str) {
        sleep(UNTIL_LATE).await;
        let options = ["redrive", "--pipe", "profiles", "--only", kind, "--format", "json"];
        let shown = self.run(&options).await;
        assert!(shown.contains(r#""outcome":"redrivable""#), "{shown}");
        let done = self.run(&[&options[..], &["--yes"]].concat()).await;
        assert!(done.contains(r#""outcome":"redriven""#), "{done}");
    }

    /// Every change is on the bus and at every client. Returns how many events are late at each client.
    async fn look_for_every_change(&mut self) -> [usize; 2] {
        self.bus.read_new().await;
        let bus = Seen::of_bus(self.bus.events());
        assert!(bus.is_complete(&subjects(), self.versions), "the bus lacks a change");
        let mut late = [0; 2];
        for (client, late) in self.clients.iter_mut().zip(&mut late) {
            let mut seen = Seen::default();
            while !seen.is_complete(&subjects(), self.versions) {
                seen.add(&client.event().await);
            }
            *late = seen.late;
        }
        late
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_lost_by_a_bad_expression_that_is_corrected() {
    let mut world = World::start(&[]).await;
    world.write_through().await;
    world.edit(GOOD, BAD).await;
    world.write().await;
    world.write().await;
    let dynamodb = world.local.dynamodb();
    let count = async || (dynamodb.scan("rejected").await.len() == 2 * ITEMS).then_some(());
    eventually("the rejected records", count).await;
    world.doctor("records-rejected", true).await;
    world.edit(BAD, GOOD).await;
    world.write_through().await;
    world.redrive("rejected").await;
    assert_eq!(world.look_for_every_change().await, [2 * ITEMS; 2]);
    world.doctor("records-rejected", false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_change_is_lost_by_a_bus_that_refuses_until_records_are_dead_letters() {
    let refusing = RefusingBus::new();
    let mut world = World::start(&refusing.options()).await;
    world.write_through().await;
    refusing.refuse(&world.local).await;
    world.write().await;
    world.write().await;
    let pipes = async || world.local.pipes().await.iter().map(|pipe| pipe.dead_lettered).sum::<u64>();
    let expected = u64::try_from(2 * ITEMS).unwrap();
    eventually("the dead letters", async || (pipes().await >= expected).then_some(())).await;
    world.doctor("dead-letters", true).await;
    refusing.accept(&world.local).await;
    world.write_through().await;
    world.redrive("dead-letters").await;
    world.look_for_every_change().await;
    world.doctor("dead-letters", false).await;
}
