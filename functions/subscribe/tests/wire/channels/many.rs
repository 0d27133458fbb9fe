use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};
use tablecast_protocol::MESSAGE_BYTES;
use tablecast_protocol::message::limits::MAX_SOURCES;
use tablecast_stand_in::Fault;

use super::{append, pong, start, subscribe};
use crate::resuming::ids;
use crate::stand_in::StatusCode;

fn subject(n: usize) -> String {
    format!("orders/acme/{n:02}")
}

fn source(n: usize) -> String {
    format!("tablecast/{}", subject(n))
}

fn subjects(count: usize) -> Vec<String> {
    (0..count).map(subject).collect()
}

#[tokio::test]
async fn hundreds_of_sources_are_resumed_one_after_the_other() {
    let (stand_in, logs) = start(3).await;
    let subjects = subjects(100);
    let subjects: Vec<_> = subjects.iter().map(String::as_str).collect();
    let mut after = Map::new();
    for n in 0..100 {
        let position = append(&logs, &source(n), &format!("{n:02} old"), &subject(n)).await;
        after.insert(source(n), json!(position.to_string()));
    }
    for id in ["a", "b"] {
        for n in (0..100).rev() {
            append(&logs, &source(n), &format!("{n:02} {id}"), &subject(n)).await;
        }
    }
    let others =
        (100..MAX_SOURCES).map(|n| (format!("tablecast/orders/t{n}/1"), json!("0000000000000001-1")));
    after.extend(others);
    let replies = stand_in.send(subscribe(&subjects, Value::Object(after))).await;
    let resumed = replies[0]["data"]["sources"].as_object().unwrap();
    let recovered = resumed.values().filter(|result| result["recovered"] == true).count();
    assert_eq!((resumed.len(), recovered), (MAX_SOURCES, 100));
    let expected: Vec<_> = (0..100).flat_map(|n| [format!("{n:02} a"), format!("{n:02} b")]).collect();
    assert_eq!(ids(&replies[1..201]), expected);
    let acknowledged = &replies[201]["data"]["sources"];
    assert_eq!(acknowledged.as_object().unwrap().len(), 100);
    assert_eq!(&pong(&stand_in).await, acknowledged);
}

#[tokio::test]
async fn events_of_every_channel_during_a_replay_come_before_the_acknowledgement() {
    let (stand_in, logs) = start(3).await;
    let mut after = Map::new();
    for n in 0..2 {
        let position = append(&logs, &source(n), &format!("{n} old"), &subject(n)).await;
        after.insert(source(n), json!(position.to_string()));
        append(&logs, &source(n), &format!("{n} missed"), &subject(n)).await;
    }
    // At the first missed event, when both channels are announced already.
    stand_in.at_each_post(move |posted| {
        let logs = logs.clone();
        Box::pin(async move {
            for n in (0..2).filter(|_| posted == 1) {
                append(&logs, &source(n), &format!("{n} new"), &subject(n)).await;
            }
            StatusCode::OK
        })
    });
    let replies = stand_in.send(subscribe(&[&subject(0), &subject(1)], Value::Object(after))).await;
    assert_eq!(ids(&replies), ["r1:resumed", "0 missed", "1 missed", "0 new", "1 new", "r1"]);
    assert_eq!(replies[5]["data"]["sources"], pong(&stand_in).await);
}

/// 100 channels need 7 turns of 16 reads.
#[tokio::test]
async fn ends_are_read_at_once_but_not_all() {
    let (stand_in, _) = start(3).await;
    let subjects = subjects(100);
    stand_in.send(subscribe(&subjects.iter().map(String::as_str).collect::<Vec<_>>(), json!({}))).await;
    let delay = Duration::from_millis(100);
    stand_in.plan_always("log Query", Some(Fault::Slow(delay)));
    let started = Instant::now();
    assert_eq!(pong(&stand_in).await.as_object().unwrap().len(), 100);
    let turns = started.elapsed().as_millis() / delay.as_millis();
    assert!((7..50).contains(&turns), "{turns}");
}

/// API Gateway refuses a larger frame, and a client without its `subscribed` could never resume.
#[tokio::test]
async fn subscriptions_whose_sources_exceed_a_frame_are_refused() {
    let (stand_in, _) = start(3).await;
    let long = |n: usize| format!("orders/acme/{n:02}{}", "#".repeat(490));
    let mut granted = 0;
    for first in [0, 50] {
        let subjects: Vec<_> = (first..first + 50).map(long).collect();
        let subjects: Vec<_> = subjects.iter().map(String::as_str).collect();
        let replies = stand_in.send(subscribe(&subjects, json!({}))).await;
        let results = replies[0]["data"]["subjects"].as_array().unwrap();
        let refused = results.iter().filter(|result| result["reason"] == "too-many-subscriptions").count();
        granted += results.len() - refused;
    }
    assert!((50..60).contains(&granted), "{granted}");
    assert_eq!(pong(&stand_in).await.as_object().unwrap().len(), granted);
    let longest = stand_in.seen().frames("a=").iter().map(|frame| frame.len()).max().unwrap();
    assert!((80 * 1024..MESSAGE_BYTES).contains(&longest), "{longest}");
}
