//! A client that reconnects receives every event that it missed, even if processes were killed meanwhile.
//!
//! Each test runs with channels of one, two and three segments: all profiles share a log, those of a team do, or
//! each profile has its own.

mod cut_client;
mod truth_table;

use std::collections::HashSet;
use std::ops::Range;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::dynamodb::DynamoDb;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::{PipeFiles, source, team_subject};
use tablecast_tests::processes;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

use cut_client::CutClient;

const USERS: [&str; 8] = ["ada", "ben", "eve", "ian", "joe", "kim", "leo", "mia"];
/// Changes of each item in a round.
const CHANGES: usize = 30;
/// Minimum numbers of faults.
const CUTS: usize = 8;
const KILLS: usize = 3;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_events_arrive_after_a_kill_with_channels_of_one_segment() {
    missed_events_arrive_after_a_kill(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_events_arrive_after_a_kill_with_channels_of_two_segments() {
    missed_events_arrive_after_a_kill(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_events_arrive_after_a_kill_with_channels_of_three_segments() {
    missed_events_arrive_after_a_kill(3).await;
}

async fn missed_events_arrive_after_a_kill(segments: u8) {
    let (data, pipes, ada) =
        (tempfile::tempdir().unwrap(), PipeFiles::with_channels(segments), team_subject("ada"));
    let source = source(&ada, segments);
    let arguments = [&["--data", data.path().to_str().unwrap()], &pipes.arguments()[..]].concat();
    let mut local = LocalMode::start_with(&arguments).await;
    let mut client = connect(&local).await;
    let origin = client.request(json!({"action": "subscribe", "subjects": [ada]})).await;
    assert_data_is_valid(&origin);
    local.dynamodb().put("profiles", profile("ada", "1")).await;
    let first = client.event().await;
    assert_eq!((position(&first).offset, &first["source"]), (1, &json!(source)));
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

    let local = LocalMode::start_with(&arguments).await;
    let origin = &origin["data"]["sources"][&source];
    for (after, missed) in [(&first["position"], vec!["2", "3"]), (origin, vec!["1", "2", "3", "4", "3"])] {
        let mut client = connect(&local).await;
        client.send_json(json!({"action": "subscribe", "subjects": [ada], "after": {&source: after}})).await;
        let resumed = client.event().await;
        assert_data_is_valid(&resumed);
        assert_eq!(
            (&resumed["type"], &resumed["data"]["sources"][&source]["recovered"]),
            (&json!("tablecast.resumed.v1"), &json!(true)),
            "after {after}: {resumed}"
        );
        let (mut names, mut seen) = (Vec::new(), HashSet::new());
        let end = loop {
            match next_new_event(&mut client, &mut seen).await {
                event if event["type"] == "tablecast.subscribed.v1" => break event,
                event => names.push(name(&event)),
            }
        };
        assert_eq!(names, missed);
        assert_eq!(end["data"]["sources"][&source], resumed["data"]["sources"][&source]["position"]);
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

/// Kills a dispatcher. Returns false if none runs.
fn kill_a_dispatcher(local: &LocalMode) -> bool {
    local.processes_of("dispatch").first().is_some_and(|process| processes::signal(process.id, "KILL"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_cuts_receives_each_event_once_from_channels_of_one_segment() {
    a_client_with_many_cuts_receives_each_event_once_while_dispatchers_die(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_cuts_receives_each_event_once_from_channels_of_two_segments() {
    a_client_with_many_cuts_receives_each_event_once_while_dispatchers_die(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_cuts_receives_each_event_once_from_channels_of_three_segments() {
    a_client_with_many_cuts_receives_each_event_once_while_dispatchers_die(3).await;
}

/// Writes in rounds until there were enough cuts and kills. A client can receive a whole round between two cuts.
async fn a_client_with_many_cuts_receives_each_event_once_while_dispatchers_die(segments: u8) {
    let pipes = PipeFiles::with_channels(segments);
    let local = LocalMode::start_with(&pipes.arguments()).await;
    let mut client = CutClient::subscribe(&local, &subjects_within_channels(segments)).await;
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
        assert_eq!(names[&team_subject(user)], expected);
    }
    assert_eq!(local.dead_letters(), "");
}

/// The profiles of all users, as subjects that can resume.
fn subjects_within_channels(segments: u8) -> Vec<String> {
    match segments {
        3 => USERS.map(team_subject).to_vec(),
        _ => vec![team_subject("*")],
    }
}
