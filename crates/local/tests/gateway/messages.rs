//! What a client says, and which function hears it.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Semaphore;

use crate::support::{Answer, gateway, gateway_with};

const ROUTES: [(&str, &str); 3] =
    [("$connect", "connect"), ("subscribe", "subscribe"), ("$default", "other")];

#[tokio::test]
async fn a_message_goes_to_the_function_of_its_route_and_its_answer_nowhere() {
    let mut test = gateway_with(&ROUTES).await;
    let (mut client, id) = test.connect().await;
    test.functions.answer("subscribe", Answer::Says(json!({"statusCode": 200, "body": "not for you"})));
    client.say(r#"{"action":"subscribe"}"#).await;
    let event = test.called("subscribe").await;
    assert_eq!(event["body"], r#"{"action":"subscribe"}"#);
    assert_eq!(event["requestContext"]["routeKey"], "subscribe");
    assert_eq!(event["requestContext"]["connectionId"], id);
    assert!(event["requestContext"]["messageId"].is_string());
    client.say("anything").await;
    assert_eq!(test.called("other").await["requestContext"]["routeKey"], "$default");
    assert!(client.is_open().await, "the next thing to arrive is the pong");
}

#[tokio::test]
async fn a_message_without_a_route_is_forbidden_as_on_aws() {
    let mut test = gateway().await;
    let (mut client, id) = test.connect().await;
    client.say("hello").await;
    let told = client.hears().await;
    let prefix = format!(r#"{{"message": "Forbidden", "connectionId":"{id}", "requestId":""#);
    assert!(told.starts_with(&prefix) && told.ends_with(r#"="}"#), "{told}");
    assert!(client.is_open().await);
}

#[tokio::test]
async fn a_message_cannot_call_connect_or_disconnect() {
    let mut test = gateway().await;
    let (mut client, _) = test.connect().await;
    for action in ["$connect", "$disconnect"] {
        client.say(json!({"action": action}).to_string()).await;
        assert!(client.hears().await.contains("Forbidden"));
    }
    assert!(test.nothing_more_called());
}

#[tokio::test]
async fn who_talks_to_a_function_that_fails_is_told_and_stays_connected() {
    let mut test = gateway_with(&ROUTES).await;
    let (mut client, id) = test.connect().await;
    test.functions.answer("other", Answer::Fails);
    client.say("hello").await;
    let prefix = format!(r#"{{"message": "Internal server error", "connectionId":"{id}""#);
    assert!(client.hears().await.starts_with(&prefix));
    assert!(client.is_open().await);
}

#[tokio::test]
async fn a_client_that_floods_a_slow_function_waits_and_still_receives() {
    let mut test = gateway_with(&ROUTES).await;
    let (mut client, id) = test.connect().await;
    let permits = Arc::new(Semaphore::new(0));
    test.functions.answer("other", Answer::SaysAfter(permits.clone(), json!({"statusCode": 200})));
    for number in 0..100 {
        client.say(number.to_string()).await;
    }
    for _ in 0..16 {
        test.called("other").await;
    }
    assert_eq!(test.post(&id, b"still here").await, 200);
    assert_eq!(client.hears().await, "still here");
    assert!(test.nothing_more_called(), "at most 16 messages of a connection are in work");
    permits.add_permits(100);
    for _ in 16..100 {
        test.called("other").await;
    }
}
