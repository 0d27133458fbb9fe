//! What a client says once it is connected, and what it is answered.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use tablecast_tests::fence::everything_is_dispatched;
use tablecast_tests::items::{order, profile};
use tablecast_tests::machine::Machine;
use tablecast_tests::node::cloudevents_verdicts;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::Socket;

async fn connect(machine: &Machine, protocols: &[&str]) -> Socket {
    Socket::connect(&machine.addresses().clients, protocols).await.unwrap()
}

#[tokio::test]
async fn a_client_gets_events_from_its_subscription_on_and_none_after_it() {
    let machine = Machine::start().await;
    let mut client = connect(&machine, &[]).await;
    assert_eq!(client.ask_for(&["profiles/ada", "orders/*"]).await, ["granted", "granted"]);
    machine.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(client.subjects(1).await, ["profiles/ada"]);

    let answer = client.ask(json!({"action": "unsubscribe", "subjects": ["profiles/ada"]})).await;
    assert_eq!(answer["type"], "tablecast.unsubscribed.v1");
    machine.dynamodb().put("profiles", profile("ada", "Ada Lovelace")).await;
    everything_is_dispatched(&machine).await;
    let left = client.hang_up().await;
    assert!(left.iter().all(|text| !text.contains("profiles/ada")), "{left:?}");
}

#[tokio::test]
async fn a_subscription_to_some_types_gets_only_these() {
    let machine = Machine::start().await;
    let mut client = connect(&machine, &[]).await;
    let types = ["order.cancelled.v1", "profile.created.v1"];
    let message = json!({"action": "subscribe", "subjects": ["*"], "types": types});
    assert_eq!(client.ask(message).await["type"], "tablecast.subscribed.v1");
    for status in ["PLACED", "PAID", "CANCELLED"] {
        machine.dynamodb().put("orders", order("1", status)).await;
    }
    assert_eq!(client.event().await["type"], "order.cancelled.v1");
    client.ask_for(&["*"]).await;
    machine.dynamodb().put("orders", order("2", "PLACED")).await;
    assert_eq!(client.event().await["type"], "order.placed.v1");
}

#[tokio::test]
async fn every_answer_is_a_valid_cloudevent_for_the_official_sdk() {
    let machine = Machine::start().await;
    let mut client = connect(&machine, &["cloudevents.json"]).await;
    let mut answers = Vec::new();
    for (message, expected) in [
        (json!({"action": "subscribe", "subjects": ["profiles/*", "//"]}), "tablecast.subscribed.v1"),
        (json!({"action": "unsubscribe", "subjects": ["profiles/*"]}), "tablecast.unsubscribed.v1"),
        (json!({"action": "ping", "id": "mine"}), "tablecast.pong.v1"),
        (json!({"action": "refresh", "token": "x"}), "tablecast.error.v1"),
        (json!({"action": "shout"}), "tablecast.error.v1"),
        (json!("hello"), "tablecast.error.v1"),
    ] {
        let answer = client.ask(message).await;
        assert_eq!(answer["type"], expected, "{answer}");
        assert_data_is_valid(&answer);
        answers.push(answer);
    }
    assert_eq!(answers[2]["data"]["request"], "mine");
    let lines: Vec<_> = answers.iter().map(Value::to_string).collect();
    let lines: Vec<_> = lines.iter().map(String::as_str).collect();
    assert_eq!(cloudevents_verdicts(&lines).await, ["ok"; 6]);
}

#[tokio::test]
async fn batches_are_read_by_the_official_sdk_and_hold_what_single_frames_do() {
    let machine = Machine::start().await;
    let mut single = connect(&machine, &["cloudevents.json"]).await;
    let mut batch = connect(&machine, &["cloudevents-batch.json"]).await;
    assert_eq!(batch.protocol.as_deref(), Some("cloudevents-batch.json"));
    single.ask_for(&["profiles/*"]).await;
    batch.say(json!({"action": "subscribe", "subjects": ["profiles/*"]})).await;
    let mut frames = vec![batch.text().await];

    let many = 75;
    for start in (0..many).step_by(25) {
        let items = (start..start + 25).map(|n| profile(&n.to_string(), &"x".repeat(3000)));
        machine.dynamodb().put_all("profiles", items.collect()).await;
    }
    let mut alone = Vec::new();
    while alone.len() < many {
        alone.push(single.event().await);
    }
    let mut together: Vec<Value> = Vec::new();
    while together.len() < many {
        let frame = batch.text().await;
        assert!(frame.len() <= 32 * 1024, "{}", frame.len());
        together.extend(serde_json::from_str::<Vec<Value>>(&frame).unwrap());
        frames.push(frame);
    }
    assert_eq!(together, alone);
    assert!(frames.len() < many / 2, "{} frames", frames.len());
    let lines: Vec<_> = frames.iter().map(String::as_str).collect();
    assert!(cloudevents_verdicts(&lines).await.iter().all(|verdict| verdict == "ok"));
}

#[tokio::test]
async fn an_event_that_is_too_large_is_named_and_its_neighbours_come_whole() {
    let machine = Machine::start().await;
    let mut client = connect(&machine, &[]).await;
    client.ask_for(&["profiles/*"]).await;
    let mut large = profile("large", "Ada");
    large["bio"] = json!({"S": "x".repeat(140 * 1024)});
    machine
        .dynamodb()
        .put_all("profiles", vec![profile("before", "Ada"), large, profile("after", "Ada")])
        .await;
    let mut events = Vec::new();
    while events.len() < 3 {
        events.push(client.event().await);
    }
    let named = events.iter().find(|event| event["subject"] == "profiles/large").unwrap();
    assert_eq!(named["type"], "tablecast.event-too-large.v1");
    assert_eq!(named["data"]["type"], "profile.created.v1");
    assert_data_is_valid(named);
    assert_eq!(cloudevents_verdicts(&[&named.to_string()]).await, ["ok"]);
    let whole = events.iter().filter(|event| event["type"] == "profile.created.v1");
    assert_eq!(whole.count(), 2);
}

#[tokio::test]
async fn a_flood_ends_its_own_connection_and_no_other() {
    let machine = Machine::start().await;
    let mut neighbour = machine.subscribe(&["profiles/ada"]).await;
    let mut flood = connect(&machine, &[]).await;
    // Ten instances of the function admit a hundred each at once, and ten a second.
    let closed = async {
        let mut answers = 0;
        loop {
            if answers < 3000 {
                flood.say(json!({"action": "ping"})).await;
            }
            let answer = flood.event().await;
            answers += 1;
            if answer["data"]["closing"] == true {
                return answer;
            }
        }
    };
    let last = closed.await;
    assert_eq!(last["data"]["code"], "too-many-messages");
    machine.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(neighbour.subjects(1).await, ["profiles/ada"]);
}
