//! Positions by channel: which logs a client reads, and what it learns about others.
//!
//! # Layout
//! - `truth_table`: each position that a client can resume after
//! - `wide`: patterns that are wider than a channel
//! - `many`: connections with hundreds of sources

mod many;
mod truth_table;
mod wide;

use serde_json::{Value, json};
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::{Position, Protocol};

use crate::resuming::{append_all, event};
use crate::stand_in::{StandIn, identity, now};

const ACME: &str = "tablecast/orders/acme";

/// A connection of tenant acme, with channels of so many segments.
async fn start(segments: u8) -> (StandIn, Logs) {
    let stand_in = StandIn::start_with(segments).await;
    stand_in.connect(Protocol::Single).await;
    let logs = stand_in.logs();
    (stand_in, logs)
}

/// Appends one event to a channel.
async fn append(logs: &Logs, source: &str, id: &str, subject: &str) -> Position {
    append_all(logs, source, &[NewEvent { id, text: &event(id, subject, "") }], now() * 1000).await
}

fn subscribe(subjects: &[&str], after: Value) -> Value {
    json!({ "action": "subscribe", "subjects": subjects, "after": after })
}

/// The sources of the next pong.
async fn pong(stand_in: &StandIn) -> Value {
    let mut replies = stand_in.send(json!({ "action": "ping" })).await;
    assert_eq!(replies[0]["type"], "tablecast.pong.v1");
    replies[0]["data"]["sources"].take()
}

/// Why a source is not recovered.
fn why(result: &Value) -> &str {
    assert_eq!(result["recovered"], false, "{result}");
    result["reason"].as_str().or(result["cause"].as_str()).unwrap()
}

#[tokio::test]
async fn a_source_of_another_tenant_is_as_unknown_as_one_that_does_not_exist() {
    let (stand_in, logs) = start(2).await;
    append(&logs, ACME, "1", "orders/acme/1").await;
    let end = append(&logs, "tablecast/orders/globex", "2", "orders/globex/1").await.to_string();
    let mut seen = Vec::new();
    for source in [
        "tablecast/orders/nobody",
        "tablecast/orders/globex",
        "tablecast/orders",
        "tablecast/orders/acme/1",
        "x",
    ] {
        stand_in.log_calls();
        let replies =
            stand_in.send(subscribe(&["orders/acme/*", "orders/globex/*"], json!({ source: end }))).await;
        assert_eq!(why(&replies[0]["data"]["sources"][source]), "position-unknown");
        let texts: Vec<_> = replies.iter().map(|reply| reply["data"].to_string()).collect();
        let quoted = format!("\"{source}\"");
        seen.push((texts.join("\n").replace(&quoted, "\"source\""), stand_in.log_calls()));
        stand_in.send(json!({ "action": "unsubscribe", "subjects": ["orders/acme/*"] })).await;
    }
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    let calls = &seen[0].1;
    assert!(calls.iter().all(|(_, key)| key == ACME), "{calls:?}");
}

#[tokio::test]
async fn a_quiet_tenant_reads_only_its_own_channel() {
    let (stand_in, logs) = start(2).await;
    let position = append(&logs, ACME, "0", "orders/acme/1").await.to_string();
    for tenant in 0..50 {
        let (source, subject) = (format!("tablecast/orders/t{tenant}"), format!("orders/t{tenant}/1"));
        for id in ["a", "b", "c"] {
            append(&logs, &source, id, &subject).await;
        }
    }
    for id in ["1", "2", "3", "4", "5"] {
        append(&logs, ACME, id, "orders/acme/1").await;
    }
    stand_in.log_calls();
    stand_in.log_items_read();
    let replies = stand_in.send(subscribe(&["orders/acme/*"], json!({ ACME: position }))).await;
    assert_eq!(replies.len(), 7, "{replies:?}");
    let (calls, items) = (stand_in.log_calls(), stand_in.log_items_read());
    assert!(calls.iter().all(|(_, key)| key == ACME) && calls.len() <= 4, "{calls:?}");
    assert!(items < 20, "{items}");
}

/// The function has no permission for anything else.
#[tokio::test]
async fn the_log_is_only_read() {
    let (stand_in, logs) = start(2).await;
    let expired = now() * 1000 - 8 * 24 * 3600 * 1000;
    let text = event("1", "profiles/ada", "");
    let end =
        append_all(&logs, "tablecast/profiles/ada", &[NewEvent { id: "1", text: &text }], expired).await;
    let subjects = ["orders/acme/*", "profiles/ada"];
    let token = serde_json::to_string(&identity("ada", "acme", now() + 7200)).unwrap();
    stand_in.log_calls();
    for message in [
        subscribe(&subjects, json!({})),
        subscribe(
            &subjects,
            json!({ ACME: "0000000000000001-0", "tablecast/profiles/ada": end.to_string() }),
        ),
        json!({ "action": "ping" }),
        json!({ "action": "refresh", "token": token }),
        json!({ "action": "unsubscribe", "subjects": subjects }),
    ] {
        let replies = stand_in.send(message).await;
        assert!(replies.iter().all(|reply| reply["type"] != "tablecast.error.v1"), "{replies:?}");
    }
    let calls = stand_in.log_calls();
    assert!(!calls.is_empty() && calls.iter().all(|(operation, _)| operation == "Query"), "{calls:?}");
}

#[tokio::test]
async fn a_pong_forgets_sources_that_no_subscription_can_have() {
    let (stand_in, logs) = start(2).await;
    let order = append(&logs, ACME, "1", "orders/acme/1").await.to_string();
    let profile = append(&logs, "tablecast/profiles/ada", "2", "profiles/ada").await.to_string();
    stand_in.send(subscribe(&["orders/acme/*", "orders/acme/1", "profiles/ada"], json!({}))).await;
    assert_eq!(pong(&stand_in).await, json!({ ACME: order, "tablecast/profiles/ada": profile }));
    stand_in.send(json!({ "action": "unsubscribe", "subjects": ["orders/acme/*"] })).await;
    assert_eq!(pong(&stand_in).await, json!({ ACME: order, "tablecast/profiles/ada": profile }));
    let token = serde_json::to_string(&identity("ada", "globex", now() + 60)).unwrap();
    stand_in.send(json!({ "action": "refresh", "token": token })).await;
    assert_eq!(pong(&stand_in).await, json!({ "tablecast/profiles/ada": profile }));
    stand_in.send(json!({ "action": "unsubscribe", "subjects": ["profiles/ada"] })).await;
    assert_eq!(pong(&stand_in).await, Value::Null);
}
