//! Every kind of position, and whether the client can resume after it.

use serde_json::json;
use tablecast_protocol::channel::wide_source;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Epoch, Position};
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::{PipeFiles, source, team_subject};
use tablecast_tests::schema::assert_data_is_valid;

use super::{connect, name, position};

#[tokio::test]
async fn the_truth_table_of_recovery_holds_with_channels_of_one_segment() {
    assert_truth_table(1).await;
}

#[tokio::test]
async fn the_truth_table_of_recovery_holds_with_channels_of_two_segments() {
    assert_truth_table(2).await;
}

#[tokio::test]
async fn the_truth_table_of_recovery_holds_with_channels_of_three_segments() {
    assert_truth_table(3).await;
}

async fn assert_truth_table(segments: u8) {
    let pipes = PipeFiles::with_channels(segments);
    let local = LocalMode::start_with(&pipes.arguments()).await;
    let own = source(&team_subject("ada"), segments);
    let (origin, positions) = write_three_changes(&local, &own).await;
    let last = positions[2];
    for (after, expected) in [
        (origin.to_string(), Ok(&["1", "2", "3"][..])),
        (positions[0].to_string(), Ok(&["2", "3"])),
        (last.to_string(), Ok(&[])),
        (Position { offset: last.offset + 1, ..last }.to_string(), Err("position-unknown")),
        (Position { epoch: Epoch(1), offset: 1 }.to_string(), Err("epoch-changed")),
        ("yesterday".to_owned(), Err("position-unknown")),
    ] {
        assert_resumes(&local, &team_subject("ada"), (&own, &after), expected).await;
    }
    let foreign = source("orders/acme/1", segments);
    let after = (foreign.as_str(), &*positions[0].to_string());
    assert_resumes(&local, &team_subject("ada"), after, Err("position-unknown")).await;
    assert_a_channel_without_events_resumes(&local, &foreign).await;
    assert_wide(&local, segments, &own, positions[0]).await;
}

async fn assert_a_channel_without_events_resumes(local: &LocalMode, source: &str) {
    let mut client = connect(local).await;
    let reply = client.request(json!({"action": "subscribe", "subjects": ["orders/acme/1"]})).await;
    let position = reply["data"]["sources"][source].as_str().unwrap();
    assert_resumes(local, "orders/acme/1", (source, position), Ok(&[])).await;
}

/// `profiles/*` is wider than a channel of two or three segments.
async fn assert_wide(local: &LocalMode, segments: u8, own: &str, first: Position) {
    let (pattern, first) = ("profiles/*", first.to_string());
    if segments == 1 {
        return assert_resumes(local, pattern, (own, &first), Ok(&["2", "3"])).await;
    }
    assert_resumes(local, pattern, (own, &first), Err("too-wide")).await;
    let wide = wide_source(&Pattern::parse(pattern).unwrap());
    assert_resumes(local, pattern, (&wide, &Position::NONE.to_string()), Err("too-wide")).await;
}

/// Returns the position before the first change of the profile of ada, and the positions of three changes.
async fn write_three_changes(local: &LocalMode, own: &str) -> (Position, Vec<Position>) {
    let mut client = connect(local).await;
    let reply = client.request(json!({"action": "subscribe", "subjects": [team_subject("ada")]})).await;
    let origin = reply["data"]["sources"][own].as_str().unwrap().parse().unwrap();
    let mut positions = Vec::new();
    for name in ["1", "2", "3"] {
        local.dynamodb().put("profiles", profile("ada", name)).await;
        positions.push(position(&client.event().await));
    }
    (origin, positions)
}

/// Subscribes after a position of one source. `expected` has the names in the replayed events, or the reason why
/// there are none.
async fn assert_resumes(
    local: &LocalMode,
    pattern: &str,
    (source, after): (&str, &str),
    expected: Result<&[&str], &str>,
) {
    let mut client = connect(local).await;
    let message = json!({"action": "subscribe", "subjects": [pattern], "after": {source: after}});
    let resumed = client.request(message).await;
    assert_data_is_valid(&resumed);
    let mut names = Vec::new();
    loop {
        match client.event().await {
            event if event["type"] == "tablecast.subscribed.v1" => break assert_data_is_valid(&event),
            event => names.push(name(&event)),
        }
    }
    let result = &resumed["data"]["sources"][source];
    assert_eq!(result["recovered"], expected.is_ok(), "{pattern} after {source} {after}: {resumed}");
    assert_eq!(
        result["reason"].as_str().or(result["cause"].as_str()),
        expected.err(),
        "{pattern} after {source} {after}"
    );
    assert_eq!(names, expected.unwrap_or_default(), "{pattern} after {source} {after}");
}
