use serde_json::{Value, json};
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::{Epoch, Position};

use super::{start, subscribe, why};
use crate::resuming::{append_all, event, ids};
use crate::stand_in::{StandIn, now};

/// The segments of channels, a subscription within one channel, and its source.
const CHANNELS: [(u8, &str, &str); 3] = [
    (1, "orders/acme/*", "tablecast/orders"),
    (2, "orders/acme/*", "tablecast/orders/acme"),
    (3, "orders/acme/1", "tablecast/orders/acme/1"),
];

const DAY: i64 = 24 * 3600 * 1000;

/// Milliseconds since the epoch, some days ago.
fn ago(days: i64) -> i64 {
    now() * 1000 - days * DAY
}

/// Appends events with these ids to a channel.
async fn append(logs: &Logs, source: &str, ids: &[&str], now: i64) -> Position {
    let texts: Vec<_> = ids.iter().map(|id| event(id, "orders/acme/1", "")).collect();
    let entries: Vec<_> = ids.iter().zip(&texts).map(|(id, text)| NewEvent { id, text }).collect();
    append_all(logs, source, &entries, now).await
}

/// The ids of the replayed events, or why there are none.
async fn resume(stand_in: &StandIn, subject: &str, source: &str, after: &str) -> Result<Vec<String>, String> {
    let replies = stand_in.send(subscribe(&[subject], json!({ source: after }))).await;
    let (first, last) = (&replies[0], &replies[replies.len() - 1]);
    let types = [&first["type"], &last["type"]];
    assert_eq!(types, ["tablecast.resumed.v1", "tablecast.subscribed.v1"], "{source} {after}");
    stand_in.send(json!({ "action": "unsubscribe", "subjects": [subject] })).await;
    let result = &first["data"]["sources"][source];
    if result["recovered"] == true {
        let [replayed, end] = [&result["position"], &last["data"]["sources"][source]].map(position);
        // That of a channel without events is the time.
        assert!(replayed == end || replayed.offset == 0 && end.offset == 0, "{replayed} {end}");
        return Ok(ids(&replies[1..replies.len() - 1]).into_iter().map(str::to_owned).collect());
    }
    assert_eq!(replies.len(), 2);
    Err(why(result).to_owned())
}

fn position(text: &Value) -> Position {
    text.as_str().unwrap().parse().unwrap()
}

/// The purpose of a row, a position, and the ids of the events after it, or why there are none.
type Row<'r> = (&'r str, String, Result<&'r [&'r str], &'r str>);

/// Resumes after each position.
async fn check(stand_in: &StandIn, (segments, subject, source): (u8, &str, &str), rows: &[Row<'_>]) {
    for (what, after, expected) in rows {
        let expected = expected.map(|ids| ids.iter().map(ToString::to_string).collect());
        let resumed = resume(stand_in, subject, source, after).await;
        assert_eq!(resumed, expected.map_err(str::to_owned), "{segments} segments: {what}");
    }
}

#[tokio::test]
async fn a_log_with_events() {
    for channel in CHANNELS {
        let (stand_in, logs) = start(channel.0).await;
        let before = logs.last_position(channel.2, now() * 1000).await.unwrap();
        let end = append(&logs, channel.2, &["1", "2", "3"], now() * 1000).await;
        let at = |offset: u64| Position { offset, ..end }.to_string();
        let other = |epoch: u64| Position { epoch: Epoch(epoch), ..end }.to_string();
        let later = end.epoch.0 + 3_600_000;
        check(
            &stand_in,
            channel,
            &[
                ("before the channel had an event", before.to_string(), Ok(&["1", "2", "3"])),
                ("the beginning", at(0), Ok(&["1", "2", "3"])),
                ("the end", at(3), Ok(&[])),
                ("one ahead", at(4), Err("position-unknown")),
                ("far ahead", at(u64::MAX), Err("position-unknown")),
                ("no position", "yesterday".to_owned(), Err("position-unknown")),
                ("an earlier epoch", other(1), Err("epoch-changed")),
                ("a later epoch", other(later), Err("epoch-changed")),
                ("the position of a wide pattern", Position::NONE.to_string(), Err("epoch-changed")),
            ],
        )
        .await;
        append(&logs, channel.2, &["4"], now() * 1000).await;
        check(&stand_in, channel, &[("one behind", at(3), Ok(&["4"]))]).await;
    }
}

#[tokio::test]
async fn a_log_whose_events_have_expired() {
    for channel in CHANNELS {
        let (stand_in, logs) = start(channel.0).await;
        let end = append(&logs, channel.2, &["1", "2"], ago(8)).await;
        let at = |offset: u64| Position { offset, ..end }.to_string();
        check(
            &stand_in,
            channel,
            &[
                ("the end", at(2), Ok(&[])),
                ("one behind", at(1), Err("trimmed")),
                ("the beginning", at(0), Err("trimmed")),
                ("one ahead", at(3), Err("position-unknown")),
            ],
        )
        .await;
        append(&logs, channel.2, &["3"], now() * 1000).await;
        check(
            &stand_in,
            channel,
            &[
                ("the end before the new event", at(2), Ok(&["3"])),
                ("one behind that end", at(1), Err("epoch-changed")),
            ],
        )
        .await;
    }
}

#[tokio::test]
async fn a_log_that_had_no_events() {
    for channel in CHANNELS {
        let (stand_in, logs) = start(channel.0).await;
        let position = |days: i64| Position { epoch: Epoch(ago(days).unsigned_abs()), offset: 0 }.to_string();
        check(
            &stand_in,
            channel,
            &[
                ("its position", position(0), Ok(&[])),
                ("its position a month ago", position(30), Ok(&[])),
                ("a position that nobody got", position(-1), Err("epoch-changed")),
            ],
        )
        .await;
        append(&logs, channel.2, &["1"], now() * 1000).await;
        check(&stand_in, channel, &[("its position a month ago", position(30), Ok(&["1"]))]).await;
    }
}

#[tokio::test]
async fn a_log_with_too_many_events() {
    let many: Vec<_> = (0..1001).map(|n: u32| n.to_string()).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    for channel in CHANNELS {
        let (stand_in, logs) = start(channel.0).await;
        let end = append(&logs, channel.2, &many, now() * 1000).await;
        let origin = Position { offset: 0, ..end }.to_string();
        check(&stand_in, channel, &[("the beginning", origin, Err("too-much"))]).await;
    }
}
