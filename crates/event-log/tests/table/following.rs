//! A reader that follows a channel: `fanout` reads the rest of an item, and then what follows.

use serde_json::json;
use tablecast_event_log::{Following, Logs};

use crate::stand_in::{KEEP, NOW, PIPE, SECOND, SOURCE, StandIn, append, complete, id_of, noise};

const MANY_BYTES: usize = 1024 * 1024;

/// Items of three, two and one events: the offsets 1 to 3, 4 and 5, and 6.
async fn three_items() -> (StandIn, Logs) {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    for (n, ids) in [&["a", "b", "c"][..], &["d", "e"], &["f"]].into_iter().enumerate() {
        append(&logs, ids, NOW + n as i64 * SECOND).await;
    }
    (stand_in, logs)
}

fn ids(following: &Following) -> Vec<String> {
    following.events.iter().map(|event| id_of(&event.text)).collect()
}

#[tokio::test]
async fn the_rest_of_an_item_are_its_events_after_an_offset_within_it() {
    let (_stand_in, logs) = three_items().await;
    for (offset, expected, end) in [
        (0, &[][..], None),
        (1, &["b", "c"], Some(3)),
        (2, &["c"], Some(3)),
        (3, &[], None),
        (4, &["e"], Some(5)),
        (5, &[], None),
        (6, &[], None),
        (9, &[], None),
    ] {
        let rest = logs.rest_of_item(SOURCE, offset).await.unwrap();
        assert_eq!(
            (ids(&rest).as_slice(), rest.read_to, rest.has_gap),
            (to_strings(expected).as_slice(), end, false),
            "{offset}"
        );
    }
}

fn to_strings(ids: &[&str]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn the_rest_of_a_damaged_item_is_a_gap() {
    let (stand_in, logs) = three_items().await;
    stand_in.damage(&stand_in.items()[1], "events", json!({ "B": "AAAA" }));
    let rest = logs.rest_of_item(SOURCE, 4).await.unwrap();
    assert_eq!((rest.events.len(), rest.has_gap, logs.take_damaged()), (0, true, 1));
}

#[tokio::test]
async fn what_follows_has_the_texts_positions_and_times_of_the_log() {
    let (_stand_in, logs) = three_items().await;
    let following = logs.after(SOURCE, 3, MANY_BYTES).await.unwrap();
    assert_eq!(
        (ids(&following), following.read_to, following.has_gap),
        (to_strings(&["d", "e", "f"]), Some(6), false)
    );
    let epoch = logs.last_position(SOURCE, NOW).await.unwrap().epoch;
    for (event, (offset, appended_at)) in
        following.events.iter().zip([(4, SECOND), (5, SECOND), (6, 2 * SECOND)])
    {
        assert_eq!((event.offset, event.appended_at), (offset, NOW + appended_at));
        let position = tablecast_protocol::Position { epoch, offset }.to_string();
        assert!(event.text.contains(&format!("\"position\":\"{position}\"")), "{}", event.text);
    }
    assert_eq!(logs.after(SOURCE, 6, MANY_BYTES).await.unwrap(), Following::default());
}

#[tokio::test]
async fn events_that_are_gone_or_damaged_before_later_ones_are_a_gap() {
    let (stand_in, logs) = three_items().await;
    let second = stand_in.items()[1].clone();
    stand_in.damage(&second, "events", json!({ "B": "AAAA" }));
    let following = logs.after(SOURCE, 3, MANY_BYTES).await.unwrap();
    assert_eq!((ids(&following), following.read_to, following.has_gap), (to_strings(&["f"]), Some(6), true));
    assert_eq!(logs.take_damaged(), 1);
    stand_in.damage(&second, "epoch", json!({ "S": "" }));
    let following = logs.after(SOURCE, 3, MANY_BYTES).await.unwrap();
    assert_eq!((ids(&following), following.read_to, following.has_gap), (to_strings(&["f"]), Some(6), true));
    stand_in.remove(&second);
    let following = logs.after(SOURCE, 3, MANY_BYTES).await.unwrap();
    assert_eq!((ids(&following), following.read_to, following.has_gap), (to_strings(&["f"]), Some(6), true));
    let following = logs.after(SOURCE, 5, MANY_BYTES).await.unwrap();
    assert_eq!((ids(&following), following.has_gap), (to_strings(&["f"]), false));
}

#[tokio::test]
async fn a_damaged_item_at_the_end_is_a_gap_that_ends_with_it() {
    let (stand_in, logs) = three_items().await;
    stand_in.damage(&stand_in.items()[2], "epoch", json!({ "S": "" }));
    let following = logs.after(SOURCE, 5, MANY_BYTES).await.unwrap();
    assert_eq!((following.events.len(), following.read_to, following.has_gap), (0, Some(6), true));
}

#[tokio::test]
async fn a_read_ends_with_the_item_that_passes_the_limit_of_bytes() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    for id in ["a", "b", "c"] {
        let text = noise(id, 10_000);
        let entry = tablecast_event_log::NewEvent { id, text: &text };
        complete(&logs, logs.append(PIPE, SOURCE, &[entry], KEEP, NOW).await.unwrap()).await;
    }
    for (bytes, expected) in [(1, 1), (5_000, 1), (12_000, 2), (MANY_BYTES, 3)] {
        assert_eq!(logs.after(SOURCE, 0, bytes).await.unwrap().events.len(), expected, "{bytes}");
    }
}
