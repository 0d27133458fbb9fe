use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element};

fn rejected(n: usize, record: &Value) -> Value {
    let rejected = json!({ "path": "dynamodb.Keys", "reason": "odd", "record": record });
    json!({ "eventID": format!("e{n}"), "pipe": "orders", "rejected": rejected })
}

fn bytes(item: &Value) -> Vec<u8> {
    Blob::new(BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap()).into_inner()
}

/// The record of all its items in order, as the runbook reads it.
fn record(items: &[Value]) -> Value {
    let compressed: Vec<u8> = items.iter().flat_map(bytes).collect();
    serde_json::from_slice(&zstd::decode_all(&compressed[..]).unwrap()).unwrap()
}

#[tokio::test]
async fn a_rejected_record_is_stored_for_30_days_and_other_records_are_sent() {
    let stand_in = StandIn::start().await;
    let kept = json!({ "eventID": "e1", "dynamodb": { "Keys": { "id": { "N": "1" } } } });
    let elements = json!([rejected(1, &kept), element(2, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.published(), [["2"]]);
    let items = stand_in.items("rejected");
    assert_eq!(items.len(), 1);
    let text = |name: &str| items[0][name]["S"].as_str().unwrap();
    assert_eq!(["pk", "sk", "reason", "path"].map(text), ["orders", "e1", "odd", "dynamodb.Keys"]);
    assert_eq!(record(&items), kept);
    let number = |name: &str| items[0][name]["N"].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(number("expires_at") - number("at"), 30 * 24 * 3600);
}

#[tokio::test]
async fn a_record_larger_than_an_item_is_stored_in_parts() {
    let stand_in = StandIn::start().await;
    let mut state = 1_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'0' + (state >> 58) as u8)
    };
    let kept = Value::String((0..1_200_000).map(|_| random()).collect());
    assert_eq!(stand_in.dispatch(json!([rejected(1, &kept)])).await.unwrap(), [""; 0]);
    let mut items = stand_in.items("rejected");
    items.sort_by_key(|item| item["sk"]["S"].as_str().unwrap().to_owned());
    let keys: Vec<_> = items.iter().map(|item| item["sk"]["S"].as_str().unwrap()).collect();
    assert_eq!(keys, ["e1#0001", "e1#0002", "e1#0003"]);
    assert_eq!(record(&items), kept);
}

#[tokio::test]
async fn rejected_records_are_stored_after_the_events_are_sent() {
    let stand_in = StandIn::start().await;
    stand_in.plan("PutEvents", [Fault::Entries(vec![Some("InternalFailure")])]);
    let elements = json!([rejected(1, &json!({})), element(2, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    let seen = stand_in.seen();
    let tables: Vec<_> = seen.calls.iter().map(|(_, body)| body["TableName"].as_str()).collect();
    let last = tables.len() - 1;
    assert_eq!(tables.iter().position(|table| *table == Some("rejected")), Some(last));
    assert_eq!(seen.puts().len(), 2);
}

#[tokio::test]
async fn a_rejected_record_that_is_not_stored_is_retried() {
    let stand_in = StandIn::start().await;
    stand_in.plan("rejected PutItem", [Fault::Error(400, "AccessDeniedException")]);
    let elements = json!([rejected(1, &json!({})), element(2, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), ["e1"]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.published(), [["2"]]);
    assert_eq!([stand_in.metric("Rejected"), stand_in.metric("NotStored")], [1, 1]);
}
