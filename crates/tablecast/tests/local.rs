//! The program from its start to its end; what it does in between is tested elsewhere.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);
const PIPE: &str = r#"
table: profiles
keys: { partition: { userId: S } }
subject: '"profiles/" + keys.userId'
events:
  - type: profile.created.v1
    data: { userId: keys.userId }
"#;
const SCHEMA: &str = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://tablecast.example/schemas/profile.created.v1.json", "type": "object"}"#;

struct Place(TempDir);

struct Running {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        for folder in ["pipes", "schemas", "functions"] {
            fs::create_dir(place.path().join(folder)).unwrap();
        }
        place.write("pipes/profiles.yaml", PIPE);
        place.write("schemas/profile.created.v1.json", SCHEMA);
        for function in ["authorize", "connect", "disconnect", "subscribe", "enrich", "dispatch"] {
            place.write(&format!("functions/{function}"), "");
        }
        place
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.path().join(file), text).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_at(0, arguments)
    }

    fn command_at(&self, dynamodb_port: u16, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.current_dir(self.path()).kill_on_drop(true).stdin(Stdio::null());
        command.args(["--functions", "functions", "--port", "0"]).args(arguments);
        command.args(["--dynamodb-port", &dynamodb_port.to_string()]);
        command
    }

    async fn start(&self, arguments: &[&str]) -> Running {
        let mut child =
            self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Running { child, output }
    }

    /// Runs it where it cannot start.
    async fn refused(&self, arguments: &[&str]) -> String {
        let output: Output = timeout(PATIENCE, self.command(arguments).output()).await.unwrap().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }
}

impl Running {
    async fn addresses(&mut self) -> Value {
        let mut line = String::new();
        timeout(PATIENCE, self.output.read_line(&mut line)).await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    async fn welcome(&mut self) -> String {
        let (mut text, mut bytes) = (String::new(), 1);
        while bytes > 0 && !text.contains("Ctrl-C") {
            bytes = timeout(PATIENCE, self.output.read_line(&mut text)).await.unwrap().unwrap();
        }
        text
    }

    async fn signal(&mut self, signal: &str) {
        let process = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &process]).status().await.unwrap().success());
    }

    /// How it ended, and what it logged.
    async fn ended(mut self) -> (Option<i32>, String) {
        let mut log = String::new();
        let mut errors = self.child.stderr.take().unwrap();
        timeout(PATIENCE, errors.read_to_string(&mut log)).await.unwrap().unwrap();
        (timeout(PATIENCE, self.child.wait()).await.unwrap().unwrap().code(), log)
    }
}

fn host(addresses: &Value, name: &str) -> String {
    let url = addresses[name].as_str().unwrap();
    url.split('/').nth(2).unwrap().to_owned()
}

async fn aws(addresses: &Value, arguments: &[&str]) -> Value {
    let mut command = Command::new("aws");
    command.args(arguments).args(["--region", "us-east-1", "--output", "json"]);
    command.args(["--endpoint-url", addresses["dynamodb"].as_str().unwrap()]);
    command.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
    let output = command.output().await.expect("the AWS CLI is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

#[tokio::test]
async fn its_addresses_can_be_used_once_they_are_told() {
    let place = Place::new();
    let mut running = place.start(&["--json"]).await;
    let addresses = running.addresses().await;
    for name in ["clients", "http", "bus", "dynamodb"] {
        assert!(host(&addresses, name).starts_with("127.0.0.1:"), "{addresses}");
        TcpStream::connect(host(&addresses, name)).await.unwrap();
    }
    let tables = aws(&addresses, &["dynamodb", "list-tables"]).await;
    let tables = tables["TableNames"].as_array().unwrap();
    assert!(
        ["connections", "log", "profiles", "rejected"]
            .iter()
            .all(|table| tables.contains(&Value::from(*table)))
    );
}

#[tokio::test]
async fn a_signal_ends_it_without_an_error_and_frees_its_ports() {
    for signal in ["-INT", "-TERM"] {
        let place = Place::new();
        let mut running = place.start(&["--json"]).await;
        let addresses = running.addresses().await;
        running.signal(signal).await;
        let (code, log) = running.ended().await;
        assert_eq!(code, Some(0), "{log}");
        assert!(log.contains("stopped"), "{log}");
        assert!(TcpListener::bind(host(&addresses, "http")).is_ok());
        assert!(TcpListener::bind(host(&addresses, "dynamodb")).is_ok());
    }
}

#[tokio::test]
async fn a_person_is_told_what_to_try_with_the_addresses_there_are() {
    let place = Place::new();
    let mut running = place.start(&[]).await;
    let text = running.welcome().await;
    for expected in
        ["cargo run -- tail --url ws://127.0.0.1:", "wscat", "put-item", "update-item", "in memory"]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let write = text.lines().find(|line| line.contains("put-item")).unwrap();
    let written = Command::new("sh").args(["-c", write]).env_remove("HOME").output().await.unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let change = text.lines().find(|line| line.contains("update-item")).unwrap();
    let changed = Command::new("sh").args(["-c", change]).env_remove("HOME").output().await.unwrap();
    assert!(changed.status.success(), "{}", String::from_utf8_lossy(&changed.stderr));
}

#[tokio::test]
async fn with_a_data_folder_items_outlive_it() {
    let place = Place::new();
    let item = r#"{"userId":{"S":"ada"}}"#;
    let mut first = place.start(&["--json", "--data", "kept"]).await;
    let addresses = first.addresses().await;
    aws(&addresses, &["dynamodb", "put-item", "--table-name", "profiles", "--item", item]).await;
    first.signal("-TERM").await;
    assert_eq!(first.ended().await.0, Some(0));
    let mut second = place.start(&["--json", "--data", "kept"]).await;
    let addresses = second.addresses().await;
    let found = aws(&addresses, &["dynamodb", "get-item", "--table-name", "profiles", "--key", item]).await;
    assert_eq!(found["Item"]["userId"]["S"], "ada");
}

/// Asks for a write before there is a database, so that it is the first thing the database does.
async fn put_at_once(port: u16) {
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)).await {
            Ok(stream) => break stream,
            Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
        }
    };
    let body = r#"{"TableName": "profiles", "Item": {"userId": {"S": "ada"}}}"#;
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Target: DynamoDB_20120810.PutItem\r\nX-Amz-Date: 20260101T000000Z\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, \
         SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn a_pipe_has_its_place_in_the_stream_before_anybody_can_write() {
    let place = Place::new();
    place.write("pipes/profiles.yaml", &format!("{PIPE}stream: {{ start: LATEST }}\n"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let writing = tokio::spawn(put_at_once(port));
    let mut command = place.command_at(port, &["--json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    timeout(PATIENCE, writing).await.unwrap().unwrap();
    // The functions here cannot run: what the pipe tells of that shows that it has read the record.
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    while !timeout(PATIENCE, log.next_line()).await.unwrap().unwrap().unwrap().contains("1 records are not") {
    }
}

#[tokio::test]
async fn a_port_in_use_is_told_with_the_option_that_changes_it() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for option in ["--port", "--dynamodb-port"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        let place = Place::new();
        let other = if option == "--port" { "--dynamodb-port" } else { "--port" };
        command.current_dir(place.path()).args(["--functions", "functions", option, &port, other, "0"]);
        let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1));
        assert!(text.contains(&port) && text.contains(&format!("with {option}")), "{text}");
    }
}

/// What a person reads whose files are wrong: a line for each problem, in the order of the files.
async fn problems(place: &Place) -> Vec<String> {
    let text = place.refused(&[]).await;
    let lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines[0], "error: pipe files or schemas are wrong");
    lines[1..].to_vec()
}

#[tokio::test]
async fn a_bad_pipe_file_is_told_with_its_name_and_line() {
    let place = Place::new();
    place.write("pipes/orders.yaml", &PIPE.replace("events", "evnets"));
    let text = place.refused(&[]).await;
    assert!(text.contains("orders.yaml") && text.contains("evnets") && text.contains("line 5"), "{text}");
}

#[tokio::test]
async fn every_problem_of_every_pipe_file_is_told_on_a_line_of_its_own() {
    let place = Place::new();
    let orders =
        PIPE.replace("profiles", "orders").replace("{ userId: keys.userId }", "{ userId: kyes.userId }");
    place.write(
        "pipes/orders.yaml",
        &format!("{orders}stream: {{ batch: 10001 }}\nfilter: [{{ eventName: INSERT }}]\n"),
    );
    place.write("pipes/profiles.yaml", &PIPE.replace("profile.created.v1", "profile.born.v1"));
    let told = problems(&place).await;
    assert_eq!(told.len(), 4, "{told:#?}");
    assert_eq!(told[0], "pipes/orders.yaml: stream.batch: is 1 to 10000 records");
    assert!(told[1].starts_with("pipes/orders.yaml:7: events[0].data.userId: "), "{}", told[1]);
    assert!(told[2].starts_with("pipes/orders.yaml: filter[0].eventName: "), "{}", told[2]);
    assert_eq!(told[3], "pipes/profiles.yaml:6: events[0].type: there is no schemas/profile.born.v1.json");
}

#[tokio::test]
async fn a_filter_may_have_five_patterns() {
    let filter = |count| format!("{PIPE}filter: [{}]\n", vec!["{ eventName: [INSERT] }"; count].join(", "));
    let place = Place::new();
    place.write("pipes/profiles.yaml", &filter(5));
    place.start(&["--json"]).await.addresses().await;
    place.write("pipes/profiles.yaml", &filter(6));
    let told = problems(&place).await;
    assert_eq!(told, ["pipes/profiles.yaml: filter: has at most 5 patterns: a limit of EventBridge Pipes"]);
}

#[tokio::test]
async fn a_broken_schema_is_told_with_its_line() {
    let place = Place::new();
    place.write("schemas/profile.deleted.v1.json", "{\n  \"$id\": }");
    let told = problems(&place).await;
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("schemas/profile.deleted.v1.json:2: "), "{}", told[0]);
}

#[tokio::test]
async fn a_missing_binary_or_folder_is_told_with_its_path() {
    let place = Place::new();
    fs::remove_file(place.path().join("functions/enrich")).unwrap();
    let text = place.refused(&[]).await;
    assert!(text.contains("functions/enrich") && text.contains("cargo build"), "{text}");
    for folder in ["--pipes", "--schemas"] {
        let text = Place::new().refused(&[folder, "no/such"]).await;
        assert!(text.contains("no/such"), "{text}");
        let text = Place::new().refused(&[folder, "."]).await;
        assert!(text.contains(&format!("in .; say with {folder}")), "{text}");
    }
}

#[tokio::test]
async fn only_a_test_can_move_the_clock() {
    let place = Place::new();
    for (arguments, expected) in [(&["--json", "--test-clock"][..], "200"), (&["--json"], "404")] {
        let mut running = place.start(arguments).await;
        let addresses = running.addresses().await;
        let url = format!("{}/clock?advance=10m", addresses["http"].as_str().unwrap());
        let curl = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", "POST", &url];
        let answer = Command::new("curl").args(curl).output().await.unwrap();
        assert_eq!(String::from_utf8_lossy(&answer.stdout), expected);
    }
}

/// Asks as a program on this machine does that calls it by this name.
async fn status(addresses: &Value, path: &str, host: &str) -> String {
    let url = format!("{}{path}", addresses["http"].as_str().unwrap());
    let curl = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", &format!("Host: {host}"), &url];
    let answer = Command::new("curl").args(curl).output().await.unwrap();
    String::from_utf8(answer.stdout).unwrap()
}

#[tokio::test]
async fn who_calls_it_by_a_foreign_name_is_refused_whatever_is_asked_for() {
    let place = Place::new();
    let mut running = place.start(&["--json", "--test-clock"]).await;
    let addresses = running.addresses().await;
    for host in ["localhost", "localhost:1", "127.0.0.1:8787", "[::1]:8787"] {
        assert_eq!(status(&addresses, "/bus", host).await, "200", "{host}");
    }
    for path in ["/", "/bus", "/@connections/a", "/clock", "/catalogue/", "/asyncapi.json", "/nowhere"] {
        assert_eq!(status(&addresses, path, "rebound.example:8787").await, "403", "{path}");
    }
    assert_eq!(status(&addresses, "/bus", "").await, "403", "a request without a host");
}

#[tokio::test]
async fn a_schema_that_cannot_be_published_costs_the_catalogue_and_nothing_else() {
    let place = Place::new();
    for (schema, catalogue) in [(SCHEMA, "200"), (&SCHEMA.replacen('{', "{\"propertyNames\": {},", 1), "404")]
    {
        place.write("schemas/profile.created.v1.json", schema);
        let mut running = place.start(&["--json"]).await;
        let addresses = running.addresses().await;
        assert_eq!(status(&addresses, "/catalogue/", "localhost").await, catalogue);
        assert_eq!(status(&addresses, "/bus", "localhost").await, "200");
        running.signal("-INT").await;
        let (code, log) = running.ended().await;
        assert_eq!((code, log.contains("there is no catalogue")), (Some(0), catalogue == "404"), "{log}");
        assert_eq!(log.contains("profile.created.v1.json: /propertyNames: "), catalogue == "404", "{log}");
    }
}

#[tokio::test]
async fn origins_mean_nothing_where_nobody_is_asked() {
    let told = Place::new().refused(&["--auth", "none", "--origin", "http://localhost:5173"]).await;
    assert!(told.contains("--origin means nothing with --auth none"), "{told}");
}

#[tokio::test]
async fn a_token_is_of_the_issuer_in_the_data_folder() {
    let place = Place::new();
    let token = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
        command.current_dir(place.path()).arg("token").args(arguments);
        let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let header = |token: &str| token.split('.').next().unwrap().to_owned();
    let first = token(&["--claim", "tenant=acme"]).await;
    assert_eq!((first.matches('.').count(), first.lines().count()), (2, 1), "{first}");
    assert_eq!(header(&token(&["--data", ".tablecast"]).await), header(&first));
    assert_ne!(header(&token(&["--data", "other"]).await), header(&first), "another key has another kid");
}
