//! Items of the log that somebody else changed, and responses that are not DynamoDB's.

use serde_json::{Value, json};
use tablecast_protocol::Protocol;
use tablecast_stand_in::broken_responses;

use crate::resuming::{SOURCE, start, subscribe, types};
use crate::stand_in::StandIn;

/// Replaces an attribute of the item that holds the event with this index.
fn damage(stand_in: &StandIn, index: usize, attribute: &str, value: Value) {
    let mut items = (**stand_in).items("log");
    items.retain(|item| item["pk"]["S"] == SOURCE && item["sk"]["S"] != "end");
    items.sort_by_key(|item| item["sk"]["S"].to_string());
    items[index][attribute] = value;
    stand_in.import("log", vec![items[index].clone()]);
}

#[tokio::test]
async fn a_resume_over_a_damaged_item_is_answered_as_not_recovered() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    damage(&stand_in, 2, "events", json!({ "B": "AAAA" }));
    let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
    let source = &replies[0]["data"]["sources"][SOURCE];
    assert_eq!([&source["recovered"], &source["reason"]], [&json!(false), &json!("trimmed")], "{replies:?}");
    assert_eq!(types(&replies).last(), Some(&"tablecast.subscribed.v1"));
    assert!(stand_in.log().contains("00000000000000000003"), "the log names the item");
}

#[tokio::test]
async fn a_ping_is_answered_although_the_last_item_is_damaged() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    stand_in.send(subscribe(&positions[3].to_string())).await;
    damage(&stand_in, 3, "count", json!({ "S": "" }));
    let replies = stand_in.send(json!({ "action": "ping" })).await;
    assert_eq!(types(&replies), ["tablecast.pong.v1"], "{replies:?}");
}

/// A client must not hear that it has everything.
#[tokio::test]
async fn a_broken_response_is_never_a_recovery() {
    for planned in ["log Query", "connections TransactWriteItems"] {
        for fault in broken_responses() {
            let (stand_in, _, positions) = start(Protocol::Single).await;
            stand_in.plan_always(planned, Some(fault.clone()));
            let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
            let acknowledged = types(&replies).contains(&"tablecast.subscribed.v1");
            assert!(!acknowledged, "{planned} with {fault:?}: {replies:?}");
        }
    }
}
