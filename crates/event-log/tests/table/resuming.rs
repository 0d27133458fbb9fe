use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::{Epoch, Position, Unrecovered, with_position};

use crate::stand_in::{
    DAY, KEEP, NOW, PIPE, SECOND, SOURCE, StandIn, append, complete, id_of, text, try_append,
};

const MOST: usize = 1000;

/// The ids of the events that a client with this position receives.
async fn resume(logs: &Logs, after: &str, now: i64) -> Result<Vec<String>, Unrecovered> {
    let events = logs.resume(SOURCE, after, now, MOST, |_| true).await.unwrap().events?;
    Ok(events.iter().map(|event| id_of(&event.text)).collect())
}

async fn at(logs: &Logs, offset: u64) -> String {
    let end = logs.last_position(SOURCE, NOW).await.unwrap();
    Position { offset, ..end }.to_string()
}

#[tokio::test]
async fn a_resume_returns_later_events_in_order_and_unchanged() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a", "b", "c"], NOW).await;
    append(&logs, &["d"], NOW + SECOND).await;
    let after = at(&logs, 2).await;
    let replay = logs.resume(SOURCE, &after, NOW, MOST, |_| true).await.unwrap();
    let events = replay.events.unwrap();
    assert_eq!(events[1].text, with_position(&text("d"), replay.last_position));
    for (offset, expected) in
        [(0, vec!["a", "b", "c", "d"]), (2, vec!["c", "d"]), (3, vec!["d"]), (4, vec![])]
    {
        assert_eq!(
            resume(&logs, &at(&logs, offset).await, NOW + SECOND).await.unwrap(),
            expected,
            "{offset}"
        );
    }
}

#[tokio::test]
async fn a_resume_returns_only_wanted_events() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a", "b"], NOW).await;
    let after = at(&logs, 0).await;
    let replay = logs.resume(SOURCE, &after, NOW, MOST, |text| id_of(text) == "b").await.unwrap();
    let offsets: Vec<_> = replay.events.unwrap().iter().map(|event| event.position.offset).collect();
    assert_eq!(offsets, [2]);
}

#[tokio::test]
async fn a_resume_reports_why_events_are_not_available() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let [zero, one, two, three] = [0, 1, 2, 3].map(async |offset| at(&logs, offset).await);
    let (zero, one, two, three) = (zero.await, one.await, two.await, three.await);
    append(&logs, &["b"], NOW + DAY).await;
    let other = Position { epoch: Epoch(7), offset: 1 }.to_string();
    for (after, days, expected) in [
        (one.clone(), 6, Ok(vec!["b".to_owned()])),
        (one, 7, Err(Unrecovered::Trimmed)),
        (zero, 7, Err(Unrecovered::Trimmed)),
        (two.clone(), 7, Ok(vec![])),
        (two, 9, Ok(vec![])),
        (three, 9, Err(Unrecovered::PositionUnknown)),
        (other, 9, Err(Unrecovered::EpochChanged)),
        ("yesterday".to_owned(), 9, Err(Unrecovered::PositionUnknown)),
    ] {
        assert_eq!(resume(&logs, &after, NOW + days * DAY).await, expected, "{after} after {days} days");
    }
}

#[tokio::test]
async fn a_resume_never_skips_a_gap() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    for id in ["a", "b", "c"] {
        append(&logs, &[id], NOW).await;
    }
    stand_in.remove(&stand_in.items()[1]);
    assert_eq!(resume(&logs, &at(&logs, 1).await, NOW).await, Err(Unrecovered::Trimmed));
    assert_eq!(resume(&logs, &at(&logs, 2).await, NOW).await, Err(Unrecovered::Trimmed));
    assert_eq!(resume(&logs, &at(&logs, 3).await, NOW).await, Ok(vec![]));
}

#[tokio::test]
async fn a_resume_returns_at_most_the_given_number_of_events() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let ids: Vec<_> = (0..=MOST).map(|n| n.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    append(&logs, &ids, NOW).await;
    assert_eq!(resume(&logs, &at(&logs, 0).await, NOW).await, Err(Unrecovered::TooMuch));
    assert_eq!(resume(&logs, &at(&logs, 1).await, NOW).await.unwrap().len(), MOST);
}

#[tokio::test]
async fn a_resume_returns_at_most_eight_megabytes() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let event = |n: usize, bytes: usize| {
        let bare = serde_json::json!({ "id": n.to_string(), "data": "" }).to_string().len();
        serde_json::json!({ "id": n.to_string(), "data": "x".repeat(bytes - bare) }).to_string()
    };
    let texts: Vec<_> = (0..64).map(|n| event(n, 128 * 1024 + usize::from(n == 63))).collect();
    for (n, text) in texts.iter().enumerate() {
        let id = n.to_string();
        let entry = NewEvent { id: &id, text };
        complete(&logs, logs.append(PIPE, SOURCE, &[entry], KEEP, NOW).await.unwrap()).await;
    }
    assert_eq!(resume(&logs, &at(&logs, 0).await, NOW).await, Err(Unrecovered::TooMuch));
    assert_eq!(resume(&logs, &at(&logs, 1).await, NOW).await.unwrap().len(), 63);
}

#[tokio::test]
async fn a_resume_finds_one_wanted_event_among_many() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let ids: Vec<_> = (0..30_000).map(|n| n.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    append(&logs, &ids, NOW).await;
    let after = at(&logs, 0).await;
    let replay = logs.resume(SOURCE, &after, NOW, MOST, |text| id_of(text) == "29999").await.unwrap();
    assert_eq!(replay.events.unwrap().len(), 1);
}

/// The size of an item as the log counts it.
fn bytes(item: &serde_json::Value) -> usize {
    200 + item["events"]["B"].as_str().map_or(0, |base64| base64.trim_end_matches('=').len() * 3 / 4)
}

#[tokio::test]
async fn a_resume_reads_at_most_sixteen_megabytes() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let mut random = fastrand::Rng::with_seed(7);
    for n in 0..100 {
        let (id, noise) = (n.to_string(), (0..240 * 1024).map(|_| random.alphanumeric()).collect::<String>());
        let text = serde_json::json!({ "id": id, "data": noise }).to_string();
        complete(
            &logs,
            logs.append(PIPE, SOURCE, &[NewEvent { id: &id, text: &text }], KEEP, NOW).await.unwrap(),
        )
        .await;
    }
    let items: Vec<usize> = stand_in.items().iter().map(bytes).collect();
    let (mut first, mut read) = (items.len(), 0);
    while read + items[first - 1] <= 16 * 1024 * 1024 {
        first -= 1;
        read += items[first];
    }
    let none = async |after: usize| {
        let after = at(&logs, after as u64).await;
        let replay = logs.resume(SOURCE, &after, NOW, MOST, |_| false).await.unwrap();
        (replay.events.map(|events| events.len()), replay.read)
    };
    // Item n holds the event n + 1. The item of the position itself is read, too.
    assert_eq!(none(first + 1).await, (Ok(0), read));
    assert_eq!(none(first).await, (Err(Unrecovered::TooMuch), read + items[first - 1]));
}

#[tokio::test]
async fn a_resume_includes_earlier_events_that_were_not_delivered_yet() {
    let stand_in = StandIn::start().await;
    let (slow, quick) = (stand_in.logs(), stand_in.logs());
    append(&quick, &["a"], NOW).await;
    // `slow` appended `b`, but has not sent it when the client receives `c` and disconnects.
    let undelivered = try_append(&slow, &["b"], NOW + SECOND).await.unwrap();
    append(&quick, &["c"], NOW + 2 * SECOND).await;
    append(&quick, &["d"], NOW + 3 * SECOND).await;
    let logs = stand_in.logs();
    assert_eq!(resume(&logs, &at(&logs, 3).await, NOW + 4 * SECOND).await.unwrap(), ["b", "d"]);
    assert_eq!(resume(&logs, &at(&logs, 4).await, NOW + 4 * SECOND).await.unwrap(), ["b", "c"]);
    // The next batch of `slow` proves that `b` was delivered.
    slow.mark_delivered(undelivered);
    append(&slow, &["e"], NOW + 5 * SECOND).await;
    assert_eq!(resume(&logs, &at(&logs, 5).await, NOW + 6 * SECOND).await.unwrap(), ["d"]);
    append(&quick, &["f"], NOW + 7 * SECOND).await;
    assert_eq!(resume(&logs, &at(&logs, 6).await, NOW + 8 * SECOND).await.unwrap(), ["e"]);
}

/// A dispatcher that starts reads the last items of a busy channel only.
#[tokio::test]
async fn an_undelivered_event_before_the_items_that_a_writer_read_is_repeated() {
    let stand_in = StandIn::start().await;
    let busy = stand_in.logs();
    drop(try_append(&stand_in.logs(), &["a"], NOW).await.unwrap());
    for n in 0..40 {
        append(&busy, &[&format!("b{n}")], NOW + n).await;
    }
    append(&stand_in.logs(), &["c"], NOW + SECOND).await;
    let end = busy.last_position(SOURCE, NOW + SECOND).await.unwrap();
    let resumed = resume(&busy, &end.to_string(), NOW + SECOND).await.unwrap();
    assert_eq!(resumed.first().map(String::as_str), Some("a"));
}

/// One dispatch pushes for two minutes.
#[tokio::test]
async fn a_writer_that_starts_knows_earlier_events_that_may_not_be_delivered() {
    for age in [1, 60, 61, 120, 190, 200] {
        for others in [0, 1, 3] {
            let stand_in = StandIn::start().await;
            drop(try_append(&stand_in.logs(), &["a"], NOW).await.unwrap());
            for n in 0..others {
                append(&stand_in.logs(), &[&format!("b{n}")], NOW).await;
            }
            let now = NOW + age * SECOND;
            let end = append(&stand_in.logs(), &["c"], now).await[0];
            let logs = stand_in.logs();
            let resumed = resume(&logs, &at(&logs, end).await, now).await.unwrap();
            assert_eq!(resumed.first().map(String::as_str), Some("a"), "{others} others, {age} s ago");
        }
    }
}

#[tokio::test]
async fn events_of_a_dead_dispatcher_count_as_delivered_after_a_while() {
    let stand_in = StandIn::start().await;
    let alive = stand_in.logs();
    append(&alive, &["a"], NOW).await;
    let (three, four) = (at(&alive, 3).await, at(&alive, 4).await);
    drop(try_append(&stand_in.logs(), &["b"], NOW).await.unwrap());
    append(&alive, &["c"], NOW + 200 * SECOND).await;
    assert_eq!(resume(&alive, &three, NOW + 200 * SECOND).await.unwrap(), ["b"]);
    append(&alive, &["d"], NOW + 201 * SECOND).await;
    assert_eq!(resume(&alive, &four, NOW + 201 * SECOND).await.unwrap(), [""; 0]);
    // A retry of the event gets a new offset.
    assert_eq!(append(&alive, &["b"], NOW + 202 * SECOND).await, [5]);
}

/// Lambda can end an invocation without its process.
#[tokio::test]
async fn a_delivery_that_was_cut_off_is_repeated_although_its_process_lives() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    drop(try_append(&logs, &["b"], NOW + SECOND).await.unwrap());
    for (n, id) in ["c", "d"].iter().enumerate() {
        let now = NOW + (2 + n as i64) * SECOND;
        append(&logs, &[id], now).await;
        let end = logs.last_position(SOURCE, now).await.unwrap();
        let resumed = resume(&logs, &end.to_string(), now).await.unwrap();
        assert_eq!(resumed.first().map(String::as_str), Some("b"), "after {id}");
    }
}

#[tokio::test]
async fn with_one_dispatcher_a_resume_repeats_nothing() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    for (n, id) in ["a", "b", "c"].iter().enumerate() {
        append(&logs, &[id], NOW + n as i64).await;
        assert_eq!(resume(&logs, &at(&logs, n as u64 + 1).await, NOW + SECOND).await.unwrap(), [""; 0]);
    }
}

#[tokio::test]
async fn a_connected_client_gets_later_events_and_no_earlier_ones() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    drop(try_append(&logs, &["a"], NOW).await.unwrap());
    append(&logs, &["b"], NOW).await;
    let end = logs.last_position(SOURCE, NOW).await.unwrap();
    append(&logs, &["c"], NOW).await;
    let replay = logs.since(SOURCE, end, NOW, MOST, |_| true).await.unwrap();
    assert_eq!(replay.last_position.offset, 3);
    assert_eq!(replay.events.unwrap().iter().map(|event| id_of(&event.text)).collect::<Vec<_>>(), ["c"]);
}
