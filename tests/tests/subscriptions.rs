//! Who gets which events: what a client asks for when it connects, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use tablecast_tests::fence::{everything_is_dispatched, is_of_a_fence};
use tablecast_tests::items::{order, profile};
use tablecast_tests::machine::Machine;
use tablecast_tests::socket::Socket;

/// What a client gets of a profile and two orders.
async fn subjects_for(machine: &Machine, client: Socket) -> Vec<String> {
    let dynamodb = machine.dynamodb();
    dynamodb.put("profiles", profile("ada", "Ada")).await;
    dynamodb.put("orders", order("1", "PLACED")).await;
    dynamodb.put("orders", order("2", "PLACED")).await;
    everything_is_dispatched(machine).await;
    let texts = client.hang_up().await;
    let events = texts.iter().map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
    let subjects = events.map(|event| event["subject"].as_str().unwrap().to_owned());
    let mut subjects: Vec<_> = subjects.filter(|subject| !is_of_a_fence(subject)).collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn a_client_that_asks_for_nothing_gets_nothing() {
    let machine = Machine::start().await;
    let client = Socket::connect(&machine.addresses().clients, &[]).await.unwrap();
    assert_eq!(subjects_for(&machine, client).await, [""; 0]);
}

#[tokio::test]
async fn a_star_is_everything() {
    let machine = Machine::start().await;
    let client = machine.subscribe(&["*"]).await;
    assert_eq!(subjects_for(&machine, client).await, ["orders/acme/1", "orders/acme/2", "profiles/ada"]);
}

#[tokio::test]
async fn an_event_that_matches_several_patterns_arrives_once() {
    let machine = Machine::start().await;
    let client = machine.subscribe(&["orders/acme/1", "orders/*", "orders/acme/*", "orders/acme/1"]).await;
    assert_eq!(subjects_for(&machine, client).await, ["orders/acme/1", "orders/acme/2"]);
}

#[tokio::test]
async fn patterns_may_be_in_one_parameter_or_in_several() {
    let machine = Machine::start().await;
    let client = machine.subscribe(&["profiles/ada,orders/acme/2", "invoices/*"]).await;
    assert_eq!(subjects_for(&machine, client).await, ["orders/acme/2", "profiles/ada"]);
}

/// As on AWS, the client itself is told the status alone; the reason is in the log.
#[tokio::test]
async fn a_bad_pattern_is_refused_and_the_reason_logged() {
    let machine = Machine::start().await;
    for (pattern, reason) in [
        ("orders/*/1", "has * where it may not stand"),
        ("orders//1", "has an empty segment"),
        ("1/2/3/4/5/6/7/8/9", "has more than 8 segments"),
    ] {
        let refused = Socket::subscribe(&machine.addresses().clients, &["orders/*", pattern]).await;
        assert_eq!(refused.err().unwrap().status, 400, "{pattern}");
        machine.logged(&[pattern, reason]).await;
    }
    assert_eq!(machine.dynamodb().scan("connections").await, [serde_json::Value::Null; 0]);
}

#[tokio::test]
async fn the_sub_protocol_for_cloudevents_is_confirmed_and_no_other() {
    let machine = Machine::start().await;
    let url = format!("{}/?subscribe=*", machine.addresses().clients);
    let chosen = async |offers: &[&str]| Socket::connect(&url, offers).await.map(|client| client.protocol);
    assert_eq!(chosen(&[]).await.unwrap(), None);
    assert_eq!(chosen(&["cloudevents.json"]).await.unwrap().as_deref(), Some("cloudevents.json"));
    assert_eq!(chosen(&["mqtt", "cloudevents.json"]).await.unwrap().as_deref(), Some("cloudevents.json"));
    assert_eq!(chosen(&["mqtt"]).await.err().unwrap().status, 400);
}
