//! The bus over HTTP, with a plain client and with the real AWS CLI.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use tablecast_local::bus::Bus;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

const PUT: (&str, &str) = ("X-Amz-Target", "AWSEvents.PutEvents");

async fn start() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Bus::default().router()).await });
    address
}

async fn request(bus: SocketAddr, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String, String) {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {bus}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    let mut stream = TcpStream::connect(bus).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), head.to_ascii_lowercase(), body.to_owned())
}

async fn put(bus: SocketAddr, entries: Value) -> (u16, Value) {
    let body = json!({"Entries": entries}).to_string();
    let (status, _, body) = request(bus, "POST /bus/", &[PUT], &body).await;
    (status, serde_json::from_str(&body).unwrap())
}

async fn events(bus: SocketAddr) -> Vec<Value> {
    let (status, _, body) = request(bus, "GET /bus", &[], "").await;
    assert_eq!(status, 200);
    serde_json::from_str(&body).unwrap()
}

fn entry(detail: &str) -> Value {
    json!({"Source": "tablecast.orders", "DetailType": "order.placed.v1", "Detail": detail})
}

fn with(name: &str, value: Value) -> Value {
    let mut entry = entry("{}");
    entry[name] = value;
    entry
}

/// An entry whose counted size is this number of bytes.
fn of_bytes(bytes: usize) -> Value {
    let own = "tablecast.orders".len() + "order.placed.v1".len() + r#"{"t":""}"#.len();
    entry(&format!(r#"{{"t":"{}"}}"#, "x".repeat(bytes - own)))
}

async fn error_code(entry: Value) -> String {
    let (status, response) = put(start().await, json!([entry])).await;
    assert_eq!((status, &response["FailedEntryCount"]), (200, &json!(1)));
    response["Entries"][0]["ErrorCode"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_event_has_the_envelope_that_targets_receive() {
    let bus = start().await;
    let mut sent = entry(r#"{"total":12345678901234567890.12345678901234567890,"a":1}"#);
    sent["Time"] = json!(1_767_225_600.5);
    sent["Resources"] = json!(["arn:aws:dynamodb:us-east-1:000000000000:table/orders"]);
    let (_, response) = put(bus, json!([sent])).await;
    let (_, _, text) = request(bus, "GET /bus", &[], "").await;
    let expected = format!(
        r#"[{{"version":"0","id":{},"detail-type":"order.placed.v1","source":"tablecast.orders","account":"000000000000","time":"2026-01-01T00:00:00Z","region":"us-east-1","resources":["arn:aws:dynamodb:us-east-1:000000000000:table/orders"],"detail":{}}}]
"#,
        response["Entries"][0]["EventId"],
        sent["Detail"].as_str().unwrap()
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_failed_entry_does_not_fail_the_others() {
    let bus = start().await;
    let (status, response) = put(bus, json!([entry("{\"n\":1}"), entry("[]"), entry("{\"n\":2}")])).await;
    assert_eq!(status, 200);
    assert_eq!(response["FailedEntryCount"], 1);
    assert_eq!(response["Entries"][1]["ErrorCode"], "MalformedDetail");
    let events = events(bus).await;
    let details: Vec<_> = events.iter().map(|event| event["detail"]["n"].clone()).collect();
    assert_eq!(details, [1, 2]);
    assert_eq!(events[0]["id"], response["Entries"][0]["EventId"]);
    assert_eq!(events[1]["id"], response["Entries"][2]["EventId"]);
}

#[tokio::test]
async fn an_invalid_entry_has_an_error_code() {
    for detail in ["", "[]", "1", "null", "\"{}\"", "{", "{} {}", "{'a':1}"] {
        let expected = if detail.is_empty() { "InvalidArgument" } else { "MalformedDetail" };
        assert_eq!(error_code(entry(detail)).await, expected, "{detail:?}");
    }
    for name in ["Source", "DetailType", "Detail"] {
        assert_eq!(error_code(with(name, Value::Null)).await, "InvalidArgument", "{name}");
    }
    assert_eq!(error_code(with("Source", json!("aws.s3"))).await, "NotAuthorizedForSourceException");
    assert_eq!(error_code(with("Time", json!(1e300))).await, "InvalidArgument");
    assert_eq!(error_code(with("DetailType", json!("é".repeat(129)))).await, "InvalidArgument");
    let longest = put(start().await, json!([with("DetailType", json!("é".repeat(128)))])).await;
    assert_eq!(longest.1["FailedEntryCount"], 0);
}

#[tokio::test]
async fn a_request_has_one_to_ten_entries() {
    for (count, status) in [(0, 400), (1, 200), (10, 200), (11, 400)] {
        let bus = start().await;
        let (actual, response) = put(bus, json!(vec![entry("{}"); count])).await;
        assert_eq!(actual, status, "{count}");
        match status {
            200 => assert_eq!(events(bus).await.len(), count),
            _ => assert_eq!(response["__type"], "ValidationException"),
        }
    }
}

#[tokio::test]
async fn a_request_has_at_most_one_megabyte() {
    let half = 512 * 1024;
    let bus = start().await;
    let (status, _) = put(bus, json!([of_bytes(half), of_bytes(half)])).await;
    assert_eq!(status, 200);
    let (status, response) = put(bus, json!([of_bytes(half), of_bytes(half + 1)])).await;
    assert_eq!((status, &response["__type"]), (400, &json!("ValidationException")));
    let mut timed = of_bytes(half - 14);
    timed["Time"] = json!(1);
    assert_eq!(put(bus, json!([of_bytes(half), timed])).await.0, 200);
    let mut timed = of_bytes(half - 13);
    timed["Time"] = json!(1);
    assert_eq!(put(bus, json!([of_bytes(half), timed])).await.0, 400);
    assert_eq!(events(bus).await.len(), 4);
}

/// The body is larger than its entries: it has their details as JSON in JSON.
#[tokio::test]
async fn an_event_of_one_megabyte_may_need_escapes() {
    let bus = start().await;
    let quotes = json!({ "text": "\"".repeat(500 * 1024) }).to_string();
    let (status, response) = put(bus, json!([entry(&quotes)])).await;
    assert_eq!((status, &response["FailedEntryCount"]), (200, &json!(0)));
    assert_eq!(events(bus).await.len(), 1);
}

#[tokio::test]
async fn every_bus_exists() {
    let bus = start().await;
    let headers = [("X-Amz-Target", "AWSEvents.DescribeEventBus")];
    let (status, _, body) = request(bus, "POST /bus", &headers, r#"{"Name":"acme"}"#).await;
    let response: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &response["Name"]), (200, &json!("acme")));
}

#[tokio::test]
async fn another_operation_is_unknown() {
    let bus = start().await;
    for headers in [&[("X-Amz-Target", "AWSEvents.PutRule")][..], &[]] {
        let (status, _, body) = request(bus, "POST /bus", headers, "{}").await;
        let response: Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &response["__type"]), (400, &json!("UnknownOperationException")));
    }
}

#[tokio::test]
async fn an_invalid_body_is_rejected() {
    let bus = start().await;
    for body in ["", "{", "[]", "{}", r#"{"Entries":[{"Source":1}]}"#] {
        let (status, _, response) = request(bus, "POST /bus", &[PUT], body).await;
        assert_eq!(status, 400, "{body}");
        assert!(response.contains("SerializationException"), "{response}");
    }
}

#[tokio::test]
async fn a_web_page_can_neither_put_nor_read_events() {
    let bus = start().await;
    let body = json!({"Entries": [entry("{}")]}).to_string();
    let page = ("Origin", "https://example.com");
    let (status, _, _) = request(bus, "POST /bus", &[PUT, page], &body).await;
    assert_eq!(status, 403);
    assert!(events(bus).await.is_empty());
    let (_, head, _) = request(bus, "GET /bus", &[page], "").await;
    assert!(!head.contains("access-control"), "{head}");
}

async fn aws_put_events(bus: SocketAddr, entries: &str) -> std::process::Output {
    let mut command = Command::new("aws");
    command.args(["events", "put-events", "--entries", entries]);
    command.args(["--endpoint-url", &format!("http://{bus}/bus"), "--region", "us-east-1"]);
    command.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
    command.output().await.expect("the AWS CLI is installed")
}

#[tokio::test]
async fn the_aws_cli_puts_events_and_reads_the_response() {
    let bus = start().await;
    let good = r#"{"Source":"s","DetailType":"t","Detail":"{\"n\":1}","Time":"2026-01-01T00:00:00Z","EventBusName":"orders"}"#;
    let output =
        aws_put_events(bus, &format!(r#"[{good},{{"Source":"s","DetailType":"t","Detail":"no"}}]"#)).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let response: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(response["FailedEntryCount"], 1);
    assert_eq!(response["Entries"][1]["ErrorCode"], "MalformedDetail");
    let events = events(bus).await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["id"], response["Entries"][0]["EventId"]);
    assert_eq!(events[0]["time"], "2026-01-01T00:00:00Z");
}

#[tokio::test]
async fn the_aws_cli_shows_an_error() {
    let large =
        format!(r#"[{{"Source":"s","DetailType":"t","Detail":"{{\"t\":\"{}\"}}"}}]"#, "x".repeat(400_000));
    let three = large.trim_matches(['[', ']']);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("[{three},{three},{three}]")).unwrap();
    let output = aws_put_events(start().await, &format!("file://{}", file.path().display())).await;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("(ValidationException)") && text.contains("over the limit"), "{text}");
}
