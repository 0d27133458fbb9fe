//! What a user tries first on one machine, with the user's own tools: the AWS CLI, wscat, `tablecast tail`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;
use tablecast_tests::aws;
use tablecast_tests::fence::everything_is_dispatched;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::node::Printer;
use tablecast_tests::patience::eventually;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::{processes, shown};

/// The command in a welcome that has this word.
fn command<'a>(welcome: &'a str, word: &str) -> &'a str {
    welcome.lines().map(str::trim).find(|line| line.contains(word)).expect(word)
}

/// As [`command`], of the program that is tested.
fn listening(machine: &Machine, welcome: &str, word: &str) -> String {
    shown::as_tested(command(welcome, word), Some(machine))
}

/// wscat prints nothing when it is connected.
async fn connected(machine: &Machine, clients: usize) {
    eventually("the clients in the connections table", async || {
        let items = machine.dynamodb().scan("connections").await;
        (items.iter().filter(|item| item["sk"]["S"] == "connection").count() == clients).then_some(())
    })
    .await;
}

async fn put(machine: &Machine, table: &str, item: &Value) {
    let item = item.to_string();
    aws::dynamodb(machine.addresses(), &["put-item", "--table-name", table, "--item", &item]).await;
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test]
async fn the_commands_of_the_welcome_show_a_change_to_wscat_and_to_tail() {
    let (machine, welcome) = Machine::start_with_welcome().await;
    let mut wscat = Printer::start(&listening(&machine, &welcome, "wscat"));
    let mut tail = Printer::start(&(listening(&machine, &welcome, "-- tail") + " --json"));
    connected(&machine, 2).await;
    for (word, event_type) in [("put-item", "profile.created.v1"), ("update-item", "profile.changed.v1")] {
        let (code, told) = shown::run(command(&welcome, word), machine.folder()).await;
        assert_eq!(code, Some(0), "{told}");
        let line = wscat.line().await;
        assert_eq!(tail.line().await, line);
        assert_eq!(parsed(&line)["type"], event_type);
    }
}

#[tokio::test]
async fn an_item_that_expires_is_an_event_with_its_reason() {
    let machine = Machine::start().await;
    let addresses = machine.addresses();
    let mut client = machine.subscribe(&["profiles/ada"]).await;
    let expiry = "Enabled=true,AttributeName=expiresAt";
    let enable = ["update-time-to-live", "--table-name", "profiles", "--time-to-live-specification", expiry];
    aws::dynamodb(addresses, &enable).await;
    let mut item = profile("ada", "Ada");
    item["expiresAt"] = serde_json::json!({"N": "1700000000"});
    put(&machine, "profiles", &item).await;
    assert_eq!(client.event().await["type"], "profile.created.v1");
    let deleted = client.event().await;
    assert_eq!(
        (&deleted["type"], &deleted["data"]["reason"]),
        (&"profile.deleted.v1".into(), &"expired".into())
    );
    assert_data_is_valid(&deleted);
}

#[tokio::test]
async fn the_log_tells_of_each_connection_and_each_batch_in_a_readable_line() {
    let machine = Machine::start().await;
    let mut client = machine.subscribe(&["profiles/ada"]).await;
    machine.dynamodb().put("profiles", profile("ada", "Ada")).await;
    client.event().await;
    drop(client);
    let lines = [
        "connect: connection answered Connected=1 Function=connect\n",
        "dispatch: batch dispatched Delivered=1 Duration=",
        "disconnect: disconnected Disconnected=1 Function=disconnect\n",
    ];
    machine.logged(&lines).await;
    assert!(!machine.log().contains("_aws"), "{}", machine.log());
}

#[tokio::test]
async fn ctrl_c_ends_everything_that_was_started() {
    let mut machine = Machine::start().await;
    let client = machine.subscribe(&["profiles/ada"]).await;
    everything_is_dispatched(&machine).await;
    let started = machine.processes();
    for function in ["connect", "enrich", "dispatch"] {
        assert!(started.iter().any(|process| process.name == function), "{function} in {started:?}");
    }
    assert_eq!(machine.stop().await, Some(0), "{}", machine.log());
    assert!(started.iter().all(|process| !processes::is_alive(process.id)), "{started:?}");
    drop(client);
}
