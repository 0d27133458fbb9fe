//! What happens to a client that comes back while it is told what it missed.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_connections::Identity;
use tablecast_event_log::Logs;
use tablecast_protocol::Position;
use tablecast_protocol::Protocol;

use crate::resuming::{KEEP, append, ids, start, subscribe, types};
use crate::stand_in::{StandIn, StatusCode, event, identity, now};

/// A connection with this token, and its position before so many orders of acme.
async fn with(identity: Identity, orders: usize) -> (StandIn, Logs, String) {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, Some(identity)).await;
    let logs = stand_in.logs();
    let origin = logs.end("orders", KEEP, now() * 1000).await.unwrap().to_string();
    for n in 0..orders {
        append(&logs, &n.to_string(), "orders/acme/1").await;
    }
    (stand_in, logs, origin)
}

/// The client sends a new token when it gets this frame, and goes on after so long.
fn refresh_at(stand_in: &StandIn, frame: usize, identity: Identity, pause: Duration) {
    let other = stand_in.clone();
    let message =
        json!({ "action": "refresh", "token": serde_json::to_string(&identity).unwrap() }).to_string();
    stand_in.at_each_post(move |posted| {
        let (other, message) = (other.clone(), message.clone());
        Box::pin(async move {
            if posted == frame {
                other.subscribe().handle(event("r2", &message)).await.unwrap();
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
async fn a_new_token_in_time_lets_a_replay_go_on() {
    let (stand_in, _, origin) = with(identity("ada", "acme", now() + 2), 3).await;
    refresh_at(&stand_in, 1, identity("ada", "acme", now() + 3600), Duration::from_secs(2));
    let answers = stand_in.say(subscribe(&origin)).await;
    assert_eq!(ids(&answers), ["r1:resumed", "0", "r2", "1", "2", "r1"]);
    assert!(stand_in.closed().is_empty());
    assert_eq!(stand_in.patterns(), ["orders/acme/*"]);
}

#[tokio::test]
async fn what_a_new_token_does_not_grant_is_soon_not_replayed_any_more() {
    let (stand_in, _, origin) = with(identity("ada", "acme", now() + 3600), 45).await;
    refresh_at(&stand_in, 5, identity("ada", "globex", now() + 3600), Duration::ZERO);
    let answers = stand_in.say(subscribe(&origin)).await;
    let replayed = types(&answers).iter().filter(|name| **name == "order.placed.v1").count();
    assert_eq!(replayed, 20, "what is sent under one look at the token");
    assert_eq!(answers.last().unwrap()["data"]["subjects"][0]["reason"], "not-granted");
    assert_eq!(stand_in.patterns(), [""; 0]);
}

#[tokio::test]
async fn what_a_new_token_grants_that_was_not_replayed_ends_the_connection_so_that_it_is() {
    let (stand_in, logs, origin) = with(identity("ada", "acme", now() + 3600), 3).await;
    append(&logs, "of globex", "orders/globex/1").await;
    refresh_at(&stand_in, 0, identity("ada", "globex", now() + 3600), Duration::ZERO);
    let mut message = subscribe(&origin);
    message["subjects"] = json!(["orders/acme/*", "orders/globex/*"]);
    let answers = stand_in.say(message).await;
    assert_eq!(ids(&answers), ["r1:resumed", "r2"]);
    assert_is_closed(&stand_in);
}

#[tokio::test]
async fn a_subscription_whose_end_cannot_be_told_is_closed_to_come_back() {
    // Everything before the write is done when the last of what was missed is sent.
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
        assert_eq!(ids(&stand_in.say(message).await), expected);
        assert_is_closed(&stand_in);
    }
}

#[tokio::test]
async fn who_was_told_that_it_gets_everything_and_cannot_be_subscribed_is_closed_to_come_back() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    // As often as a change is tried.
    stand_in.cancel(12);
    let answers = stand_in.say(subscribe(&positions[3].to_string())).await;
    assert_eq!(ids(&answers), ["r1:resumed"]);
    assert_is_closed(&stand_in);
}

#[tokio::test]
async fn a_replay_whose_token_cannot_be_looked_at_is_closed_to_come_back() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    let breaking = stand_in.clone();
    stand_in.at_each_post(move |_| {
        let breaking = breaking.clone();
        Box::pin(async move {
            breaking.break_table("connections");
            StatusCode::OK
        })
    });
    let answers = stand_in.say(subscribe(&positions[0].to_string())).await;
    assert_eq!(ids(&answers), ["r1:resumed"]);
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn who_was_told_nothing_yet_may_try_again() {
    let (stand_in, _, positions) = start(Protocol::Single).await;
    stand_in.break_table("log");
    let answers = stand_in.say(subscribe(&Position { offset: 0, ..positions[0] }.to_string())).await;
    assert_eq!((answers.len(), &answers[0]["data"]["code"]), (1, &json!("unavailable")));
    assert!(stand_in.closed().is_empty());
}
