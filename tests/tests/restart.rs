//! With `--data DIR` everything survives a restart, and a death (kill -9); no event is lost over it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::fence::everything_is_dispatched;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::patience::eventually;
use tablecast_tests::processes::is_alive;

const DEATHS: usize = 3;
const CHECKPOINTS: &str = "tablecast.checkpoints";

async fn start(folder: &Path) -> Machine {
    Machine::start_with(&["--data", folder.to_str().unwrap()]).await
}

fn subject(id: &str) -> String {
    format!("profiles/{id}")
}

/// What the bus printed: it does so before it answers, so that a death cannot hide an arrival.
fn arrived(machine: &Machine) -> HashSet<String> {
    let log = machine.log();
    let lines = log.lines().filter(|line| line.contains("bus: profile.created.v1"));
    lines.filter_map(|line| line.rsplit_once(" about ")).map(|(_, subject)| subject.to_owned()).collect()
}

/// Writes until the machine is gone; what was acknowledged.
async fn write_until_the_end(dynamodb: DynamoDb, life: usize) -> HashSet<String> {
    let mut written = HashSet::new();
    loop {
        let ids: Vec<_> = (0..BATCH).map(|number| format!("{life}-{}", written.len() + number)).collect();
        let items = ids.iter().map(|id| profile(id, "Ada")).collect();
        match dynamodb.try_put_all("profiles", items).await {
            Ok(()) => written.extend(ids.iter().map(|id| subject(id))),
            Err(_) => return written,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_over_deaths_in_the_middle_of_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (mut written, mut seen) = (HashSet::new(), HashSet::new());
    for life in 0..DEATHS {
        let mut machine = start(folder.path()).await;
        let writing = tokio::spawn(write_until_the_end(machine.dynamodb(), life));
        eventually("a hundred events", async || (arrived(&machine).len() > 100).then_some(())).await;
        let functions = machine.processes();
        assert!(!functions.is_empty());
        machine.kill().await;
        let gone = async || functions.iter().all(|function| !is_alive(function.id)).then_some(());
        eventually("the end of functions that nobody calls", gone).await;
        written.extend(writing.await.unwrap());
        seen.extend(arrived(&machine));
    }
    let machine = start(folder.path()).await;
    let open = written.difference(&seen).count();
    println!("{} changes, {DEATHS} deaths, {open} of them without an event at the last", written.len());
    let what = "the events that were left";
    eventually(what, async || {
        written.difference(&seen).all(|left| arrived(&machine).contains(left)).then_some(())
    })
    .await;
    let kept: HashSet<_> = machine.dynamodb().scan("profiles").await.iter().map(id).collect();
    assert!(written.iter().all(|subject| kept.contains(subject)), "an acknowledged item is gone");
}

fn id(item: &Value) -> String {
    subject(item["userId"]["S"].as_str().unwrap())
}

#[tokio::test]
async fn items_rejected_records_and_checkpoints_outlive_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = start(folder.path()).await;
    let mut bad = profile("bad", "Bad");
    bad["email"] = json!({"S": "nonsense"});
    first.dynamodb().put("profiles", profile("ada", "Ada")).await;
    first.dynamodb().put("profiles", bad).await;
    everything_is_dispatched(&first).await;
    let kept = async |machine: &Machine| {
        let dynamodb = machine.dynamodb();
        (dynamodb.scan("profiles").await, dynamodb.scan("rejected").await)
    };
    let before = kept(&first).await;
    assert_eq!((before.1.len(), before.1[0]["path"]["S"].as_str()), (1, Some("profile.created.v1/email")));
    assert_eq!(first.stop().await, Some(0));

    let second = start(folder.path()).await;
    assert_eq!(kept(&second).await, before);
    let checkpoints = second.dynamodb().scan(CHECKPOINTS).await;
    assert!(checkpoints.iter().any(|item| item["pipe"]["S"] == "profiles"), "{checkpoints:?}");
    second.dynamodb().put("profiles", profile("new", "Ada")).await;
    let mut bus = second.bus();
    bus.has(&HashSet::from([subject("new")])).await;
    // After an orderly end nothing is read from the start again.
    assert!(!bus.subjects().contains(&subject("ada")), "{:?}", bus.subjects());
}
