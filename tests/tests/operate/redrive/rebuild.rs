use serde_json::json;
use tablecast_tests::items::{order, profile};

use super::setup::{TYPES, pipes, redrive, start};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_is_rebuilt_from_the_table_as_a_read() {
    let folder = pipes(r#"operation == "INSERT""#, r#"operation in ["INSERT", "READ"]"#);
    let local = start(&folder).await;
    let mut client = local.subscribe(&["orders/acme/*", "profiles/*"]).await;
    local.dynamodb().put("orders", order("1001", "PLACED")).await;
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    client.subjects(2).await;
    let key = r#"{"tenant":"acme","orderId":"1001"}"#;
    let (code, lines, _) = redrive(&local, &["--pipe", "orders", "--rebuild", key]).await;
    assert_eq!((code, &lines[0]["record"]["outcome"]), (0, &json!("redrivable")), "{lines:?}");
    let (code, lines, _) = redrive(&local, &["--pipe", "orders", "--rebuild", key, "--yes"]).await;
    assert_eq!((code, &lines[0]["record"]["operation"]), (0, &json!("READ")), "{lines:?}");
    let event = client.event().await;
    assert_eq!((&event["type"], &event["subject"]), (&json!(TYPES[0]), &json!("orders/acme/1001")));

    let missing = r#"{"tenant":"acme","orderId":"gone"}"#;
    let (code, lines, _) = redrive(&local, &["--pipe", "orders", "--rebuild", missing, "--yes"]).await;
    assert_eq!((code, lines.len()), (1, 0));
}
