//! Messages of connected clients, and the replies.

use serde_json::{Value, json};
use tablecast_tests::barrier::wait_until_dispatched;
use tablecast_tests::items::{order, profile};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::node::cloudevents_verdicts;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;

async fn connect(local: &LocalMode, protocols: &[&str]) -> Socket {
    Socket::connect(&local.addresses().clients, protocols).await.unwrap()
}

#[tokio::test]
async fn a_client_receives_events_between_subscribe_and_unsubscribe() {
    let local = LocalMode::start().await;
    let mut client = connect(&local, &[]).await;
    assert_eq!(client.subscribe_to(&["profiles/ada", "orders/*"]).await, ["granted", "granted"]);
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(client.subjects(1).await, ["profiles/ada"]);

    let reply = client.request(json!({"action": "unsubscribe", "subjects": ["profiles/ada"]})).await;
    assert_eq!(reply["type"], "tablecast.unsubscribed.v1");
    local.dynamodb().put("profiles", profile("ada", "Ada Lovelace")).await;
    wait_until_dispatched(&local).await;
    let remaining = client.close().await;
    assert!(remaining.iter().all(|text| !text.contains("profiles/ada")), "{remaining:?}");
}

#[tokio::test]
async fn a_subscription_with_types_receives_only_these() {
    let local = LocalMode::start().await;
    let mut client = connect(&local, &[]).await;
    let types = ["order.cancelled.v1", "profile.created.v1"];
    let message = json!({"action": "subscribe", "subjects": ["*"], "types": types});
    assert_eq!(client.request(message).await["type"], "tablecast.subscribed.v1");
    for status in ["PLACED", "PAID", "CANCELLED"] {
        local.dynamodb().put("orders", order("1", status)).await;
    }
    assert_eq!(client.event().await["type"], "order.cancelled.v1");
    client.subscribe_to(&["*"]).await;
    local.dynamodb().put("orders", order("2", "PLACED")).await;
    assert_eq!(client.event().await["type"], "order.placed.v1");
}

#[tokio::test]
async fn every_reply_is_a_valid_cloudevent_for_the_official_sdk() {
    let local = LocalMode::start().await;
    let mut client = connect(&local, &["cloudevents.json"]).await;
    let mut replies = Vec::new();
    for (message, expected) in [
        (json!({"action": "subscribe", "subjects": ["profiles/*", "//"]}), "tablecast.subscribed.v1"),
        (json!({"action": "unsubscribe", "subjects": ["profiles/*"]}), "tablecast.unsubscribed.v1"),
        (json!({"action": "ping", "id": "mine"}), "tablecast.pong.v1"),
        (json!({"action": "refresh", "token": "x"}), "tablecast.error.v1"),
        (json!({"action": "shout"}), "tablecast.error.v1"),
        (json!("hello"), "tablecast.error.v1"),
    ] {
        let reply = client.request(message).await;
        assert_eq!(reply["type"], expected, "{reply}");
        assert_data_is_valid(&reply);
        replies.push(reply);
    }
    assert_eq!(replies[2]["data"]["request"], "mine");
    let lines: Vec<_> = replies.iter().map(Value::to_string).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    assert_eq!(cloudevents_verdicts(&lines).await, ["ok"; 6]);
}

#[tokio::test]
async fn batches_contain_the_events_of_single_frames_and_are_valid_for_the_sdk() {
    let local = LocalMode::start().await;
    let mut single = connect(&local, &["cloudevents.json"]).await;
    let mut batch = connect(&local, &["cloudevents-batch.json"]).await;
    assert_eq!(batch.protocol.as_deref(), Some("cloudevents-batch.json"));
    single.subscribe_to(&["profiles/*"]).await;
    batch.send_json(json!({"action": "subscribe", "subjects": ["profiles/*"]})).await;
    let mut frames = vec![batch.text().await];

    let many = 75;
    for start in (0..many).step_by(25) {
        let items = (start..start + 25).map(|n| profile(&n.to_string(), &"x".repeat(3000)));
        local.dynamodb().put_all("profiles", items.collect()).await;
    }
    let mut single_events = Vec::new();
    while single_events.len() < many {
        single_events.push(single.event().await);
    }
    let mut batch_events: Vec<Value> = Vec::new();
    while batch_events.len() < many {
        let frame = batch.text().await;
        assert!(frame.len() <= 32 * 1024, "{}", frame.len());
        batch_events.extend(serde_json::from_str::<Vec<Value>>(&frame).unwrap());
        frames.push(frame);
    }
    // Events of different profiles have no order.
    for events in [&mut batch_events, &mut single_events] {
        events.sort_by_key(|event| event["subject"].to_string());
    }
    assert_eq!(batch_events, single_events);
    assert!(frames.len() < many / 2, "{} frames", frames.len());
    let lines: Vec<_> = frames.iter().map(String::as_str).collect();
    assert!(cloudevents_verdicts(&lines).await.iter().all(|verdict| verdict == "ok"));
}

#[tokio::test]
async fn an_event_that_is_too_large_is_replaced_and_others_arrive_whole() {
    let local = LocalMode::start().await;
    let mut client = connect(&local, &[]).await;
    client.subscribe_to(&["profiles/*"]).await;
    let mut large = profile("large", "Ada");
    large["bio"] = json!({"S": "x".repeat(140 * 1024)});
    local
        .dynamodb()
        .put_all("profiles", vec![profile("before", "Ada"), large, profile("after", "Ada")])
        .await;
    let mut events = Vec::new();
    while events.len() < 3 {
        events.push(client.event().await);
    }
    let replacement = events.iter().find(|event| event["subject"] == "profiles/large").unwrap();
    assert_eq!(replacement["type"], "tablecast.event-too-large.v1");
    assert_eq!(replacement["data"]["type"], "profile.created.v1");
    assert_data_is_valid(replacement);
    assert_eq!(cloudevents_verdicts(&[&replacement.to_string()]).await, ["ok"]);
    let whole = events.iter().filter(|event| event["type"] == "profile.created.v1");
    assert_eq!(whole.count(), 2);
}

#[tokio::test]
async fn a_flood_of_messages_closes_only_its_own_connection() {
    let local = LocalMode::start().await;
    let mut other = local.subscribe(&["profiles/ada"]).await;
    let mut flood = connect(&local, &[]).await;
    // Each of ten instances of the function accepts 100 messages at once, then 10 a second.
    let closed = async {
        let mut replies = 0;
        loop {
            if replies < 3000 {
                flood.send_json(json!({"action": "ping"})).await;
            }
            let reply = flood.event().await;
            replies += 1;
            if reply["data"]["closing"] == true {
                return reply;
            }
        }
    };
    let last = closed.await;
    assert_eq!(last["data"]["code"], "too-many-messages");
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(other.subjects(1).await, ["profiles/ada"]);
}
