//! The database over the wire, as programs, browsers and hostile pages see it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_definitions::definition::{KeyType, Keys};
use tablecast_local::database::Database;
use tablecast_local::origins::Origins;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const ALLOWED: &str = "http://127.0.0.1:8787";
const SIGNED: [(&str, &str); 3] = [
    ("content-type", "application/x-amz-json-1.0"),
    ("x-amz-date", "20260101T000000Z"),
    (
        "authorization",
        "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    ),
];

struct Response {
    status: u16,
    head: String,
    body: String,
}

impl Response {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A database with the table `orders`.
async fn start() -> SocketAddr {
    let database = Database::open(None, "us-east-1").unwrap();
    let keys = Keys { partition: [("id".to_owned(), KeyType::S)].into(), sort: None };
    database.create_streamed_table("orders", &keys).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let origins = Origins::listing([ALLOWED.to_owned()]);
    tokio::spawn(async move { database.serve(listener, origins, std::future::pending()).await });
    address
}

async fn request(address: SocketAddr, method: &str, headers: &[(&str, &str)], body: &str) -> Response {
    let mut client = TcpStream::connect(address).await.unwrap();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let request =
        format!("{method} / HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n{lines}\r\n{body}");
    client.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    timeout(Duration::from_secs(20), client.read_to_string(&mut text)).await.unwrap().unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// Sends an operation with these headers besides those of every SDK.
async fn call(address: SocketAddr, target: &str, more: &[(&str, &str)], body: Value) -> Response {
    let host = address.to_string();
    let has_host = more.iter().any(|(name, _)| *name == "host");
    let host = [("host", host.as_str())].into_iter().filter(|_| !has_host);
    let target = [("x-amz-target", target)];
    let headers: Vec<_> = host.chain(SIGNED).chain(target).chain(more.iter().copied()).collect();
    request(address, "POST", &headers, &body.to_string()).await
}

async fn scan_with(address: SocketAddr, more: &[(&str, &str)]) -> Response {
    call(address, "DynamoDB_20120810.Scan", more, json!({"TableName": "orders"})).await
}

#[tokio::test]
async fn programs_read_and_write_and_get_the_errors_of_dynamodb() {
    let address = start().await;
    let item = json!({"TableName": "orders", "Item": {"id": {"S": "1"}, "total": {"N": "10.5"}}});
    let put = call(address, "DynamoDB_20120810.PutItem", &[], item).await;
    assert_eq!((put.status, put.json()), (200, json!({})));
    assert!(put.head.contains("x-amzn-requestid") && put.head.contains("x-amz-crc32"), "{}", put.head);
    let scan = scan_with(address, &[("host", "localhost")]).await;
    assert_eq!(scan.json()["Items"], json!([{"id": {"S": "1"}, "total": {"N": "10.5"}}]));
    let missing = call(address, "DynamoDB_20120810.Scan", &[], json!({"TableName": "other"})).await;
    assert_eq!(missing.status, 400);
    assert!(missing.body.contains("ResourceNotFoundException"), "{}", missing.body);
    let mistyped = call(address, "DynamoDB_20120810.Scan", &[], json!({"TableName": 5})).await;
    assert!(mistyped.body.contains("NUMBER_VALUE cannot be converted to String"), "{}", mistyped.body);
}

#[tokio::test]
async fn a_request_of_another_web_page_does_not_reach_the_database() {
    let address = start().await;
    for origin in ["https://evil.example", "http://localhost:3000", "http://127.0.0.1:9999", "null"] {
        let item = json!({"TableName": "orders", "Item": {"id": {"S": "evil"}}});
        let put = call(address, "DynamoDB_20120810.PutItem", &[("origin", origin)], item).await;
        assert_eq!(put.status, 403, "{origin}");
        assert!(put.body.contains("AccessDeniedException") && put.body.contains("--origin"), "{}", put.body);
        assert!(!put.head.contains("access-control"), "{origin}: {}", put.head);
    }
    let two = scan_with(address, &[("origin", ALLOWED), ("origin", ALLOWED)]).await;
    assert_eq!(two.status, 403);
    assert_eq!(scan_with(address, &[]).await.json()["Count"], 0);
}

#[tokio::test]
async fn a_preflight_request_of_another_web_page_allows_nothing() {
    let address = start().await;
    let preflight = async |origin: &str| {
        let asks =
            [("access-control-request-method", "POST"), ("access-control-request-headers", "x-amz-target")];
        let headers = [("host", "localhost"), ("origin", origin), asks[0], asks[1]];
        request(address, "OPTIONS", &headers, "").await
    };
    let refused = preflight("https://evil.example").await;
    assert_eq!(refused.status, 403);
    assert!(!refused.head.contains("access-control"), "{}", refused.head);
    let allowed = preflight(ALLOWED).await;
    assert_eq!(allowed.status, 200);
    for header in
        [&format!("access-control-allow-origin: {ALLOWED}"), "access-control-allow-headers: x-amz-target"]
    {
        assert!(allowed.head.contains(header), "{}", allowed.head);
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_can_read_responses() {
    let address = start().await;
    let scan = scan_with(address, &[("origin", ALLOWED)]).await;
    assert_eq!((scan.status, &scan.json()["Count"]), (200, &json!(0)));
    let allowed: Vec<_> =
        scan.head.lines().filter(|line| line.starts_with("access-control-allow-origin")).collect();
    assert_eq!(allowed, [format!("access-control-allow-origin: {ALLOWED}")]);
}

#[tokio::test]
async fn another_host_is_refused_against_dns_rebinding() {
    let address = start().await;
    for host in ["evil.example", "evil.example:8000", "localhost.evil.example"] {
        assert_eq!(scan_with(address, &[("host", host)]).await.status, 403, "{host}");
        let same = [("host", host), ("origin", "http://evil.example:8000")];
        assert_eq!(scan_with(address, &same).await.status, 403, "{host}");
    }
}

/// The iterator at the beginning of the stream of `orders`.
async fn first_iterator(address: SocketAddr) -> Value {
    let table = call(address, "DynamoDB_20120810.DescribeTable", &[], json!({"TableName": "orders"})).await;
    let stream = &table.json()["Table"]["LatestStreamArn"];
    let described =
        call(address, "DynamoDBStreams_20120810.DescribeStream", &[], json!({"StreamArn": stream})).await;
    let shard = &described.json()["StreamDescription"]["Shards"][0]["ShardId"];
    let first = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
    let iterator = call(address, "DynamoDBStreams_20120810.GetShardIterator", &[], first).await;
    iterator.json()["ShardIterator"].clone()
}

async fn get_records(address: SocketAddr, request: Value) -> Value {
    call(address, "DynamoDBStreams_20120810.GetRecords", &[], request).await.json()
}

#[tokio::test]
async fn the_stream_shows_no_write_that_changed_nothing() {
    let address = start().await;
    for total in ["1", "1", "2"] {
        let item = json!({"TableName": "orders", "Item": {"id": {"S": "1"}, "total": {"N": total}}});
        call(address, "DynamoDB_20120810.PutItem", &[], item).await;
    }
    let records = get_records(address, json!({"ShardIterator": first_iterator(address).await})).await;
    let names: Vec<_> =
        records["Records"].as_array().unwrap().iter().map(|record| record["eventName"].clone()).collect();
    assert_eq!(names, [json!("INSERT"), json!("MODIFY")]);
    assert!(records["NextShardIterator"].is_string());
}

#[tokio::test]
async fn a_response_has_records_of_at_most_a_megabyte() {
    let address = start().await;
    for id in ["1", "2", "3"] {
        let item =
            json!({"TableName": "orders", "Item": {"id": {"S": id}, "note": {"S": "x".repeat(390_000)}}});
        call(address, "DynamoDB_20120810.PutItem", &[], item).await;
    }
    let first = first_iterator(address).await;
    let ids = |page: &Value| -> Vec<_> {
        let records = page["Records"].as_array().unwrap().iter();
        records.map(|record| record["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap().to_owned()).collect()
    };
    let page = get_records(address, json!({"ShardIterator": first})).await;
    assert_eq!(ids(&page), ["1", "2"]);
    let page = get_records(address, json!({"ShardIterator": page["NextShardIterator"]})).await;
    assert_eq!(ids(&page), ["3"]);
    assert_eq!(ids(&get_records(address, json!({"ShardIterator": first, "Limit": 1})).await), ["1"]);
}

/// Dead letters of a former run name such a stream.
#[tokio::test]
async fn a_former_stream_of_a_table_is_not_found() {
    let address = start().await;
    let table = call(address, "DynamoDB_20120810.DescribeTable", &[], json!({"TableName": "orders"})).await;
    let current = table.json()["Table"]["LatestStreamArn"].as_str().unwrap().to_owned();
    let (stream, _label) = current.rsplit_once('/').unwrap();
    for (stream, status) in [(current.clone(), 200), (format!("{stream}/2026-01-01T00:00:00.000"), 400)] {
        let described = json!({"StreamArn": current});
        let described = call(address, "DynamoDBStreams_20120810.DescribeStream", &[], described).await;
        let shard = &described.json()["StreamDescription"]["Shards"][0]["ShardId"];
        let first = json!({"StreamArn": stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"});
        let reply = call(address, "DynamoDBStreams_20120810.GetShardIterator", &[], first).await;
        assert_eq!(reply.status, status, "{stream}");
        let is_not_found =
            reply.json()["__type"].as_str().is_some_and(|it| it.ends_with("#ResourceNotFoundException"));
        assert_eq!(is_not_found, status == 400, "{stream}");
    }
}

#[tokio::test]
async fn a_large_request_passes() {
    let address = start().await;
    let items: Vec<_> = (0..25)
        .map(|id| json!({"PutRequest": {"Item": {"id": {"S": id.to_string()}, "note": {"S": "x".repeat(390_000)}}}}))
        .collect();
    let batch =
        call(address, "DynamoDB_20120810.BatchWriteItem", &[], json!({"RequestItems": {"orders": items}}))
            .await;
    assert_eq!((batch.status, batch.json()), (200, json!({"UnprocessedItems": {}})));
}
