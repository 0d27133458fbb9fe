//! The first steps of a user, with the AWS CLI, wscat and `tablecast tail`.

use std::collections::HashSet;
use std::fs;

use serde_json::Value;
use tablecast_tests::aws;
use tablecast_tests::barrier::wait_until_dispatched;
use tablecast_tests::doc_steps::{self, Reader, blocks, steps};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::node::PrintingClient;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::{processes, project};

/// Returns the command of the welcome text that contains a word.
fn command<'a>(welcome: &'a str, word: &str) -> &'a str {
    welcome.lines().map(str::trim).find(|line| line.contains(word)).expect(word)
}

/// Returns the command that contains a word, for the tested program.
fn client_command(local: &LocalMode, welcome: &str, word: &str) -> String {
    doc_steps::as_tested(command(welcome, word), Some(local))
}

/// Waits until this number of clients has subscribed. wscat does not print it.
async fn wait_for_subscriptions(local: &LocalMode, clients: usize) {
    eventually("the subscriptions of the clients", async || {
        let items = local.dynamodb().scan("connections").await;
        let subscriptions = items.iter().filter_map(|item| item["sk"]["S"].as_str());
        let subscribed = subscriptions.filter_map(|key| key.strip_prefix("connection#"));
        (subscribed.collect::<HashSet<_>>().len() == clients).then_some(())
    })
    .await;
}

async fn put(local: &LocalMode, table: &str, item: &Value) {
    let item = item.to_string();
    aws::dynamodb(local.addresses(), &["put-item", "--table-name", table, "--item", &item]).await;
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

#[tokio::test]
async fn the_commands_of_the_welcome_show_a_change_in_wscat_and_tail() {
    let (local, welcome) = LocalMode::start_with_welcome(&[]).await;
    let mut wscat = PrintingClient::start(&client_command(&local, &welcome, "wscat"));
    let mut tail = PrintingClient::start(&(client_command(&local, &welcome, "-- tail") + " --json"));
    wait_for_subscriptions(&local, 2).await;
    let (code, output) = doc_steps::run(command(&welcome, "put-item"), local.folder()).await;
    assert_eq!(code, Some(0), "{output}");
    let line = wscat.line().await;
    assert_eq!(tail.line().await, line);
    assert_eq!(parsed(&line)["type"], "order.placed.v1");
}

/// A reader who followed the document.
async fn follow(document: &str) -> Reader {
    let mut reader = Reader::start().await;
    for step in steps(document) {
        reader.take(&step).await;
    }
    reader
}

#[tokio::test]
async fn the_commands_of_the_readme_show_a_change_without_the_password_hash() {
    let mut reader = follow("README.md").await;
    let event = reader.event().await;
    assert_eq!(event["type"], "profile.created.v1");
    assert_eq!(event["data"]["email"], "ada@example.com");
    assert!(!event.to_string().contains("passwordHash"), "{event}");
}

#[test]
fn the_readme_shows_the_example_of_the_typescript_client() {
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect()
    };
    let shown = blocks("README.md").into_iter().find(|block| block.language == "js").unwrap();
    let example = fs::read_to_string(project().join("clients/typescript/example/orders.mjs")).unwrap();
    assert_eq!(lines(&shown.text), lines(&example));
}

#[tokio::test]
async fn the_commands_of_the_first_event_show_two_events_and_an_order_on_the_bus() {
    let reader = follow("docs/start/first-event.md").await;
    let mut bus = reader.local().bus();
    bus.wait_for_subjects(&["orders/acme/1001".to_owned()].into()).await;
    let events = bus.events();
    let order = events.iter().find(|event| event.detail_type == "order.placed.v1").unwrap();
    assert!(order.detail.get().contains(r#""total":"129.9""#), "{order:?}");
}

#[tokio::test]
async fn the_commands_of_the_order_board_put_orders_and_change_one_of_them() {
    let reader = follow("examples/order-board/README.md").await;
    let mut bus = reader.local().bus();
    eventually("the paid order on the bus", async || {
        bus.read_new().await;
        let is_paid = |detail: &str| detail.contains("orders/acme/1001") && detail.contains("PAID");
        bus.events().iter().any(|event| is_paid(event.detail.get())).then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_expired_item_causes_an_event_with_the_reason_expired() {
    let local = LocalMode::start().await;
    let addresses = local.addresses();
    let mut client = local.subscribe(&["profiles/ada"]).await;
    let expiry = "Enabled=true,AttributeName=expiresAt";
    let enable = ["update-time-to-live", "--table-name", "profiles", "--time-to-live-specification", expiry];
    aws::dynamodb(addresses, &enable).await;
    let mut item = profile("ada", "Ada");
    item["expiresAt"] = serde_json::json!({"N": "1700000000"});
    put(&local, "profiles", &item).await;
    assert_eq!(client.event().await["type"], "profile.created.v1");
    let deleted = client.event().await;
    assert_eq!(
        (&deleted["type"], &deleted["data"]["reason"]),
        (&"profile.deleted.v1".into(), &"expired".into())
    );
    assert_data_is_valid(&deleted);
}

#[tokio::test]
async fn the_log_has_a_readable_line_for_each_connection_and_batch() {
    let local = LocalMode::start().await;
    let mut client = local.subscribe(&["profiles/ada"]).await;
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    client.event().await;
    drop(client);
    let lines = [
        "connect: connection handled Connected=1 Function=connect\n",
        "dispatch: batch dispatched Delivered=1 Duration=",
        "disconnect: disconnected Disconnected=1 Function=disconnect\n",
    ];
    local.wait_for_log(&lines).await;
    assert!(!local.log().contains("_aws"), "{}", local.log());
}

#[tokio::test]
async fn ctrl_c_stops_all_processes() {
    let mut local = LocalMode::start().await;
    let client = local.subscribe(&["profiles/ada"]).await;
    wait_until_dispatched(&local).await;
    let started = local.processes();
    for function in ["connect", "enrich", "dispatch"] {
        assert!(started.iter().any(|process| process.name == function), "{function} in {started:?}");
    }
    assert_eq!(local.stop().await, Some(0), "{}", local.log());
    assert!(started.iter().all(|process| !processes::is_alive(process.id)), "{started:?}");
    drop(client);
}
