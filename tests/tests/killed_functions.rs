//! Function processes that die (kill -9) while changes stream: nothing is lost on the bus, and everything goes on.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;

use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::patience::eventually;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::sync::watch;

const KILLS_OF_EACH: usize = 4;

/// Writes until it is told to stop; what was written.
async fn write(dynamodb: DynamoDb, stop: watch::Receiver<bool>) -> HashSet<String> {
    let mut written = HashSet::new();
    while !*stop.borrow() {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_when_function_processes_are_killed() {
    let machine = Machine::start().await;
    let (stop, stopped) = watch::channel(false);
    let writing = tokio::spawn(write(machine.dynamodb(), stopped));
    let mut killed = HashSet::new();
    for _ in 0..KILLS_OF_EACH {
        for function in ["enrich", "dispatch", "connect"] {
            let _client = connect(&machine).await;
            killed.insert(kill(&machine, function).await);
        }
    }
    stop.send_replace(true);
    let written = writing.await.unwrap();
    assert_eq!(killed.len(), 3 * KILLS_OF_EACH);

    let mut client = connect(&machine).await;
    machine.dynamodb().put("profiles", profile("last", "Ada")).await;
    assert_eq!(client.subjects(1).await, ["profiles/last"]);
    let mut bus = machine.bus();
    bus.has(&written).await;
    println!(
        "{} changes, {} killed processes, {} events on the bus",
        written.len(),
        killed.len(),
        bus.arrived().len()
    );
    assert_eq!(machine.dead_letters(), "");
    for function in ["enrich", "dispatch", "connect"] {
        let running = machine.processes_of(function);
        assert!(running.iter().all(|process| !killed.contains(&process.id)), "{running:?}");
    }
}
