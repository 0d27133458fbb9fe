//! The programs of the README. `cargo test` builds them.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::server::Server;
use super::within;
use crate::server_events::order_with;

fn example(name: &str, url: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let mut command = Command::new(tests.parent().unwrap().with_file_name("examples").join(name));
    command.env("URL", url).env("TABLECAST_TOKEN", "token").kill_on_drop(true);
    command
}

#[tokio::test]
async fn the_example_of_orders_prints_the_example_of_the_schema() {
    let (server, folder) = (Server::start().await, tempfile::tempdir().unwrap());
    let mut command = example("orders", &server.url());
    let mut program = command.current_dir(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let schema: Value =
        serde_json::from_str(include_str!("../../../../../schemas/order.placed.v1.json")).unwrap();
    let data = &schema["examples"][0];
    let mut connection = server.live(&["orders/acme/*"], 1).await;
    connection.send(&[order_with("orders/acme/1", 2, json!({ "data": data }))]).await;
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let expected = format!("orders/acme/1 2 {}", data["total"].as_str().unwrap());
    assert_eq!(within(lines.next_line()).await.unwrap(), Some(expected));
}

#[tokio::test]
async fn the_examples_print_why_they_have_no_connection() {
    for name in ["orders", "live_orders"] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = example(name, "ws://127.0.0.1:1");
        let mut program = command.current_dir(folder.path()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let mut printed = String::new();
        while !printed.contains("did not open") {
            printed += &within(lines.next_line()).await.unwrap().expect(name);
        }
    }
}
