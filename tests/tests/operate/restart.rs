//! With `--data DIR`, all data survives a restart and a SIGKILL, and no event is lost.

use std::collections::HashSet;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_tests::barrier::wait_until_dispatched;
use tablecast_tests::dynamodb::{BATCH, DynamoDb};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::processes::is_alive;

const KILLS: usize = 3;
const CHECKPOINTS: &str = "tablecast.checkpoints";

async fn start(folder: &Path) -> LocalMode {
    LocalMode::start_with(&["--data", folder.to_str().unwrap()]).await
}

fn subject(id: &str) -> String {
    format!("profiles/{id}")
}

/// Returns the subjects of events that the bus logged. It logs an event before it responds, so none is
/// missing.
fn subjects_on_the_bus(local: &LocalMode) -> HashSet<String> {
    let log = local.log();
    let lines = log.lines().filter(|line| line.contains("bus: profile.created.v1"));
    lines.filter_map(|line| line.rsplit_once(" about ")).map(|(_, subject)| subject.to_owned()).collect()
}

/// Writes until the local mode ends. Returns the subjects of acknowledged writes.
async fn write_until_killed(dynamodb: DynamoDb, run: usize) -> HashSet<String> {
    let mut written = HashSet::new();
    loop {
        let ids: Vec<_> = (0..BATCH).map(|number| format!("{run}-{}", written.len() + number)).collect();
        let items = ids.iter().map(|id| profile(id, "Ada")).collect();
        match dynamodb.try_put_all("profiles", items).await {
            Ok(()) => written.extend(ids.iter().map(|id| subject(id))),
            Err(_) => return written,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_when_tablecast_is_killed_during_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (mut written, mut seen) = (HashSet::new(), HashSet::new());
    for run in 0..KILLS {
        let mut local = start(folder.path()).await;
        let writing = tokio::spawn(write_until_killed(local.dynamodb(), run));
        eventually("a hundred events", async || (subjects_on_the_bus(&local).len() > 100).then_some(()))
            .await;
        let functions = local.processes();
        assert!(!functions.is_empty());
        local.kill().await;
        let gone = async || functions.iter().all(|function| !is_alive(function.id)).then_some(());
        eventually("the end of the functions", gone).await;
        written.extend(writing.await.unwrap());
        seen.extend(subjects_on_the_bus(&local));
    }
    let local = start(folder.path()).await;
    let open = written.difference(&seen).count();
    println!("{} changes, {KILLS} kills, {open} changes without an event after the last kill", written.len());
    let what = "the missing events";
    eventually(what, async || {
        let now = subjects_on_the_bus(&local);
        written.difference(&seen).all(|subject| now.contains(subject)).then_some(())
    })
    .await;
    let kept: HashSet<_> = local.dynamodb().scan("profiles").await.iter().map(id).collect();
    assert!(written.iter().all(|subject| kept.contains(subject)), "an acknowledged item is missing");
}

fn id(item: &Value) -> String {
    subject(item["userId"]["S"].as_str().unwrap())
}

#[tokio::test]
async fn items_rejected_records_and_checkpoints_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = start(folder.path()).await;
    let mut invalid = profile("invalid", "Ada");
    invalid["email"] = json!({"S": "nonsense"});
    first.dynamodb().put("profiles", profile("ada", "Ada")).await;
    first.dynamodb().put("profiles", invalid).await;
    wait_until_dispatched(&first).await;
    let kept = async |local: &LocalMode| {
        let dynamodb = local.dynamodb();
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
    bus.wait_for_subjects(&HashSet::from([subject("new")])).await;
    // After a normal stop, the pipe does not read the stream from its start again.
    assert!(!bus.subjects().contains(&subject("ada")), "{:?}", bus.subjects());
}
