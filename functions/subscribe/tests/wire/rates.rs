//! Reads of a client count as messages, and one message reads a limited part of the logs.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Instant;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use subscribe::Subscribe;
use tablecast_protocol::Protocol;

use crate::resuming::{SOURCE, append_all, append_text, event as order, subscribe as resume};
use crate::stand_in::{StandIn, Trusting, deadline, event, now};

fn ping() -> Value {
    json!({ "action": "ping" })
}

async fn send(subscriber: &Subscribe<Trusting>, times: usize, message: &Value) {
    let body = message.to_string();
    let all = (0..times).map(|n| subscriber.handle(event(&n.to_string(), &body), deadline()));
    join_all(all).await.into_iter().for_each(Result::unwrap);
}

pub fn noise(bytes: usize) -> String {
    let mut random = fastrand::Rng::with_seed(7);
    (0..bytes).map(|_| random.alphanumeric()).collect()
}

/// A slow machine would refill what reading costs.
fn stopped_clock() -> Instant {
    static NOW: LazyLock<Instant> = LazyLock::new(Instant::now);
    *NOW
}

/// Even if no event matches.
#[tokio::test]
async fn bytes_read_from_a_log_count_as_messages() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    let logs = stand_in.logs();
    let origin = logs.last_position(SOURCE, now() * 1000).await.unwrap().to_string();
    let noise = noise(240 * 1024);
    for n in 0..24 {
        append_text(&logs, &n.to_string(), &order(&n.to_string(), "orders/globex/1", &noise)).await;
    }
    let subscriber = stand_in.subscribe().with_clock(stopped_clock);
    send(&subscriber, 4, &resume(&origin)).await;
    assert!(stand_in.closed().is_empty());
    send(&subscriber, 70, &ping()).await;
    assert!(stand_in.replies().iter().any(|reply| reply["data"]["code"] == "too-many-messages"));
    assert!(!stand_in.closed().is_empty());
}

/// In virtual time, because 1,900 reads at once can take a slow machine longer than a message may.
#[tokio::test(start_paused = true)]
async fn each_channel_of_a_ping_counts_as_a_part_of_a_message() {
    let stand_in = StandIn::in_process_with(3);
    stand_in.connect(Protocol::Single).await;
    let subscriber = stand_in.subscribe().with_clock(stopped_clock);
    let subjects: Vec<_> = (0..100).map(|n| format!("orders/acme/{n}")).collect();
    // 100 channels count as 4 messages, in addition to the message itself.
    send(&subscriber, 1, &json!({ "action": "subscribe", "subjects": subjects })).await;
    stand_in.log_calls();
    send(&subscriber, 19, &ping()).await;
    assert_eq!((stand_in.closed().len(), stand_in.log_calls().len()), (0, 1900));
    send(&subscriber, 1, &ping()).await;
    assert_eq!((stand_in.closed().len(), stand_in.log_calls().len()), (1, 0));
    assert_eq!(stand_in.replies().last().unwrap()["data"]["code"], "too-many-messages");
}

pub fn source(n: usize) -> String {
    format!("tablecast/orders/acme/{n}")
}

/// Fills a channel with so many copies of its first item, which is quicker than appends. Returns its first position.
pub async fn fill(stand_in: &StandIn, n: usize, noise: &str, count: usize) -> String {
    let (logs, source) = (stand_in.logs(), source(n));
    let origin = logs.last_position(&source, (now() - 3600) * 1000).await.unwrap().to_string();
    let text = order("1", &format!("orders/acme/{n}"), noise);
    // So long ago that its events count as delivered.
    let then = (now() - 3600) * 1000;
    append_all(&logs, &source, &[tablecast_event_log::NewEvent { id: "1", text: &text }], then).await;
    let items = stand_in.items_of("log", &source);
    let first = items.iter().find(|item| item["sk"]["S"] != "end").unwrap();
    let copy = |offset: usize| {
        let mut item = first.clone();
        item["sk"]["S"] = json!(format!("{offset:020}"));
        item
    };
    stand_in.import("log", (2..=count).map(copy).collect());
    origin
}

#[tokio::test]
async fn a_message_reads_at_most_two_long_logs_and_its_client_stays_connected() {
    let stand_in = StandIn::start_with(3).await;
    stand_in.connect(Protocol::Single).await;
    let (mut after, noise) = (Map::new(), noise(500 * 1024));
    for n in 0..5 {
        after.insert(source(n), json!(fill(&stand_in, n, &noise, 60).await));
    }
    stand_in.log_calls();
    let subscriber = stand_in.subscribe().with_clock(stopped_clock);
    let subjects: Vec<_> = (0..5).map(|n| format!("orders/acme/{n}")).collect();
    send(&subscriber, 1, &json!({ "action": "subscribe", "subjects": subjects, "after": after })).await;
    let replies = stand_in.replies();
    let resumed = replies[0]["data"]["sources"].as_object().unwrap();
    assert!(
        resumed.len() == 5 && resumed.values().all(|result| result["reason"] == "too-much"),
        "{resumed:?}"
    );
    let mut reads = BTreeMap::<_, usize>::new();
    stand_in.log_calls().into_iter().for_each(|(_, key)| *reads.entry(key).or_default() += 1);
    // The others are read once, for the acknowledgement.
    let long = reads.values().filter(|reads| **reads > 1).count();
    assert_eq!((reads.len(), long), (5, 2), "{reads:?}");
    send(&subscriber, 20, &ping()).await;
    // A slow machine has further replies: that a time limit ended the reading.
    let replies = stand_in.replies();
    let pongs = replies.iter().filter(|reply| reply["type"] == "tablecast.pong.v1").count();
    assert_eq!((stand_in.closed().len(), pongs), (0, 20), "{replies:?}");
}
