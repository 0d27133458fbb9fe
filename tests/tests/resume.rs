//! A client that reconnects receives every event that it missed, even if processes were killed meanwhile.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::dynamodb::DynamoDb;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::merge::Merge;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tablecast_tests::{processes, project};
use tokio::task::JoinSet;

const SOURCE: &str = "tablecast/profiles";
const USERS: [&str; 8] = ["ada", "ben", "eve", "ian", "joe", "kim", "leo", "mia"];
const CHANGES: usize = 60;
const KILLS: usize = 5;
/// Numbers of frames after which a connection is cut.
const FRAMES: [usize; 8] = [0, 1, 2, 3, 5, 8, 13, 1000];
/// Number of new events after which a connection is cut at the latest.
const MAX_NEW: usize = 40;

async fn connect(local: &LocalMode) -> Socket {
    Socket::connect(&local.addresses().clients, &[]).await.unwrap()
}

fn position(event: &Value) -> Position {
    event["position"].as_str().unwrap().parse().unwrap()
}

fn name(event: &Value) -> String {
    let data = &event["data"];
    let name = data.get("displayName").or(data["profile"].get("displayName"));
    name.unwrap().as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_that_reconnects_receives_missed_events_even_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let folder = ["--data", folder.path().to_str().unwrap()];
    let mut local = LocalMode::start_with(&folder).await;
    let mut client = connect(&local).await;
    let origin = client.request(json!({"action": "subscribe", "subjects": ["profiles/ada"]})).await;
    assert_data_is_valid(&origin);
    local.dynamodb().put("profiles", profile("ada", "1")).await;
    let first = client.event().await;
    assert_eq!(position(&first).offset, 1);
    client.close().await;

    // When another client has received all events, they are in the log, and tablecast can be killed.
    let mut other_client = connect(&local).await;
    other_client.subscribe_to(&["profiles/*"]).await;
    for name in ["2", "3"] {
        local.dynamodb().put("profiles", profile("ada", name)).await;
        local.dynamodb().put("profiles", profile("eve", name)).await;
        other_client.subjects(2).await;
    }
    local.kill().await;

    let local = LocalMode::start_with(&folder).await;
    let origin = &origin["data"]["sources"][SOURCE];
    for (after, missed) in [(&first["position"], vec!["2", "3"]), (origin, vec!["1", "2", "3", "4", "3"])] {
        let mut client = connect(&local).await;
        client
            .send_json(json!({"action": "subscribe", "subjects": ["profiles/ada"], "after": {SOURCE: after}}))
            .await;
        let resumed = client.event().await;
        assert_data_is_valid(&resumed);
        assert_eq!(
            (&resumed["type"], &resumed["data"]["sources"][SOURCE]["recovered"]),
            (&json!("tablecast.resumed.v1"), &json!(true))
        );
        let (mut names, mut seen) = (Vec::new(), HashSet::new());
        let end = loop {
            match next_new_event(&mut client, &mut seen).await {
                event if event["type"] == "tablecast.subscribed.v1" => break event,
                event => names.push(name(&event)),
            }
        };
        assert_eq!(names, missed);
        assert_eq!(end["data"]["sources"][SOURCE], resumed["data"]["sources"][SOURCE]["position"]);
        client.send_json(json!({"action": "ping"})).await;
        let pong = next_new_event(&mut client, &mut seen).await;
        assert_data_is_valid(&pong);
        assert_eq!(pong["data"]["sources"], end["data"]["sources"]);
        local.dynamodb().put("profiles", profile("ada", "4")).await;
        local.dynamodb().put("profiles", profile("ada", "3")).await;
        for expected in ["4", "3"] {
            assert_eq!(name(&next_new_event(&mut client, &mut seen).await), expected);
        }
    }
}

/// Returns the next new event. After a kill, the pipe sends the last changes again.
async fn next_new_event(client: &mut Socket, seen: &mut HashSet<String>) -> Value {
    loop {
        let event = client.event().await;
        if seen.insert(event["id"].as_str().unwrap().to_owned()) {
            return event;
        }
    }
}

/// Writes the changes of one item in order.
async fn write(dynamodb: DynamoDb, user: &str) {
    for change in 0..CHANGES {
        dynamodb.put("profiles", profile(user, &change.to_string())).await;
    }
}

/// Writes the pipe files of this project with the maximum of parallel dispatchers.
fn write_parallel_pipes(folder: &Path) {
    for name in ["orders.yaml", "profiles.yaml"] {
        let text = fs::read_to_string(project().join("pipes").join(name)).unwrap();
        assert!(text.contains("parallel: 1 "));
        fs::write(folder.join(name), text.replace("parallel: 1 ", "parallel: 10 ")).unwrap();
    }
}

/// Kills a dispatcher. Returns false if none runs.
fn kill_a_dispatcher(local: &LocalMode) -> bool {
    local.processes_of("dispatch").first().is_some_and(|process| processes::signal(process.id, "KILL"))
}

/// Receives up to `cut` frames or [`MAX_NEW`] new events.
async fn receive(client: &mut Socket, merge: &mut Merge<Value>, cut: usize, delivered: &mut Vec<Value>) {
    let enough = (delivered.len() + MAX_NEW).min(CHANGES * USERS.len());
    for _ in 0..cut {
        let event = client.event().await;
        match event["type"].as_str().unwrap() {
            "tablecast.resumed.v1" => {
                let source = &event["data"]["sources"][SOURCE];
                assert_eq!(source["recovered"], true, "{event}");
                merge.resumed(source["position"].as_str().unwrap().parse::<Position>().unwrap().offset);
            }
            "tablecast.subscribed.v1" => delivered.extend(merge.subscribed()),
            _ => delivered.extend(merge.event(position(&event).offset, event)),
        }
        if delivered.len() >= enough {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_many_cuts_receives_each_event_once_while_dispatchers_die() {
    let pipes = tempfile::tempdir().unwrap();
    write_parallel_pipes(pipes.path());
    let local = LocalMode::start_with(&["--pipes", pipes.path().to_str().unwrap()]).await;
    let mut client = connect(&local).await;
    let origin = client.request(json!({"action": "subscribe", "subjects": ["profiles/*"]})).await;
    let origin: Position = origin["data"]["sources"][SOURCE].as_str().unwrap().parse().unwrap();
    drop(client);
    let writing: JoinSet<_> = USERS.into_iter().map(|user| write(local.dynamodb(), user)).collect();
    let (mut merge, mut delivered, mut cuts, mut kills) = (Merge::default(), Vec::new(), 0, 0);
    while delivered.len() < CHANGES * USERS.len() {
        let after = Position { offset: merge.last().unwrap_or(origin.offset), ..origin }.to_string();
        let mut client = connect(&local).await;
        client
            .send_json(json!({"action": "subscribe", "subjects": ["profiles/*"], "after": {SOURCE: after}}))
            .await;
        // Each cut is at a different step of the protocol. Some are late enough to receive new events.
        receive(&mut client, &mut merge, FRAMES[cuts % FRAMES.len()], &mut delivered).await;
        cuts += 1;
        kills += usize::from(cuts % 3 == 0 && kills < KILLS && kill_a_dispatcher(&local));
    }
    writing.join_all().await;
    println!("{cuts} cuts, {kills} killed dispatchers");
    assert!(cuts > 10 && kills == KILLS, "{cuts} cuts, {kills} killed dispatchers");
    let mut by_user = BTreeMap::<String, Vec<String>>::new();
    for event in &delivered {
        by_user.entry(event["subject"].as_str().unwrap().to_owned()).or_default().push(name(event));
    }
    let expected: Vec<_> = (0..CHANGES).map(|change| change.to_string()).collect();
    for user in USERS {
        assert_eq!(by_user[&format!("profiles/{user}")], expected);
    }
    assert_eq!(local.dead_letters(), "");
}
