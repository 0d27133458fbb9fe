//! `tablecast init` and `tablecast dev`: a company's repository, and edits of it while everything runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_tests::dynamodb::DynamoDb;
use tablecast_tests::eventually::{eventually, within};
use tablecast_tests::http::Http;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::Socket;
use tablecast_tests::{aws, binaries};
use tempfile::TempDir;
use tokio::process::Command;

/// Runs `tablecast` in a folder. Returns its success and all output.
async fn tablecast(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(folder).args(arguments).kill_on_drop(true);
    let output = within("the end of the command", command.output()).await.unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.success(), text)
}

/// A new repository with the example event of `tickets`.
async fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (success, output) = tablecast(folder.path(), &["init", "--entity", "ticket"]).await;
    assert!(success && output.contains("wrote pipes/tickets.yaml"), "{output}");
    folder
}

async fn dev() -> LocalMode {
    LocalMode::start_in(repository().await, &[]).await
}

fn ticket(id: &str, status: &str) -> Value {
    json!({"team": {"S": "red"}, "id": {"S": id}, "title": {"S": "Lamp"}, "status": {"S": status}})
}

async fn socket(local: &LocalMode) -> Socket {
    let token = local.token(&["--claim", "team=red"]).await;
    let url = format!("{}&token={token}", local.addresses().clients.clone() + "/?subscribe=tickets/red/*");
    Socket::connect(&url, &[]).await.unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

/// Replaces a part of a file of the repository.
fn edit(local: &LocalMode, file: &str, from: &str, to: &str) {
    let path = local.folder().join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(path, text.replace(from, to)).unwrap();
}

async fn status(local: &LocalMode) -> Value {
    let (_, body) =
        Http::default().get(&format!("{}/page/pipes.json", local.addresses().http)).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

/// Waits until other definitions than these are in use.
async fn wait_for_others(local: &LocalMode, before: &Value) {
    eventually("the edit is in use", async || {
        let now = status(local).await;
        (now["definitions"] != before["definitions"] && now["refused"] == false).then_some(())
    })
    .await;
}

async fn wait_for_refusal(local: &LocalMode) -> Value {
    eventually("the edit is refused", async || {
        Some(status(local).await).filter(|status| status["refused"] == true)
    })
    .await
}

async fn put(dynamodb: &DynamoDb, id: &str, status: &str) {
    dynamodb.put("tickets", ticket(id, status)).await;
}

#[tokio::test]
async fn a_new_repository_passes_check_and_its_first_change_arrives_at_a_socket() {
    let folder = repository().await;
    let (success, output) = tablecast(folder.path(), &["check"]).await;
    assert!(success && output.starts_with("no problems in 1 pipe"), "{output}");
    let local = LocalMode::start_in(folder, &[]).await;
    let mut socket = socket(&local).await;
    let item = ticket("1", "OPEN").to_string();
    aws::dynamodb(local.addresses(), &["put-item", "--table-name", "tickets", "--item", &item]).await;
    let event = socket.event().await;
    assert_eq!((&event["type"], &event["subject"]), (&json!("ticket.created.v1"), &json!("tickets/red/1")));
    assert_eq!(event["data"], json!({"id": "1", "title": "Lamp", "status": "OPEN"}));
}

#[tokio::test]
async fn init_overwrites_nothing_and_lists_what_is_there() {
    let folder = repository().await;
    let before = fs::read_to_string(folder.path().join("pipes/tickets.yaml")).unwrap();
    let (success, output) = tablecast(folder.path(), &["init", "--entity", "lamp"]).await;
    assert!(!success && output.contains("pipes/tickets.yaml, "), "{output}");
    assert!(!folder.path().join("pipes/lamps.yaml").exists());
    assert_eq!(fs::read_to_string(folder.path().join("pipes/tickets.yaml")).unwrap(), before);
}

#[tokio::test]
async fn init_begins_with_a_table_that_exists() {
    let source = dev().await;
    put(&source.dynamodb(), "1", "OPEN").await;
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(folder.path()).envs(aws::isolated_aws_environment()).env("AWS_REGION", "us-east-1");
    command.args(["init", "--from-table", "tickets", "--endpoint-url", &source.addresses().dynamodb, "acme"]);
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let main = fs::read_to_string(folder.path().join("acme/infra/main.tf")).unwrap();
    assert!(main.contains(r#""tickets" = { stream_arn = "arn:aws:dynamodb:"#), "{main}");
    let (success, output) = tablecast(&folder.path().join("acme"), &["check"]).await;
    assert!(success, "{output}");
}

#[tokio::test]
async fn an_edit_of_pipe_file_and_schema_is_used_and_the_connection_and_the_items_stay() {
    let local = dev().await;
    let (mut socket, dynamodb) = (socket(&local).await, local.dynamodb());
    put(&dynamodb, "1", "OPEN").await;
    assert_eq!(socket.event().await["type"], "ticket.created.v1");
    let before = status(&local).await;
    edit(
        &local,
        "schemas/ticket.created.v1.json",
        r#""status": {"#,
        r#""priority": { "type": "string", "description": "How urgent it is." },
    "status": {"#,
    );
    edit(
        &local,
        "pipes/tickets.yaml",
        "status: item.status }",
        "status: item.status, priority: '\"high\"' }",
    );
    wait_for_others(&local, &before).await;
    put(&dynamodb, "2", "OPEN").await;
    let event = socket.event().await;
    assert_eq!(event["data"], json!({"id": "2", "title": "Lamp", "status": "OPEN", "priority": "high"}));
    put(&dynamodb, "1", "DONE").await;
    assert_eq!(socket.event().await["data"], json!({"id": "1", "from": "OPEN", "to": "DONE"}));
    local.wait_for_log(&["uses the edited files after "]).await;
    let url = format!("{}/schemas/ticket.created.v1.json", local.addresses().http);
    let (_, schema) = Http::default().get(&url).await.unwrap();
    assert!(String::from_utf8_lossy(&schema).contains("How urgent it is."), "the catalogue follows the edit");
}

#[tokio::test]
async fn after_a_broken_edit_the_last_good_definitions_stay_in_use_until_it_is_mended() {
    let local = dev().await;
    let (mut socket, dynamodb) = (socket(&local).await, local.dynamodb());
    edit(&local, "pipes/tickets.yaml", "title: item.title", "title: item.title + ");
    let refused = wait_for_refusal(&local).await;
    let problem = refused["problems"][0]["text"].as_str().unwrap();
    assert!(problem.contains("tickets.yaml") && problem.contains("events[0]"), "{refused}");
    local
        .wait_for_log(&[
            "the edit is not used, and the definitions from before it stay in use",
            "tickets.yaml",
        ])
        .await;
    // Its functions start only now, after the broken edit.
    put(&dynamodb, "1", "OPEN").await;
    assert_eq!(socket.event().await["data"]["title"], "Lamp");
    edit(&local, "pipes/tickets.yaml", "title: item.title + ", "title: item.title + \"!\"");
    wait_for_others(&local, &refused).await;
    assert_eq!(status(&local).await["problems"], json!([]));
    put(&dynamodb, "2", "OPEN").await;
    assert_eq!(socket.event().await["data"]["title"], "Lamp!");
}

#[tokio::test]
async fn an_edit_back_to_the_definitions_in_use_clears_the_problem() {
    let local = dev().await;
    edit(&local, "pipes/tickets.yaml", "table: tickets", "table: [tickets");
    let refused = wait_for_refusal(&local).await;
    edit(&local, "pipes/tickets.yaml", "table: [tickets", "table: tickets");
    wait_for_others(&local, &refused).await;
    assert_eq!(status(&local).await["problems"], json!([]));
}

#[tokio::test]
async fn a_new_pipe_file_creates_its_table_and_a_removed_one_keeps_its_items() {
    let local = dev().await;
    let (mut socket, dynamodb) = (socket(&local).await, local.dynamodb());
    put(&dynamodb, "1", "OPEN").await;
    socket.event().await;
    let before = status(&local).await;
    let other = tempfile::tempdir().unwrap();
    assert!(tablecast(other.path(), &["init", "--entity", "lamp"]).await.0);
    for file in [
        "pipes/fixtures/lamps-insert.json",
        "pipes/fixtures/lamps-modify.json",
        "schemas/lamp.created.v1.json",
    ]
    .into_iter()
    .chain(["schemas/lamp.status-changed.v1.json", "pipes/lamps.yaml"])
    {
        fs::copy(other.path().join(file), local.folder().join(file)).unwrap();
    }
    eventually("the table of the new pipe", async || {
        let tables = dynamodb.call("ListTables", json!({})).await;
        tables["TableNames"].as_array().unwrap().contains(&json!("lamps")).then_some(())
    })
    .await;
    wait_for_others(&local, &before).await;
    dynamodb.put("lamps", ticket("7", "OPEN")).await;
    local.bus().wait_for_subjects(&["lamps/red/7".to_owned()].into()).await;
    let before = status(&local).await;
    fs::rename(local.folder().join("pipes/tickets.yaml"), local.folder().join("tickets.txt")).unwrap();
    wait_for_others(&local, &before).await;
    put(&dynamodb, "2", "OPEN").await;
    let before = status(&local).await;
    fs::rename(local.folder().join("tickets.txt"), local.folder().join("pipes/tickets.yaml")).unwrap();
    wait_for_others(&local, &before).await;
    assert_eq!(socket.event().await["subject"], "tickets/red/2", "the pipe goes on where it was");
    assert_eq!(dynamodb.scan("tickets").await.len(), 2);
}

#[tokio::test]
async fn edits_during_a_load_lose_no_event_and_deliver_none_twice() {
    let local = dev().await;
    let (mut socket, dynamodb) = (socket(&local).await, local.dynamodb());
    let ids: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    for (round, chunk) in ids.chunks(75).enumerate() {
        for id in chunk {
            put(&dynamodb, id, "OPEN").await;
        }
        let before = status(&local).await;
        edit(&local, "pipes/tickets.yaml", "title: item.title", &format!("title: item.title + \"{round}\""));
        for id in chunk {
            put(&dynamodb, id, "DONE").await;
        }
        wait_for_others(&local, &before).await;
        edit(&local, "pipes/tickets.yaml", &format!("title: item.title + \"{round}\""), "title: item.title");
    }
    let mut received: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for _ in 0..2 * ids.len() {
        let event = socket.event().await;
        let (subject, kind) = (event["subject"].as_str().unwrap(), event["type"].as_str().unwrap());
        received.entry(subject.to_owned()).or_default().push(kind.to_owned());
    }
    let expected = vec!["ticket.created.v1".to_owned(), "ticket.status-changed.v1".to_owned()];
    assert_eq!(received.len(), ids.len());
    assert!(received.values().all(|kinds| *kinds == expected), "{received:?}");
    let mut bus = local.bus();
    let published: Vec<String> = bus.read_new().await.iter().map(|event| event.head().id).collect();
    let distinct: BTreeSet<&String> = published.iter().collect();
    assert_eq!(
        (published.len(), distinct.len()),
        (2 * ids.len(), 2 * ids.len()),
        "each event is on the bus once"
    );
}

#[tokio::test]
async fn a_token_of_a_folder_inside_the_repository_is_accepted() {
    let local = dev().await;
    let inside = local.folder().join("web/src");
    fs::create_dir_all(&inside).unwrap();
    let mut command = Command::new(binaries::folder().join("tablecast"));
    command.current_dir(&inside).args(["token", "--claim", "team=red"]);
    let token = String::from_utf8(command.output().await.unwrap().stdout).unwrap();
    let url = format!("{}/?subscribe=tickets/red/1&token={}", local.addresses().clients, token.trim());
    assert!(Socket::connect(&url, &[]).await.is_ok());
    assert!(!inside.join(".tablecast").exists());
}

#[tokio::test]
async fn a_start_in_a_folder_inside_the_repository_names_the_folder_to_start_in() {
    let folder = repository().await;
    let inside = folder.path().join("web");
    fs::create_dir(&inside).unwrap();
    let (success, output) = tablecast(&inside, &["dev", "--port", "0", "--dynamodb-port", "0"]).await;
    let repository = folder.path().canonicalize().unwrap();
    let expected =
        format!("start in the folder of your repository, which is probably {},", repository.display());
    assert!(!success && output.contains(&expected), "{output}");
}

#[tokio::test]
async fn an_address_that_does_not_exist_has_a_body_with_those_that_do() {
    let local = dev().await;
    for path in ["/nothing", "/page/nothing.js", "/schemas/nothing.json"] {
        let (status, body) = Http::default().get(&format!("{}{path}", local.addresses().http)).await.unwrap();
        assert!(status == 404 && !body.is_empty(), "{path}: {status} {body:?}");
    }
}
