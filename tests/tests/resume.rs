//! Nothing is missed: who comes back gets what came meanwhile, whatever died in between.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_protocol::Position;
use tablecast_tests::dynamodb::DynamoDb;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::merge::Merge;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;
use tablecast_tests::{processes, project};
use tokio::task::JoinSet;

const SOURCE: &str = "tablecast/profiles";
const USERS: [&str; 8] = ["ada", "ben", "eve", "ian", "joe", "kim", "leo", "mia"];
const CHANGES: usize = 60;
const DEATHS: usize = 5;
/// After which a connection is cut.
const FRAMES: [usize; 8] = [0, 1, 2, 3, 5, 8, 13, 1000];
/// Events that are new, after which it is cut at the latest.
const NEW: usize = 40;

async fn connect(machine: &Machine) -> Socket {
    Socket::connect(&machine.addresses().clients, &[]).await.unwrap()
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
async fn what_was_written_while_a_client_was_away_is_told_when_it_comes_back_also_after_a_death() {
    let folder = tempfile::tempdir().unwrap();
    let folder = ["--data", folder.path().to_str().unwrap()];
    let mut machine = Machine::start_with(&folder).await;
    let mut client = connect(&machine).await;
    let origin = client.ask(json!({"action": "subscribe", "subjects": ["profiles/ada"]})).await;
    assert_data_is_valid(&origin);
    machine.dynamodb().put("profiles", profile("ada", "1")).await;
    let first = client.event().await;
    assert_eq!(position(&first).offset, 1);
    client.hang_up().await;

    // Another client sees it all in the log before the machine dies.
    let mut witness = connect(&machine).await;
    witness.ask_for(&["profiles/*"]).await;
    for name in ["2", "3"] {
        machine.dynamodb().put("profiles", profile("ada", name)).await;
        machine.dynamodb().put("profiles", profile("eve", name)).await;
        witness.subjects(2).await;
    }
    machine.kill().await;

    let machine = Machine::start_with(&folder).await;
    let origin = &origin["data"]["sources"][SOURCE];
    for (after, missed) in [(&first["position"], vec!["2", "3"]), (origin, vec!["1", "2", "3", "4", "3"])] {
        let mut client = connect(&machine).await;
        client
            .say(json!({"action": "subscribe", "subjects": ["profiles/ada"], "after": {SOURCE: after}}))
            .await;
        let resumed = client.event().await;
        assert_data_is_valid(&resumed);
        assert_eq!(
            (&resumed["type"], &resumed["data"]["sources"][SOURCE]["recovered"]),
            (&json!("tablecast.resumed.v1"), &json!(true))
        );
        let (mut names, mut seen) = (Vec::new(), HashSet::new());
        let end = loop {
            match fresh(&mut client, &mut seen).await {
                event if event["type"] == "tablecast.subscribed.v1" => break event,
                event => names.push(name(&event)),
            }
        };
        assert_eq!(names, missed);
        assert_eq!(end["data"]["sources"][SOURCE], resumed["data"]["sources"][SOURCE]["position"]);
        client.say(json!({"action": "ping"})).await;
        let pong = fresh(&mut client, &mut seen).await;
        assert_data_is_valid(&pong);
        assert_eq!(pong["data"]["sources"], end["data"]["sources"]);
        machine.dynamodb().put("profiles", profile("ada", "4")).await;
        machine.dynamodb().put("profiles", profile("ada", "3")).await;
        for expected in ["4", "3"] {
            assert_eq!(name(&fresh(&mut client, &mut seen).await), expected);
        }
    }
}

/// The next event that has not come yet: after its death, the machine brings the last changes again.
async fn fresh(client: &mut Socket, seen: &mut HashSet<String>) -> Value {
    loop {
        let event = client.event().await;
        if seen.insert(event["id"].as_str().unwrap().to_owned()) {
            return event;
        }
    }
}

/// The items' changes in order, the items at once.
async fn write(dynamodb: DynamoDb, user: &str) {
    for change in 0..CHANGES {
        dynamodb.put("profiles", profile(user, &change.to_string())).await;
    }
}

/// This project's pipes, with as many dispatchers at once as there may be.
fn parallel_pipes(folder: &Path) {
    for name in ["orders.yaml", "profiles.yaml"] {
        let text = fs::read_to_string(project().join("pipes").join(name)).unwrap();
        assert!(text.contains("parallel: 1 "));
        fs::write(folder.join(name), text.replace("parallel: 1 ", "parallel: 10 ")).unwrap();
    }
}

/// Whether there was one to kill.
fn kill_a_dispatcher(machine: &Machine) -> bool {
    machine.processes_of("dispatch").first().is_some_and(|process| processes::signal(process.id, "KILL"))
}

/// What one connection gives before it is cut: after so many frames, or events that are new.
async fn listen(client: &mut Socket, merge: &mut Merge<Value>, cut: usize, told: &mut Vec<Value>) {
    let enough = (told.len() + NEW).min(CHANGES * USERS.len());
    for _ in 0..cut {
        let event = client.event().await;
        match event["type"].as_str().unwrap() {
            "tablecast.resumed.v1" => {
                let source = &event["data"]["sources"][SOURCE];
                assert_eq!(source["recovered"], true, "{event}");
                merge.resumed(source["position"].as_str().unwrap().parse::<Position>().unwrap().offset);
            }
            "tablecast.subscribed.v1" => told.extend(merge.subscribed()),
            _ => told.extend(merge.event(position(&event).offset, event)),
        }
        if told.len() >= enough {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_is_cut_again_and_again_while_dispatchers_overlap_and_die_loses_and_repeats_nothing() {
    let pipes = tempfile::tempdir().unwrap();
    parallel_pipes(pipes.path());
    let machine = Machine::start_with(&["--pipes", pipes.path().to_str().unwrap()]).await;
    let mut client = connect(&machine).await;
    let origin = client.ask(json!({"action": "subscribe", "subjects": ["profiles/*"]})).await;
    let origin: Position = origin["data"]["sources"][SOURCE].as_str().unwrap().parse().unwrap();
    drop(client);
    let writing: JoinSet<_> = USERS.into_iter().map(|user| write(machine.dynamodb(), user)).collect();
    let (mut merge, mut told, mut cuts, mut deaths) = (Merge::default(), Vec::new(), 0, 0);
    while told.len() < CHANGES * USERS.len() {
        let after = Position { offset: merge.last().unwrap_or(origin.offset), ..origin }.to_string();
        let mut client = connect(&machine).await;
        client
            .say(json!({"action": "subscribe", "subjects": ["profiles/*"], "after": {SOURCE: after}}))
            .await;
        // At each step of the protocol in turn; now and then late enough to get beyond what comes once more.
        listen(&mut client, &mut merge, FRAMES[cuts % FRAMES.len()], &mut told).await;
        cuts += 1;
        deaths += usize::from(cuts % 3 == 0 && deaths < DEATHS && kill_a_dispatcher(&machine));
    }
    writing.join_all().await;
    println!("{cuts} cuts, {deaths} dead dispatchers");
    assert!(cuts > 10 && deaths == DEATHS, "{cuts} cuts, {deaths} dead dispatchers");
    let mut by_user = BTreeMap::<String, Vec<String>>::new();
    for event in &told {
        by_user.entry(event["subject"].as_str().unwrap().to_owned()).or_default().push(name(event));
    }
    let expected: Vec<_> = (0..CHANGES).map(|change| change.to_string()).collect();
    for user in USERS {
        assert_eq!(by_user[&format!("profiles/{user}")], expected);
    }
    assert_eq!(machine.dead_letters(), "");
}
