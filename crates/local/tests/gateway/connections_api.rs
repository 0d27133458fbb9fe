//! `@connections`: POST, GET and DELETE as the AWS SDKs use them.

use std::time::Duration;

use serde_json::Value;

use crate::http::{Http, Response, SIGNED, path};
use crate::raw_client::RawClient;
use crate::support::{Client, connection_id, gateway};

fn assert_error(response: &Response, status: u16, name: &str) {
    assert_eq!(response.status, status, "{response:?}");
    assert_eq!(response.headers["x-amzn-errortype"], name);
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert!(body["message"].is_string(), "{body}");
}

#[tokio::test]
async fn posted_messages_arrive_in_order() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    let mut http = test.http().await;
    for number in 0..500 {
        assert_eq!(http.post(&id, number.to_string().as_bytes()).await.status, 200);
    }
    for number in 0..500 {
        assert_eq!(client.receive().await, number.to_string());
    }
}

#[tokio::test]
async fn an_empty_message_arrives() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    assert_eq!(test.post(&id, b"").await, 200);
    assert_eq!(client.receive().await, "");
}

#[tokio::test]
async fn an_unknown_connection_is_gone() {
    let test = gateway().await;
    let mut http = test.http().await;
    assert_error(&http.post("nobody=", b"x").await, 410, "GoneException");
    assert_error(&http.get("nobody=").await, 410, "GoneException");
    assert_error(&http.delete("nobody=").await, 410, "GoneException");
}

#[tokio::test]
async fn a_message_may_have_128_kb() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    let mut http = test.http().await;
    let data = vec![b'x'; 128 * 1024 + 1];
    assert_error(&http.post(&id, &data).await, 413, "PayloadTooLargeException");
    assert_eq!(test.post(&id, &data[1..]).await, 200);
    assert_eq!(client.receive().await.len(), 128 * 1024);
}

#[tokio::test]
async fn a_body_far_over_the_limit_is_too_large() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    // More than the gateway reads. The rest of the body is never sent.
    let head = format!("POST {} HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n", path(&id));
    let start = "x".repeat(2 * 1024 * 1024 + 1);
    let response = test.http().await.raw(&format!("{head}{}: {}\r\n\r\n{start}", SIGNED.0, SIGNED.1)).await;
    assert_error(&response, 413, "PayloadTooLargeException");
    assert!(client.is_open().await);
}

#[tokio::test]
async fn binary_data_is_rejected() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    assert_error(&test.http().await.post(&id, b"\xff").await, 400, "BadRequestException");
    assert!(client.is_open().await);
}

#[tokio::test]
async fn a_slow_client_has_a_bounded_buffer_and_does_not_delay_others() {
    let mut test = gateway().await;
    let mut slow = RawClient::connect(test.address).await;
    let slow_id = connection_id(&test.called("connect").await);
    let (mut client, id) = test.connect().await;
    let mut http = test.http().await;
    let (data, mut accepted) = ([b'x'; 16 * 1024], 0);
    let full = loop {
        match http.post(&slow_id, &data).await {
            response if response.status == 200 => accepted += 1,
            response => break response,
        }
    };
    assert_error(&full, 429, "LimitExceededException");
    // 1 MB in the gateway, and the buffers of the kernel for both ends of a loopback connection.
    assert!((60..4096).contains(&accepted), "{accepted}");
    assert_eq!(http.post(&id, b"fine").await.status, 200);
    assert_eq!(client.receive().await, "fine");
    for _ in 0..accepted {
        assert_eq!(slow.receive().await.payload.len(), data.len());
    }
    assert_eq!(http.post(&slow_id, b"again").await.status, 200);
    assert_eq!(slow.receive().await.payload, b"again");
}

#[tokio::test]
async fn get_describes_a_connection() {
    let mut test = gateway().await;
    let mut client = Client::connect(test.address, "/", &[("user-agent", "test")]).await.unwrap().0;
    let event = test.called("connect").await;
    let id = connection_id(&event);
    test.clock.advance(Duration::from_secs(60));
    assert_eq!(test.post(&id, b"x").await, 200);
    client.receive().await;
    let response = test.http().await.get(&id).await;
    assert_eq!((response.status, response.headers["content-type"].as_str()), (200, "application/json"));
    let found: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(found["identity"], serde_json::json!({"sourceIp": "127.0.0.1", "userAgent": "test"}));
    let [connected, active] =
        ["connectedAt", "lastActiveAt"].map(|key| found[key].as_str().unwrap().to_owned());
    assert_eq!((connected.len(), connected.ends_with('Z')), ("2024-02-09T18:11:43.420Z".len(), true));
    assert!(active > connected, "{found}");
}

#[tokio::test]
async fn delete_closes_a_connection_after_its_queued_messages() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    let mut http = test.http().await;
    assert_eq!(http.post(&id, b"last message").await.status, 200);
    assert_eq!(http.delete(&id).await.status, 204);
    assert_error(&http.post(&id, b"x").await, 410, "GoneException");
    assert_error(&http.delete(&id).await, 410, "GoneException");
    assert_eq!(client.receive().await, "last message");
    assert_eq!(client.is_closed().await.0, 1000);
    let event = test.called("disconnect").await;
    assert_eq!(event["requestContext"]["disconnectStatusCode"], 1000);
}

#[tokio::test]
async fn unsigned_requests_and_browsers_are_rejected() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    let mut http: Http = test.http().await;
    for method in ["POST", "GET", "DELETE"] {
        let unsigned = http.request(method, &path(&id), &[], b"x").await;
        assert_error(&unsigned, 403, "MissingAuthenticationTokenException");
        let bearer = http.request(method, &path(&id), &[("Authorization", "Bearer x")], b"x").await;
        assert_error(&bearer, 403, "MissingAuthenticationTokenException");
        let page = http.request(method, &path(&id), &[SIGNED, ("Origin", "http://evil.example")], b"x").await;
        assert_error(&page, 403, "ForbiddenException");
    }
    assert!(client.is_open().await);
}

#[tokio::test]
async fn other_methods_are_not_allowed() {
    let test = gateway().await;
    let response = test.http().await.request("PUT", &path("x="), &[SIGNED], b"").await;
    assert_eq!(response.status, 405);
}
