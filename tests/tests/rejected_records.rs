//! A record that cannot become an event is kept with its reason, and its neighbours become events.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tablecast_tests::aws;
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::patience::eventually;

/// The record inside a rejected item: JSON, zstd; base64 in DynamoDB's own form.
fn record(item: &Value) -> Value {
    let bytes = BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&zstd::decode_all(bytes.as_slice()).unwrap()).unwrap()
}

async fn rejected(machine: &Machine, count: usize) -> Vec<Value> {
    let scan = ["scan", "--table-name", "rejected"];
    eventually("the rejected records", async || {
        let found = aws::dynamodb(machine.addresses(), &scan).await;
        let items = found["Items"].as_array().unwrap().clone();
        (items.len() >= count).then_some(items)
    })
    .await
}

#[tokio::test]
async fn what_breaks_its_schema_is_kept_whole_and_its_neighbours_arrive() {
    let machine = Machine::start().await;
    let mut client = machine.subscribe(&["profiles/*"]).await;
    let mut bad = profile("bad", "Bad");
    bad["email"] = json!({"S": "nonsense"});
    bad["photo"] = json!({"B": "AAECAw=="});
    bad["logins"] = json!({"N": "12345678901234567890123456789012345678"});
    let mut nameless = profile("nameless", "");
    nameless.as_object_mut().unwrap().remove("displayName");
    let all = vec![
        profile("before", "Ada"),
        bad.clone(),
        profile("between", "Ada"),
        nameless,
        profile("after", "Ada"),
    ];
    machine.dynamodb().put_all("profiles", all).await;
    assert_eq!(client.subjects(3).await, ["profiles/before", "profiles/between", "profiles/after"]);

    let items = rejected(&machine, 2).await;
    assert_eq!(items.len(), 2);
    let of =
        |id: &str| items.iter().find(|item| record(item)["dynamodb"]["Keys"]["userId"]["S"] == id).unwrap();
    assert_is_told(of("bad"), "profile.created.v1/email", "not a \"email\"");
    assert_is_told(of("nameless"), "events[0].data.displayName", "there is no displayName");
    let kept = record(of("bad"));
    assert_eq!(kept["dynamodb"]["NewImage"], bad);
    assert_eq!(kept["eventID"], of("bad")["sk"]["S"]);
    assert_eq!((&kept["eventName"], &kept["eventSource"]), (&"INSERT".into(), &"aws:dynamodb".into()));
}

fn assert_is_told(item: &Value, path: &str, reason: &str) {
    assert_eq!((&item["pk"]["S"], &item["path"]["S"]), (&"profiles".into(), &path.into()));
    assert!(item["reason"]["S"].as_str().unwrap().contains(reason), "{item}");
    let number = |name: &str| item[name]["N"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(number("expires_at") - number("at"), 30 * 24 * 3600);
}
