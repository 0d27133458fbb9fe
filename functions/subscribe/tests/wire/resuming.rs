//! A client that reconnects with a position receives the events that it missed, or the reason why not.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::Protocol;
use tablecast_protocol::{Position, with_position};

use crate::stand_in::{StandIn, StatusCode, identity, now};

pub const KEEP: Duration = Duration::from_secs(7 * 24 * 3600);
/// The channel of all orders, if channels have one segment.
pub const SOURCE: &str = "tablecast/orders";

pub fn event(id: &str, subject: &str, data: &str) -> String {
    let event = json!({
        "id": id, "source": SOURCE, "type": "order.placed.v1", "subject": subject, "time": "2026-11-23T05:00:00Z",
        "data": data,
    });
    event.to_string()
}

/// Appends events as dispatch does. Returns the position of the last one.
pub async fn append_all(logs: &Logs, source: &str, entries: &[NewEvent<'_>], now: i64) -> Position {
    let appended = logs.append("orders", source, entries, KEEP, now).await.unwrap();
    logs.record_end(&appended).await.unwrap();
    let position = *appended.positions.last().unwrap();
    logs.mark_delivered(appended);
    position
}

pub async fn append_text(logs: &Logs, id: &str, text: &str) -> Position {
    append_all(logs, SOURCE, &[NewEvent { id, text }], now() * 1000).await
}

pub async fn append(logs: &Logs, id: &str, subject: &str) -> Position {
    append_text(logs, id, &event(id, subject, "")).await
}

/// Starts with three orders of acme and one of another tenant.
pub async fn start(protocol: Protocol) -> (StandIn, Logs, Vec<Position>) {
    let stand_in = StandIn::start().await;
    stand_in.connect(protocol).await;
    let logs = stand_in.logs();
    let mut positions = Vec::new();
    for (id, subject) in
        [("1", "orders/acme/1"), ("2", "orders/globex/1"), ("3", "orders/acme/2"), ("4", "orders/acme/1")]
    {
        positions.push(append(&logs, id, subject).await);
    }
    (stand_in, logs, positions)
}

pub fn subscribe(after: &str) -> Value {
    json!({ "action": "subscribe", "id": "7", "subjects": ["orders/acme/*"], "after": { SOURCE: after } })
}

pub fn ids(replies: &[Value]) -> Vec<&str> {
    replies.iter().map(|reply| reply["id"].as_str().unwrap()).collect()
}

pub fn types(replies: &[Value]) -> Vec<&str> {
    replies.iter().map(|reply| reply["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn missed_events_are_announced_replayed_in_order_then_acknowledged() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
    assert_eq!(ids(&replies), ["r1:resumed", "3", "4", "r1"]);
    let end = positions[3].to_string();
    let announced = json!({ "request": "7", "sources": { SOURCE: { "recovered": true, "position": end } } });
    assert_eq!((&replies[0]["type"], &replies[0]["data"]), (&json!("tablecast.resumed.v1"), &announced));
    assert_eq!(replies[3]["type"], "tablecast.subscribed.v1");
    assert_eq!(replies[3]["data"]["sources"], json!({ SOURCE: end }));
    // Byte for byte as it was pushed.
    let replayed: Value =
        serde_json::from_str(&with_position(&event("3", "orders/acme/2", ""), positions[2])).unwrap();
    assert_eq!(replies[1], replayed);
}

#[tokio::test]
async fn the_subscription_is_written_after_the_replay_so_no_push_comes_between() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    stand_in.send(subscribe(&positions[0].to_string())).await;
    assert_eq!(stand_in.listeners_when_posted(), [0, 0, 0, 1]);
}

#[tokio::test]
async fn an_unrecovered_source_is_announced_with_its_reason_before_new_events() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    let ahead = Position { offset: 5, ..positions[3] }.to_string();
    for (after, reason) in [
        ("yesterday", "position-unknown"),
        (&ahead, "position-unknown"),
        ("0000000000000000-1", "epoch-changed"),
    ] {
        let replies = stand_in.send(subscribe(after)).await;
        assert_eq!(types(&replies), ["tablecast.resumed.v1", "tablecast.subscribed.v1"]);
        let expected = json!({ SOURCE: { "recovered": false, "reason": reason } });
        assert_eq!(replies[0]["data"]["sources"], expected, "{after}");
        assert_eq!(replies[1]["data"]["sources"][SOURCE], positions[3].to_string());
        let message = json!({ "action": "unsubscribe", "subjects": ["orders/acme/*"] });
        stand_in.send(message).await;
    }
}

#[tokio::test]
async fn events_appended_during_a_replay_come_before_the_acknowledgement() {
    let (stand_in, logs, positions) = start(Protocol::Single).await;
    // Appends at the announcement, and at each event of the first replay.
    stand_in.at_each_post(move |posted| {
        let logs = logs.clone();
        Box::pin(async move {
            if posted < 3 {
                append(&logs, &format!("new {posted}"), "orders/acme/9").await;
            }
            StatusCode::OK
        })
    });
    let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
    assert_eq!(ids(&replies), ["r1:resumed", "3", "4", "new 0", "new 1", "new 2", "r1"]);
    assert_eq!(replies[0]["data"]["sources"][SOURCE]["position"], positions[3].to_string());
    let end = Position { offset: 7, ..positions[3] };
    assert_eq!(replies[6]["data"]["sources"][SOURCE], end.to_string());
}

#[tokio::test]
async fn a_client_that_does_not_accept_missed_events_is_disconnected() {
    for fails_at in 0..5 {
        let (stand_in, logs, positions) = start(Protocol::Single).await;
        stand_in.at_each_post(move |posted| {
            let logs = logs.clone();
            Box::pin(async move {
                if posted == 2 {
                    append(&logs, "new", "orders/acme/9").await;
                }
                if posted == fails_at { StatusCode::GONE } else { StatusCode::OK }
            })
        });
        let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
        assert_eq!(replies.len(), fails_at + 1, "nothing is sent after what was not taken");
        assert_eq!(stand_in.closed(), ["a="]);
        assert_eq!(stand_in.items(), [Value::Null; 0]);
    }
}

#[tokio::test]
async fn the_types_of_a_subscription_apply_to_missed_events() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    let mut message = subscribe(&positions[0].to_string());
    message["types"] = json!(["order.cancelled.v1"]);
    let replies = stand_in.send(message).await;
    assert_eq!(types(&replies), ["tablecast.resumed.v1", "tablecast.subscribed.v1"]);
}

#[tokio::test]
async fn events_that_are_not_granted_are_not_replayed_from_any_position() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    let origin = Position { offset: 0, ..positions[0] }.to_string();
    let message = json!({
        "action": "subscribe", "subjects": ["orders/globex/*", "orders/*", "*"], "after": { SOURCE: origin },
    });
    let replies = stand_in.send(message).await;
    assert_eq!(types(&replies), ["tablecast.resumed.v1", "tablecast.subscribed.v1"]);
    // A source without granted subjects is as unknown as one that does not exist.
    let unknown = json!({ SOURCE: { "recovered": false, "reason": "position-unknown" } });
    assert_eq!(replies[0]["data"]["sources"], unknown);
    assert_eq!(replies[1]["data"].get("sources"), None);
}

#[tokio::test]
async fn a_replay_ends_when_the_token_expires() {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, Some(identity("ada", "acme", now() + 2))).await;
    let logs = stand_in.logs();
    let origin = logs.last_position(SOURCE, now() * 1000).await.unwrap().to_string();
    for id in ["1", "2", "3"] {
        append(&logs, id, "orders/acme/1").await;
    }
    stand_in.at_each_post(|posted| {
        Box::pin(async move {
            if posted == 1 {
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            StatusCode::OK
        })
    });
    let replies = stand_in.send(subscribe(&origin)).await;
    assert_eq!(ids(&replies)[..2], ["r1:resumed", "1"]);
    assert_eq!((replies.len(), &replies[2]["data"]["code"]), (3, &json!("expired")));
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn missed_events_of_a_batch_client_share_frames() {
    let (stand_in, _, positions) = start(Protocol::Batch).await;
    let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
    let frames: Vec<_> = replies.iter().map(|frame| ids(frame.as_array().unwrap())).collect();
    assert_eq!(frames, [vec!["r1:resumed"], vec!["3", "4"], vec!["r1"]]);
}

#[tokio::test]
async fn a_frame_has_missed_events_of_one_source_only() {
    let (stand_in, logs, positions) = start(Protocol::Batch).await;
    let (profiles, now) = ("tablecast/profiles", now() * 1000);
    let origin = logs.last_position(profiles, now).await.unwrap().to_string();
    append_all(&logs, profiles, &[NewEvent { id: "5", text: &event("5", "profiles/ada", "") }], now).await;
    let mut message = subscribe(&positions[0].to_string());
    message["subjects"] = json!(["orders/acme/*", "profiles/ada"]);
    message["after"][profiles] = json!(origin);
    let replies = stand_in.send(message).await;
    let frames: Vec<_> = replies.iter().map(|frame| ids(frame.as_array().unwrap())).collect();
    assert_eq!(frames, [vec!["r1:resumed"], vec!["3", "4"], vec!["5"], vec!["r1"]]);
}

#[tokio::test]
async fn a_missed_event_that_is_too_large_is_replaced_by_a_notice() {
    let (stand_in, logs, positions) = start(Protocol::Single).await;
    let large = event("5", "orders/acme/1", &"x".repeat(128 * 1024));
    let position = append_text(&logs, "5", &large).await;
    let replies = stand_in.send(subscribe(&positions[3].to_string())).await;
    assert_eq!(ids(&replies), ["r1:resumed", "5:too-large", "r1"]);
    assert_eq!(replies[1]["position"], position.to_string());
}

#[tokio::test]
async fn an_event_that_api_gateway_refuses_as_too_large_is_replaced_by_a_notice() {
    for (protocol, expected) in [
        (Protocol::Single, vec!["r1:resumed", "3", "3:too-large", "4", "r1"]),
        (Protocol::Batch, vec!["r1:resumed", "3", "3:too-large", "4:too-large", "r1"]),
    ] {
        let (stand_in, _, positions) = start(protocol).await;
        stand_in.at_each_post(|posted| {
            let status = if posted == 1 { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::OK };
            Box::pin(async move { status })
        });
        let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
        let firsts: Vec<_> = replies.iter().map(|frame| frame.get(0).unwrap_or(frame).clone()).collect();
        assert_eq!(ids(&firsts), expected);
        assert_eq!(firsts[2]["position"], positions[2].to_string());
        assert!(stand_in.closed().is_empty());
    }
}

#[tokio::test]
async fn a_pong_has_the_ends_of_the_logs_of_the_subscriptions() {
    let (stand_in, logs, positions) = start(Protocol::Single).await;
    let ping = || json!({ "action": "ping" });
    assert_eq!(stand_in.send(ping()).await[0]["data"], json!({}));
    let message = json!({ "action": "subscribe", "subjects": ["orders/acme/*"] });
    assert_eq!(
        stand_in.send(message).await[0]["data"]["sources"],
        json!({ SOURCE: positions[3].to_string() })
    );
    let end = append(&logs, "5", "orders/globex/1").await.to_string();
    assert_eq!(stand_in.send(ping()).await[0]["data"], json!({ "sources": { SOURCE: end } }));
}

/// In virtual time: a slow machine sends fewer in its time.
#[tokio::test(start_paused = true)]
async fn a_replay_has_at_most_1000_single_messages_but_more_events_in_arrays() {
    for (protocol, missed, recovered) in
        [(Protocol::Single, 1000, true), (Protocol::Single, 1001, false), (Protocol::Batch, 1001, true)]
    {
        let stand_in = StandIn::in_process();
        // Without a count of the listeners.
        (*stand_in).at_each_post(|_| Box::pin(async { StatusCode::OK }));
        stand_in.connect(protocol).await;
        let logs = stand_in.logs();
        let origin = logs.last_position(SOURCE, now() * 1000).await.unwrap().to_string();
        let ids: Vec<_> = (0..missed).map(|n: usize| n.to_string()).collect();
        let texts: Vec<_> = ids.iter().map(|id| event(id, "orders/acme/1", "")).collect();
        let entries: Vec<_> = ids.iter().zip(&texts).map(|(id, text)| NewEvent { id, text }).collect();
        append_all(&logs, SOURCE, &entries, now() * 1000).await;
        let replies = stand_in.send(subscribe(&origin)).await;
        let first = replies[0].as_array().map_or(&replies[0], |frame| &frame[0]);
        assert_eq!(first["data"]["sources"][SOURCE]["recovered"], recovered, "{missed} {protocol:?}");
        let events: usize = replies.iter().map(|frame| frame.as_array().map_or(1, Vec::len)).sum();
        assert_eq!(events, if recovered { missed + 2 } else { 2 });
    }
}
