//! Function processes that die (kill -9) while changes stream: nothing is lost on the bus, and everything goes on.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;
use std::time::Duration;

use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::patience::eventually;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::sync::watch;
use tokio::time::interval;

const FUNCTIONS: [&str; 3] = ["enrich", "dispatch", "connect"];
const KILLS_OF_EACH: usize = 4;
/// Between batches of writes: about what the pipe can follow.
const PACE: Duration = Duration::from_millis(10);

/// Writes until it is told to stop; what was written.
async fn write(dynamodb: DynamoDb, stop: watch::Receiver<bool>) -> HashSet<String> {
    let (mut written, mut pace) = (HashSet::new(), interval(PACE));
    while !*stop.borrow() {
        pace.tick().await;
        let ids: Vec<_> = (written.len()..written.len() + BATCH).map(|id| id.to_string()).collect();
        dynamodb.put_all("profiles", ids.iter().map(|id| profile(id, "Ada")).collect()).await;
        written.extend(ids.iter().map(|id| format!("profiles/{id}")));
    }
    written
}

/// Kills a process of the function, once there is one, and sees that it is gone.
async fn kill(machine: &Machine, function: &str) -> u32 {
    let what = format!("a process of {function}");
    let id = eventually(&what, async || Some(machine.processes_of(function).first()?.id)).await;
    assert!(processes::signal(id, "KILL"));
    eventually("its end", async || (!processes::is_alive(id)).then_some(())).await;
    id
}

/// A client that is refused while `connect` is dying comes again, as clients do.
async fn connect(machine: &Machine) -> Socket {
    let url = &machine.addresses().clients;
    eventually("a connection", async || Socket::subscribe(url, &["profiles/last"]).await.ok()).await
}

/// Whether a process of the function was killed in the middle of a call, by the log of the pipe.
fn was_interrupted(machine: &Machine, function: &str) -> bool {
    let log = machine.log();
    let failed = log.lines().filter(|line| line.contains("records are not delivered"));
    failed.filter(|line| line.contains(function)).any(|line| line.contains("signal: 9"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_function_processes_are_killed() {
    let machine = Machine::start().await;
    let (stop, stopped) = watch::channel(false);
    let writing = tokio::spawn(write(machine.dynamodb(), stopped));
    let (mut bus, mut killed) = (machine.bus(), HashSet::new());
    let mut interrupted = false;
    while killed.len() < 3 * KILLS_OF_EACH || !interrupted {
        for function in FUNCTIONS {
            let _client = connect(&machine).await;
            killed.insert(kill(&machine, function).await);
            bus.read().await;
        }
        assert!(killed.len() < 30 * KILLS_OF_EACH, "no kill came in the middle of a call");
        interrupted = ["enrich", "dispatch"].iter().all(|function| was_interrupted(&machine, function));
    }
    stop.send_replace(true);
    let written = writing.await.unwrap();
    bus.has(&written).await;

    let mut client = connect(&machine).await;
    machine.dynamodb().put("profiles", profile("last", "Ada")).await;
    assert_eq!(client.subjects(1).await, ["profiles/last"]);
    let (changes, kills, events) = (written.len(), killed.len(), bus.arrived().len());
    println!("{changes} changes, {kills} killed processes, {events} events on the bus");
    assert_eq!(machine.dead_letters(), "");
    let running = machine.processes();
    assert!(running.iter().all(|process| !killed.contains(&process.id)), "{running:?}");
}
