//! Changes while a client resumes.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_connections::Identity;
use tablecast_event_log::Logs;
use tablecast_protocol::Position;
use tablecast_protocol::Protocol;

use crate::resuming::{SOURCE, append, ids, start, subscribe, types};
use crate::stand_in::{StandIn, StatusCode, deadline, event, identity, now};

/// A connection with this token, and its position before a number of orders of acme.
async fn with(identity: Identity, orders: usize) -> (StandIn, Logs, String) {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, Some(identity)).await;
    let logs = stand_in.logs();
    let origin = logs.last_position(SOURCE, now() * 1000).await.unwrap().to_string();
    for n in 0..orders {
        append(&logs, &n.to_string(), "orders/acme/1").await;
    }
    (stand_in, logs, origin)
}

/// Sends a new token when the client receives this frame, and continues after a pause.
fn refresh_at(stand_in: &StandIn, frame: usize, identity: Identity, pause: Duration) {
    let other = stand_in.clone();
    let message =
        json!({ "action": "refresh", "token": serde_json::to_string(&identity).unwrap() }).to_string();
    stand_in.at_each_post(move |posted| {
        let (other, message) = (other.clone(), message.clone());
        Box::pin(async move {
            if posted == frame {
                other.subscribe().handle(event("r2", &message), deadline()).await.unwrap();
                tokio::time::sleep(pause).await;
            }
            StatusCode::OK
        })
    });
}

fn assert_is_closed(stand_in: &StandIn) {
    assert_eq!(stand_in.closed(), ["a="]);
    assert_eq!(stand_in.items(), [Value::Null; 0]);
}

#[tokio::test]
async fn a_new_token_in_time_continues_a_replay() {
    let (stand_in, _, origin) = with(identity("ada", "acme", now() + 2), 3).await;
    refresh_at(&stand_in, 1, identity("ada", "acme", now() + 3600), Duration::from_secs(2));
    let replies = stand_in.send(subscribe(&origin)).await;
    assert_eq!(ids(&replies), ["r1:resumed", "0", "r2", "1", "2", "r1"]);
    assert!(stand_in.closed().is_empty());
    assert_eq!(stand_in.patterns(), ["orders/acme/*"]);
}

#[tokio::test]
async fn a_replay_soon_stops_events_that_a_new_token_does_not_grant() {
    let (stand_in, _, origin) = with(identity("ada", "acme", now() + 3600), 45).await;
    refresh_at(&stand_in, 5, identity("ada", "globex", now() + 3600), Duration::ZERO);
    let replies = stand_in.send(subscribe(&origin)).await;
    let replayed = types(&replies).iter().filter(|name| **name == "order.placed.v1").count();
    assert_eq!(replayed, 20, "what is sent under one look at the token");
    assert_eq!(replies.last().unwrap()["data"]["subjects"][0]["reason"], "not-granted");
    assert_eq!(stand_in.patterns(), [""; 0]);
}

#[tokio::test]
async fn a_token_that_grants_more_during_a_replay_disconnects_the_client() {
    let (stand_in, logs, origin) = with(identity("ada", "acme", now() + 3600), 3).await;
    append(&logs, "of globex", "orders/globex/1").await;
    refresh_at(&stand_in, 0, identity("ada", "globex", now() + 3600), Duration::ZERO);
    let mut message = subscribe(&origin);
    message["subjects"] = json!(["orders/acme/*", "orders/globex/*"]);
    let replies = stand_in.send(message).await;
    assert_eq!(ids(&replies), ["r1:resumed", "r2"]);
    assert_is_closed(&stand_in);
}

#[tokio::test]
async fn a_subscription_without_a_known_log_end_disconnects_the_client() {
    // The last missed event is sent after all other steps before the write.
    for after in [true, false] {
        let (stand_in, _, positions) = start(Protocol::Single).await;
        let breaking = stand_in.clone();
        stand_in.at_each_post(move |_| {
            let breaking = breaking.clone();
            Box::pin(async move {
                breaking.break_table("log");
                StatusCode::OK
            })
        });
        let mut message = subscribe(&positions[0].to_string());
        let expected: &[&str] = match after {
            true => &["r1:resumed", "3", "4"],
            false => {
                message["after"] = json!({});
                stand_in.break_table("log");
                &[]
            }
        };
        assert_eq!(ids(&stand_in.send(message).await), expected);
        assert_is_closed(&stand_in);
    }
}

#[tokio::test]
async fn subscribe_failure_after_resumed_closes_the_connection() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    // One cancellation for each attempt.
    stand_in.cancel(12);
    let replies = stand_in.send(subscribe(&positions[3].to_string())).await;
    assert_eq!(ids(&replies), ["r1:resumed"]);
    assert_is_closed(&stand_in);
}

#[tokio::test]
async fn a_replay_whose_token_cannot_be_read_closes_the_connection() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    let breaking = stand_in.clone();
    stand_in.at_each_post(move |_| {
        let breaking = breaking.clone();
        Box::pin(async move {
            breaking.break_table("connections");
            StatusCode::OK
        })
    });
    let replies = stand_in.send(subscribe(&positions[0].to_string())).await;
    assert_eq!(ids(&replies), ["r1:resumed"]);
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn a_client_without_an_announcement_can_try_again() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    stand_in.break_table("log");
    let replies = stand_in.send(subscribe(&Position { offset: 0, ..positions[0] }.to_string())).await;
    assert_eq!((replies.len(), &replies[0]["data"]["code"]), (1, &json!("unavailable")));
    assert!(stand_in.closed().is_empty());
}
