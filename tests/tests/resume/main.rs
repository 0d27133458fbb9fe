//! A client that reconnects receives every event that it missed, even if processes were killed meanwhile.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cut_client;

use std::collections::HashSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::dynamodb::DynamoDb;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tablecast_tests::{processes, project};
use tokio::task::JoinSet;

use cut_client::CutClient;

const SOURCE: &str = "tablecast/profiles";
const USERS: [&str; 8] = ["ada", "ben", "eve", "ian", "joe", "kim", "leo", "mia"];
/// Changes of each item in a round.
const CHANGES: usize = 60;
/// Minimum numbers of faults.
const CUTS: usize = 10;
const KILLS: usize = 5;

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

/// Writes changes of one item in order.
async fn write(dynamodb: DynamoDb, user: &str, changes: Range<usize>) {
    for change in changes {
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

/// Writes in rounds until there were enough cuts and kills. A client can receive a whole round between two cuts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_many_cuts_receives_each_event_once_while_dispatchers_die() {
    let pipes = tempfile::tempdir().unwrap();
    write_parallel_pipes(pipes.path());
    let local = LocalMode::start_with(&["--pipes", pipes.path().to_str().unwrap()]).await;
    let mut client = CutClient::subscribe(&local).await;
    let (mut written, mut kills) = (0, 0);
    while client.cuts <= CUTS || kills < KILLS {
        let round = written..written + CHANGES;
        written = round.end;
        let writing = USERS.into_iter().map(|user| write(local.dynamodb(), user, round.clone()));
        let writing: JoinSet<_> = writing.collect();
        let kill = |cuts| kills += usize::from(cuts % 3 == 0 && kills < KILLS && kill_a_dispatcher(&local));
        client.receive(written * USERS.len(), kill).await;
        writing.join_all().await;
    }
    println!("{written} changes of each item, {} cuts, {kills} killed dispatchers", client.cuts);
    let expected: Vec<_> = (0..written).map(|change| change.to_string()).collect();
    let names = client.names();
    for user in USERS {
        assert_eq!(names[&format!("profiles/{user}")], expected);
    }
    assert_eq!(local.dead_letters(), "");
}
