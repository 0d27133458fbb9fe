use tablecast_event_log::{Logs, NewEvent, Walk};
use tablecast_protocol::{Epoch, Position};

use crate::stand_in::{DAY, KEEP, NOW, PIPE, SECOND, SOURCE, StandIn, append, complete, id_of, text};

/// The remaining events, page by page.
async fn rest(walk: &mut Walk) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let events = walk.next_page().await.unwrap();
        if events.is_empty() {
            return ids;
        }
        ids.extend(events.iter().map(|event| id_of(&event.text)));
    }
}

async fn since(logs: &Logs, then: i64) -> Vec<String> {
    rest(&mut logs.walk_since(PIPE, SOURCE, then).await.unwrap().unwrap()).await
}

/// Appends forty items, one a second, with two events each: `0a`, `0b`, `1a` and so on.
async fn forty_items(logs: &Logs) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..40 {
        let pair = [format!("{n}a"), format!("{n}b")];
        append(logs, &[&pair[0], &pair[1]], NOW + n * SECOND).await;
        ids.extend(pair);
    }
    ids
}

#[tokio::test]
async fn a_walk_returns_every_event_appended_since_a_time() {
    let stand_in = StandIn::start().await;
    let ids = forty_items(&stand_in.logs()).await;
    let logs = stand_in.logs();
    assert_eq!(since(&logs, 0).await, ids);
    for n in 0..40_usize {
        let then = NOW + n as i64 * SECOND;
        assert_eq!(since(&logs, then).await, ids[2 * n..], "at {n}");
        assert_eq!(since(&logs, then + 1).await, ids[2 * n + 2..], "after {n}");
    }
}

/// A replay of a pipe walks all of its channels, and most of them are quiet.
#[tokio::test]
async fn a_walk_of_everything_or_of_nothing_starts_with_few_queries() {
    let stand_in = StandIn::start().await;
    forty_items(&stand_in.logs()).await;
    let logs = stand_in.logs();
    for (then, most) in [(0, 1), (NOW + DAY, 2)] {
        stand_in.calls();
        logs.walk_since(PIPE, SOURCE, then).await.unwrap().unwrap();
        let queries = stand_in.calls().len();
        assert!(queries <= most, "since {then}: {queries}");
    }
}

/// Nobody knows when it was appended.
#[tokio::test]
async fn a_walk_names_a_damaged_item_before_the_first_event_that_it_returns() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    for (n, id) in ["a", "b", "c"].into_iter().enumerate() {
        append(&logs, &[id], NOW + n as i64 * SECOND).await;
    }
    let items = stand_in.items();
    stand_in.damage_by_removing(&items[0], "count");
    for then in [0, NOW + SECOND] {
        let mut walk = logs.walk_since(PIPE, SOURCE, then).await.unwrap().unwrap();
        assert_eq!(rest(&mut walk).await, ["b", "c"], "since {then}");
        assert_eq!(walk.damaged().len(), 1, "since {then}");
    }
}

#[tokio::test]
async fn a_walk_skips_expired_items() {
    let stand_in = StandIn::start().await;
    let ids = forty_items(&stand_in.logs()).await;
    stand_in.items().iter().take(10).for_each(|item| stand_in.remove(item));
    let logs = stand_in.logs();
    assert_eq!(since(&logs, 0).await, ids[20..]);
    assert_eq!(since(&logs, NOW + 20 * SECOND).await, ids[40..]);
}

#[tokio::test]
async fn a_walk_starts_after_a_position_that_the_log_holds() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let ids = forty_items(&logs).await;
    let mut walk = logs.walk_since(PIPE, SOURCE, 0).await.unwrap().unwrap();
    let third = walk.next_page().await.unwrap()[2].position;
    let mut walk = logs.walk_after(PIPE, SOURCE, third).await.unwrap().unwrap();
    assert_eq!(rest(&mut walk).await, ids[3..]);
    for missing in [Position { offset: 81, ..third }, Position { epoch: Epoch(7), ..third }] {
        assert!(logs.walk_after(PIPE, SOURCE, missing).await.unwrap().is_none(), "{missing}");
    }
    assert!(logs.walk_after(PIPE, "tablecast/profiles", third).await.unwrap().is_none());
    assert!(logs.walk_since(PIPE, "tablecast/profiles", 0).await.unwrap().is_none());
}

#[tokio::test]
async fn a_walk_stops_at_the_end_it_started_with_and_never_writes() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let mut walk = logs.walk_since(PIPE, SOURCE, 0).await.unwrap().unwrap();
    append(&logs, &["b"], NOW).await;
    stand_in.calls();
    assert_eq!(rest(&mut walk).await, ["a"]);
    assert!(stand_in.calls().iter().all(|call| call == "Query"));
}

#[tokio::test]
async fn a_walk_returns_the_events_of_one_pipe_in_a_shared_channel() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let text = text("b");
    let other =
        logs.append("order-lines", SOURCE, &[NewEvent { id: "b", text: &text }], KEEP, NOW).await.unwrap();
    complete(&logs, other).await;
    append(&logs, &["c"], NOW).await;
    assert_eq!(since(&logs, 0).await, ["a", "c"]);
    let mut walk = logs.walk_since("order-lines", SOURCE, 0).await.unwrap().unwrap();
    assert_eq!(rest(&mut walk).await, ["b"]);
    for pipe in [PIPE, "order-lines"] {
        assert_eq!(channels(&logs, pipe).await, [SOURCE], "{pipe}");
    }
}

async fn channels(logs: &Logs, pipe: &str) -> Vec<String> {
    let (mut channels, mut sources) = (logs.channels(pipe), Vec::new());
    loop {
        let page = channels.next_page().await.unwrap();
        if page.is_empty() {
            sources.sort();
            return sources;
        }
        sources.extend(page);
    }
}

#[tokio::test]
async fn the_directory_names_every_channel_of_a_pipe_as_long_as_its_end_is_kept() {
    let stand_in = StandIn::start().await;
    let mut expected = Vec::new();
    for n in 0..40 {
        let (source, text) = (format!("tablecast/orders/t{n:02}"), text("a"));
        for now in [NOW, NOW + 300 * DAY] {
            let logs = stand_in.logs();
            let entry = NewEvent { id: "a", text: &text };
            complete(&logs, logs.append(PIPE, &source, &[entry], KEEP, now).await.unwrap()).await;
        }
        expected.push(source);
    }
    stand_in.expire(NOW + 690 * DAY);
    assert_eq!(channels(&stand_in.logs(), PIPE).await, expected);
    assert_eq!(channels(&stand_in.logs(), "profiles").await, [""; 0]);
}
