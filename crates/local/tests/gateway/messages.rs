//! The messages of a client, and the functions that receive them.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{Behavior, gateway, gateway_with};

const ROUTES: [(&str, &str); 3] =
    [("$connect", "connect"), ("subscribe", "subscribe"), ("$default", "other")];

#[tokio::test]
async fn a_message_calls_the_function_of_its_route_without_a_reply() {
    let mut test = gateway_with(&ROUTES).await;
    let (mut client, id) = test.connect().await;
    test.functions.set("subscribe", Behavior::Returns(json!({"statusCode": 200, "body": "discarded"})));
    client.send(r#"{"action":"subscribe"}"#).await;
    let event = test.called("subscribe").await;
    assert_eq!(event["body"], r#"{"action":"subscribe"}"#);
    assert_eq!(event["requestContext"]["routeKey"], "subscribe");
    assert_eq!(event["requestContext"]["connectionId"], id);
    assert!(event["requestContext"]["messageId"].is_string());
    client.send("anything").await;
    assert_eq!(test.called("other").await["requestContext"]["routeKey"], "$default");
    assert!(client.is_open().await, "the pong arrives next");
}

#[tokio::test]
async fn a_message_without_a_route_is_forbidden() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    client.send("hello").await;
    let message = client.receive().await;
    let prefix = format!(r#"{{"message": "Forbidden", "connectionId":"{id}", "requestId":""#);
    assert!(message.starts_with(&prefix) && message.ends_with(r#"="}"#), "{message}");
    assert!(client.is_open().await);
}

#[tokio::test]
async fn a_message_cannot_call_connect_or_disconnect() {
    let mut test = gateway().await;
    let (mut client, _) = test.connect().await;
    for action in ["$connect", "$disconnect"] {
        client.send(json!({"action": action}).to_string()).await;
        assert!(client.receive().await.contains("Forbidden"));
    }
    assert!(test.nothing_more_called());
}

#[tokio::test]
async fn a_failing_function_sends_an_error_and_keeps_the_connection() {
    let mut test = gateway_with(&ROUTES).await;
    let (mut client, id) = test.connect().await;
    test.functions.set("other", Behavior::Fails);
    client.send("hello").await;
    let prefix = format!(r#"{{"message": "Internal server error", "connectionId":"{id}""#);
    assert!(client.receive().await.starts_with(&prefix));
    assert!(client.is_open().await);
}

#[tokio::test]
async fn a_client_that_floods_a_slow_function_still_receives_messages() {
    let mut test = gateway_with(&ROUTES).await;
    let (mut client, id) = test.connect().await;
    let permits = Arc::new(Semaphore::new(0));
    test.functions.set("other", Behavior::ReturnsAfter(permits.clone(), json!({"statusCode": 200})));
    for number in 0..100 {
        client.send(number.to_string()).await;
    }
    for _ in 0..16 {
        test.called("other").await;
    }
    assert_eq!(test.post(&id, b"still here").await, 200);
    assert_eq!(client.receive().await, "still here");
    assert!(test.nothing_more_called(), "functions handle at most 16 messages of a connection at once");
    permits.add_permits(100);
    for _ in 16..100 {
        test.called("other").await;
    }
}
