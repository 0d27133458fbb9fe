//! Kills function processes (SIGKILL) during writes. The bus receives every change, and delivery continues.

use std::collections::HashSet;
use std::time::Duration;

use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::sync::watch;
use tokio::time::interval;

const FUNCTIONS: [&str; 3] = ["enrich", "dispatch", "connect"];
const KILLS_OF_EACH: usize = 4;
/// Time between batches of writes. The pipe can keep up with this rate.
const WRITE_INTERVAL: Duration = Duration::from_millis(10);

/// Writes profiles until `stop` is true. Returns their subjects.
async fn write(dynamodb: DynamoDb, stop: watch::Receiver<bool>) -> HashSet<String> {
    let (mut written, mut ticks) = (HashSet::new(), interval(WRITE_INTERVAL));
    while !*stop.borrow() {
        ticks.tick().await;
        let ids: Vec<_> = (written.len()..written.len() + BATCH).map(|id| id.to_string()).collect();
        dynamodb.put_all("profiles", ids.iter().map(|id| profile(id, "Ada")).collect()).await;
        written.extend(ids.iter().map(|id| format!("profiles/{id}")));
    }
    written
}

/// Waits for a process of the function, kills it, and waits until it is gone.
async fn kill(local: &LocalMode, function: &str) -> u32 {
    let what = format!("a process of {function}");
    let id = eventually(&what, async || Some(local.processes_of(function).first()?.id)).await;
    assert!(processes::signal(id, "KILL"));
    eventually("its end", async || (!processes::is_alive(id)).then_some(())).await;
    id
}

/// Connects and retries, because a connection fails if `connect` is killed.
async fn connect(local: &LocalMode) -> Socket {
    let url = &local.addresses().clients;
    eventually("a connection", async || Socket::subscribe(url, &["profiles/last"]).await.ok()).await
}

/// Returns true if the pipe logged that a process of the function was killed during a call.
fn was_interrupted(local: &LocalMode, function: &str) -> bool {
    let log = local.log();
    let failed = log.lines().filter(|line| line.contains("records are not delivered"));
    failed.filter(|line| line.contains(function)).any(|line| line.contains("signal: 9"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_when_function_processes_are_killed() {
    let local = LocalMode::start().await;
    let (stop, stopped) = watch::channel(false);
    let writing = tokio::spawn(write(local.dynamodb(), stopped));
    let (mut bus, mut killed) = (local.bus(), HashSet::new());
    let mut interrupted = false;
    while killed.len() < 3 * KILLS_OF_EACH || !interrupted {
        for function in FUNCTIONS {
            let _client = connect(&local).await;
            killed.insert(kill(&local, function).await);
            bus.read_new().await;
        }
        assert!(killed.len() < 30 * KILLS_OF_EACH, "no process was killed during a call");
        interrupted = ["enrich", "dispatch"].iter().all(|function| was_interrupted(&local, function));
    }
    stop.send_replace(true);
    let written = writing.await.unwrap();
    bus.wait_for_subjects(&written).await;

    let mut client = connect(&local).await;
    local.dynamodb().put("profiles", profile("last", "Ada")).await;
    assert_eq!(client.subjects(1).await, ["profiles/last"]);
    let (changes, kills, events) = (written.len(), killed.len(), bus.events().len());
    println!("{changes} changes, {kills} killed processes, {events} events on the bus");
    assert_eq!(local.dead_letters(), "");
    let running = local.processes();
    assert!(running.iter().all(|process| !killed.contains(&process.id)), "{running:?}");
}
