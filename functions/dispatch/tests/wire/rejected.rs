use aws_sdk_dynamodb::primitives::Blob;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::stand_in::{Fault, StandIn, element};

fn rejected(n: usize, record: &[u8]) -> Value {
    let rejected =
        json!({ "path": "dynamodb.Keys", "reason": "odd", "record": BASE64_STANDARD.encode(record) });
    json!({ "eventID": format!("e{n}"), "pipe": "orders", "rejected": rejected })
}

fn bytes(item: &Value) -> Vec<u8> {
    Blob::new(BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap()).into_inner()
}

#[tokio::test]
async fn a_rejected_record_is_stored_for_30_days_and_other_records_are_sent() {
    let stand_in = StandIn::start().await;
    let elements = json!([rejected(1, b"zstd"), element(2, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.published(), [["2"]]);
    let items = stand_in.items("rejected");
    assert_eq!(items.len(), 1);
    let text = |name: &str| items[0][name]["S"].as_str().unwrap();
    assert_eq!(["pk", "sk", "reason", "path"].map(text), ["orders", "e1", "odd", "dynamodb.Keys"]);
    assert_eq!(bytes(&items[0]), b"zstd");
    let number = |name: &str| items[0][name]["N"].as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(number("expires_at") - number("at"), 30 * 24 * 3600);
}

#[tokio::test]
async fn a_record_larger_than_an_item_is_stored_in_parts() {
    let stand_in = StandIn::start().await;
    let record: Vec<u8> = (0..900_000_u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(stand_in.dispatch(json!([rejected(1, &record)])).await.unwrap(), [""; 0]);
    let mut items = stand_in.items("rejected");
    items.sort_by_key(|item| item["sk"]["S"].as_str().unwrap().to_owned());
    let keys: Vec<_> = items.iter().map(|item| item["sk"]["S"].as_str().unwrap()).collect();
    assert_eq!(keys, ["e1#0001", "e1#0002", "e1#0003"]);
    assert_eq!(items.iter().flat_map(bytes).collect::<Vec<u8>>(), record);
}

#[tokio::test]
async fn a_rejected_record_that_is_not_stored_is_retried() {
    let stand_in = StandIn::start().await;
    stand_in.plan("rejected PutItem", [Fault::Error(400, "AccessDeniedException")]);
    let elements = json!([rejected(1, b"zstd"), element(2, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), ["e1"]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.published(), [["2"]]);
}
