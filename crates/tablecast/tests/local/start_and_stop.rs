use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::program::{PIPE, Project, TIMEOUT, aws, host};

#[tokio::test]
async fn the_addresses_accept_connections_when_they_are_printed() {
    let project = Project::new();
    let mut running = project.start(&["--json"]).await;
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
async fn a_signal_stops_it_with_exit_code_0_and_frees_its_ports() {
    for signal in ["-INT", "-TERM"] {
        let project = Project::new();
        let mut running = project.start(&["--json"]).await;
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
async fn items_in_a_data_folder_survive_a_restart() {
    let project = Project::new();
    let item = r#"{"userId":{"S":"ada"}}"#;
    let mut first = project.start(&["--json", "--data", "kept"]).await;
    let addresses = first.addresses().await;
    aws(&addresses, &["dynamodb", "put-item", "--table-name", "profiles", "--item", item]).await;
    first.signal("-TERM").await;
    assert_eq!(first.ended().await.0, Some(0));
    let mut second = project.start(&["--json", "--data", "kept"]).await;
    let addresses = second.addresses().await;
    let found = aws(&addresses, &["dynamodb", "get-item", "--table-name", "profiles", "--key", item]).await;
    assert_eq!(found["Item"]["userId"]["S"], "ada");
}

/// Connects as soon as the port is open, so that the write is the first request to the database.
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
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
}

#[tokio::test]
async fn a_pipe_knows_its_stream_position_before_the_first_write() {
    let project = Project::new();
    project.write("pipes/profiles.yaml", &format!("{PIPE}stream: {{ start: LATEST }}\n"));
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let writing = tokio::spawn(put_at_once(port));
    let mut command = project.command_at(port, &["--json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    timeout(TIMEOUT, writing).await.unwrap().unwrap();
    // The functions of this project cannot run, so the pipe logs an error for the record that it read.
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    while !timeout(TIMEOUT, log.next_line()).await.unwrap().unwrap().unwrap().contains("1 records are not") {}
}
