//! Events that are older, by `sequence`, than one of their subject in the log.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use tablecast_event_log::{Appended, EVENT_BYTES, Logs, NewEvent};
use tablecast_protocol::{rfc3339, with_late, with_position};

use crate::stand_in::{
    Fault, KEEP, NOW, PIPE, REFUSED, SECOND, SOURCE, StandIn, append, complete, noise, offsets,
};

const MINUTE: i64 = 60 * SECOND;

/// A change of an item. Its sequence is the number of seconds after `NOW` at which it was made.
#[derive(Debug, Clone, Copy)]
struct Change(&'static str, i64);

/// The subject of most tests.
fn order(second: i64) -> Change {
    Change("orders/acme/1", second)
}

fn id(Change(subject, second): Change) -> String {
    format!("{subject}@{second}")
}

fn text(change: Change) -> String {
    let Change(subject, second) = change;
    let (sequence, time) = (format!("{second:040}"), rfc3339(NOW + second * SECOND));
    json!({ "id": id(change), "type": "a.v1", "subject": subject, "time": time, "sequence": sequence })
        .to_string()
}

async fn try_append_of(pipe: &str, logs: &Logs, changes: &[Change], now: i64) -> Appended {
    let events: Vec<_> = changes.iter().map(|change| (id(*change), text(*change))).collect();
    let entries: Vec<_> = events.iter().map(|(id, text)| NewEvent { id, text }).collect();
    logs.append(pipe, SOURCE, &entries, KEEP, now).await.unwrap()
}

/// Appends and delivers changes. Returns whether each is late, and how many are undecided.
async fn add_of(pipe: &str, logs: &Logs, changes: &[Change], now: i64) -> (Vec<bool>, usize) {
    let appended = try_append_of(pipe, logs, changes, now).await;
    let result = (appended.late.clone(), appended.undecided);
    complete(logs, appended).await;
    result
}

/// The same, where every event is decided.
async fn add(logs: &Logs, changes: &[Change], now: i64) -> Vec<bool> {
    let (late, undecided) = add_of(PIPE, logs, changes, now).await;
    assert_eq!(undecided, 0);
    late
}

/// The sequence and the mark of each event in the log.
async fn logged(logs: &Logs, now: i64) -> Vec<(i64, Value)> {
    let mut walk = logs.walk_since(PIPE, SOURCE, 0).await.unwrap().unwrap();
    let mut events = Vec::new();
    loop {
        let page = walk.next_page().await.unwrap();
        if page.is_empty() {
            break;
        }
        events.extend(page);
    }
    let end = logs.last_position(SOURCE, now).await.unwrap();
    assert_eq!(events.last().unwrap().position, end);
    let parsed = events.iter().map(|event| serde_json::from_str::<Value>(&event.text).unwrap());
    parsed
        .map(|event| (event["sequence"].as_str().unwrap().parse().unwrap(), event["late"].clone()))
        .collect()
}

#[tokio::test]
async fn an_event_after_a_later_one_of_its_subject_is_late_in_any_process() {
    for is_restarted in [false, true] {
        let stand_in = StandIn::start().await;
        let logs = stand_in.logs();
        assert_eq!(add(&logs, &[order(1)], NOW + 2 * SECOND).await, [false]);
        assert_eq!(add(&logs, &[order(3)], NOW + 4 * SECOND).await, [false]);
        let logs = if is_restarted { stand_in.logs() } else { logs };
        stand_in.calls();
        assert_eq!(add(&logs, &[order(2)], NOW + MINUTE).await, [true]);
        let open = if is_restarted { 2 } else { 0 };
        let queries = stand_in.calls().iter().filter(|call| *call == "Query").count();
        assert_eq!(queries, open + 1, "one search");
        let marks = [(1, Value::Null), (3, Value::Null), (2, json!(true))];
        assert_eq!(logged(&logs, NOW + MINUTE).await, marks);
        assert_eq!(add(&logs, &[order(60)], NOW + MINUTE).await, [false]);
    }
}

/// The event that made it late can have expired since.
#[tokio::test]
async fn an_event_that_was_late_is_late_when_its_batch_is_sent_again() {
    let stand_in = StandIn::start().await;
    let batch = [order(2), order(60)];
    add(&stand_in.logs(), &[order(5)], NOW + 6 * SECOND).await;
    assert_eq!(add(&stand_in.logs(), &batch, NOW + MINUTE).await, [true, false]);
    stand_in.remove(&stand_in.items()[0]);
    let (late, _) = add_of(PIPE, &stand_in.logs(), &batch, NOW + 3 * MINUTE).await;
    assert_eq!(late, [true, false]);
}

/// Two items can share a subject, and a new process does not know which times the log has.
#[tokio::test]
async fn a_change_that_arrives_within_ten_seconds_is_late_in_no_process() {
    for (age, expected) in [(10, false), (11, true)] {
        for is_restarted in [false, true] {
            let stand_in = StandIn::start().await;
            let logs = stand_in.logs();
            assert_eq!(add(&logs, &[order(2)], NOW + 2 * SECOND).await, [false]);
            let logs = if is_restarted { stand_in.logs() } else { logs };
            assert_eq!(add(&logs, &[order(1)], NOW + (1 + age) * SECOND).await, [expected], "{is_restarted}");
        }
    }
}

/// A channel can be quiet for long after a change of the same second.
#[tokio::test]
async fn an_event_of_the_same_second_is_late_if_it_comes_much_later() {
    let stand_in = StandIn::start().await;
    let (logs, time) = (stand_in.logs(), rfc3339(NOW));
    let text = |n: u32| {
        json!({ "id": n.to_string(), "subject": "orders/acme/1", "time": time, "sequence": format!("{n:040}") })
            .to_string()
    };
    for (n, now, expected) in [(3, NOW + SECOND, false), (2, NOW + 3600 * SECOND, true)] {
        let (id, text) = (n.to_string(), text(n));
        let appended =
            logs.append(PIPE, SOURCE, &[NewEvent { id: &id, text: &text }], KEEP, now).await.unwrap();
        assert_eq!((&appended.late, appended.undecided), (&vec![expected], 0), "{n}");
        complete(&logs, appended).await;
    }
}

#[tokio::test]
async fn events_in_order_are_never_late_and_cost_no_read() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    // The pipe is an hour behind, and each batch has the end of a second and the beginning of the next.
    let hour = 3600 * SECOND;
    add(&logs, &[order(0)], NOW + hour).await;
    stand_in.calls();
    for n in 1..100 {
        let changes = [order(n), Change("orders/acme/2", n), Change("orders/acme/3", n + 1)];
        assert_eq!(add(&logs, &changes, NOW + hour + n * 500).await, [false; 3]);
    }
    assert_eq!(stand_in.calls(), ["PutItem"; 198]);
}

/// Shards of a stream are read at different speeds.
#[tokio::test]
async fn a_shard_that_is_a_little_behind_costs_no_read_and_others_are_not_late() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let other = |second| Change("orders/acme/2", second);
    add(&logs, &[order(60)], NOW + 61 * SECOND).await;
    stand_in.calls();
    assert_eq!(add(&logs, &[other(55)], NOW + 62 * SECOND).await, [false]);
    assert_eq!(stand_in.calls(), ["PutItem"; 2]);
    assert_eq!(add(&logs, &[other(57), other(58)], NOW + 120 * SECOND).await, [false, false]);
    assert_eq!(stand_in.calls(), ["Query", "PutItem", "PutItem"]);
}

/// An operator takes dead letters from the queue in any order.
#[tokio::test]
async fn old_records_that_are_redriven_in_the_wrong_order_are_late() {
    for is_restarted in [false, true] {
        let stand_in = StandIn::start().await;
        let logs = stand_in.logs();
        let hour = NOW + 3600 * SECOND;
        assert_eq!(add(&logs, &[order(6)], hour).await, [false]);
        let logs = if is_restarted { stand_in.logs() } else { logs };
        let changes = [order(5), Change("orders/acme/2", 5), order(7)];
        assert_eq!(add(&logs, &changes, hour + SECOND).await, [true, false, false], "{is_restarted}");
    }
}

/// Two items can share a subject, and each can be in another shard of the stream.
#[tokio::test]
async fn an_event_that_arrives_at_once_is_not_late() {
    let stand_in = StandIn::start().await;
    let (logs, time) = (stand_in.logs(), rfc3339(NOW));
    for (n, sequence) in [900, 100, 901, 101].into_iter().enumerate() {
        let (id, subject) = (sequence.to_string(), "orders/acme");
        let text =
            json!({ "id": id, "subject": subject, "time": time, "sequence": format!("{sequence:040}") });
        let text = text.to_string();
        let entry = NewEvent { id: &id, text: &text };
        let appended = logs.append(PIPE, SOURCE, &[entry], KEEP, NOW + n as i64 * SECOND).await.unwrap();
        assert_eq!((&appended.late, appended.undecided), (&vec![false], 0), "{sequence}");
        complete(&logs, appended).await;
    }
}

#[tokio::test]
async fn only_events_of_the_same_subject_and_pipe_make_an_event_late() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(1)], NOW + 2 * SECOND).await;
    add(&logs, &[Change("orders/acme/2", 9)], NOW + 10 * SECOND).await;
    // Another table has another stream.
    add_of("order-lines", &logs, &[order(8)], NOW + 10 * SECOND).await;
    assert_eq!(add(&logs, &[order(2), Change("orders/acme/2", 3)], NOW + MINUTE).await, [false, true]);
}

#[tokio::test]
async fn a_retry_within_a_minute_keeps_the_text_of_the_log() {
    let stand_in = StandIn::start().await;
    add(&stand_in.logs(), &[order(1), order(3)], NOW + 4 * SECOND).await;
    add(&stand_in.logs(), &[order(2)], NOW + MINUTE).await;
    let retry = [order(1), order(2), order(3)];
    assert_eq!(add(&stand_in.logs(), &retry, NOW + MINUTE).await, [false, true, false]);
    assert_eq!(logged(&stand_in.logs(), NOW + MINUTE).await.len(), 3);
}

/// Nobody may have received the first copies.
#[tokio::test]
async fn a_batch_that_is_sent_again_is_not_late_because_of_itself() {
    let stand_in = StandIn::start().await;
    let batch = [order(1), order(2), order(3)];
    for minute in 0..4 {
        drop(try_append_of(PIPE, &stand_in.logs(), &batch, NOW + 2 * minute * MINUTE).await);
    }
    let marks = logged(&stand_in.logs(), NOW + 10 * MINUTE).await;
    assert_eq!((marks.len(), marks.iter().all(|(_, late)| late.is_null())), (12, true));
    // A pipe also sends a part of a batch.
    assert_eq!(add(&stand_in.logs(), &[order(2)], NOW + 10 * MINUTE).await, [false]);
    // Another batch made all of them late.
    assert_eq!(add(&stand_in.logs(), &[order(4)], NOW + 10 * MINUTE).await, [false]);
    assert_eq!(add(&stand_in.logs(), &batch, NOW + 20 * MINUTE).await, [true; 3]);
    assert_eq!(add(&stand_in.logs(), &[order(4)], NOW + 20 * MINUTE).await, [false]);
}

/// Each attempt fails after it appended one more event. Nobody received any.
#[tokio::test]
async fn a_batch_that_attempts_appended_in_parts_is_not_late_and_keeps_its_order() {
    for prefix in 1..=3 {
        let stand_in = StandIn::start().await;
        let batch = [order(1), order(2), order(3)];
        for (events, second) in [(1, 5), (2, 35), (3, 50)] {
            drop(try_append_of(PIPE, &stand_in.logs(), &batch[..events], NOW + second * SECOND).await);
        }
        let again = try_append_of(PIPE, &stand_in.logs(), &batch[..prefix], NOW + 68 * SECOND).await;
        assert_eq!((&again.late, again.undecided), (&vec![false; prefix], 0));
        assert_eq!(offsets(&again), (4..4 + prefix as u64).collect::<Vec<_>>());
        complete(&stand_in.logs(), again).await;
        // Another batch made all of them late.
        assert_eq!(add(&stand_in.logs(), &[order(70)], NOW + 71 * SECOND).await, [false]);
        assert_eq!(add(&stand_in.logs(), &batch, NOW + 10 * MINUTE).await, [true; 3]);
    }
}

/// Only the events of a subject that lacks one move.
#[tokio::test]
async fn an_event_that_is_appended_again_takes_the_later_ones_of_its_subject_along() {
    let stand_in = StandIn::start().await;
    let batch = [order(1), Change("orders/acme/2", 2), order(3), Change("orders/acme/2", 4)];
    drop(try_append_of(PIPE, &stand_in.logs(), &batch[..1], NOW + 5 * SECOND).await);
    drop(try_append_of(PIPE, &stand_in.logs(), &batch, NOW + 35 * SECOND).await);
    let again = try_append_of(PIPE, &stand_in.logs(), &batch, NOW + 68 * SECOND).await;
    assert_eq!((&again.late, offsets(&again)), (&vec![false; 4], vec![5, 2, 6, 4]));
}

/// An earlier version did not store what a batch repeats.
#[tokio::test]
async fn items_of_an_earlier_version_repeat_no_batch() {
    let stand_in = StandIn::start().await;
    let batch = [order(1), order(2)];
    drop(try_append_of(PIPE, &stand_in.logs(), &batch[..1], NOW + 5 * SECOND).await);
    drop(try_append_of(PIPE, &stand_in.logs(), &batch, NOW + 35 * SECOND).await);
    let [first, second] = stand_in.items().try_into().unwrap();
    assert_eq!(first.get("repeats"), None);
    assert_eq!(second["repeats"]["L"][0]["M"]["writer_id"], first["writer_id"]);
    stand_in.damage_by_removing(&second, "repeats");
    assert_eq!(add(&stand_in.logs(), &batch, NOW + 68 * SECOND).await, [true, false]);
}

/// A search reads 1 MB. It may end before the attempt that appended the event.
#[tokio::test]
async fn an_attempt_that_the_search_does_not_reach_may_have_the_event() {
    let stand_in = StandIn::start().await;
    let batch = [order(1), order(2)];
    let other = stand_in.logs();
    drop(try_append_of(PIPE, &stand_in.logs(), &batch[..1], NOW + 5 * SECOND).await);
    for n in 0..15 {
        let large = noise(&n.to_string(), 100_000);
        let entry = NewEvent { id: &n.to_string(), text: &large };
        let appended = other.append(PIPE, SOURCE, &[entry], KEEP, NOW + 6 * SECOND).await.unwrap();
        complete(&other, appended).await;
    }
    let writer = stand_in.logs();
    append(&writer, &["a"], NOW + 33 * SECOND).await;
    drop(try_append_of(PIPE, &writer, &batch, NOW + 35 * SECOND).await);
    let late = add_of(PIPE, &stand_in.logs(), &batch, NOW + 68 * SECOND).await;
    assert_eq!(late, (vec![false, false], 2));
}

/// A writer that did not append them knows the last 16 items only. A search reads 1 MB.
#[tokio::test]
async fn a_large_batch_that_is_sent_again_is_not_late_because_of_itself() {
    for (bytes, undecided) in [(40_000, 0), (100_000, 1)] {
        let stand_in = StandIn::start().await;
        let large: Vec<_> = (0..20).map(|n| format!("large {n}")).collect();
        let mut events: Vec<_> = large.iter().map(|id| (id.clone(), noise(id, bytes))).collect();
        events.insert(0, (id(order(1)), text(order(1))));
        events.push((id(order(2)), text(order(2))));
        let entries: Vec<_> = events.iter().map(|(id, text)| NewEvent { id, text }).collect();
        for (retry, undecided) in [(0, 0), (1, undecided)] {
            let now = NOW + MINUTE + retry * SECOND;
            let appended = stand_in.logs().append(PIPE, SOURCE, &entries, KEEP, now).await.unwrap();
            assert_eq!((appended.late.contains(&true), appended.undecided), (false, undecided), "{bytes}");
            assert_eq!(appended.positions[0].offset, 1 + 22 * retry as u64, "it is appended again");
        }
    }
}

#[tokio::test]
async fn an_event_that_another_writer_overtook_during_the_append_is_late() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(1)], NOW + 2 * SECOND).await;
    // The first writer does not know of it.
    add(&stand_in.logs(), &[order(30)], NOW + 31 * SECOND).await;
    assert_eq!(add(&logs, &[order(2), order(31)], NOW + 40 * SECOND).await, [true, false]);
}

/// A damaged item makes the first writer read the end of the log again.
#[tokio::test]
async fn an_event_that_was_overtaken_during_the_append_is_late_after_a_damaged_item_too() {
    let stand_in = StandIn::start().await;
    let (logs, other) = (stand_in.logs(), stand_in.logs());
    add(&logs, &[order(1)], NOW + 2 * SECOND).await;
    add(&stand_in.logs(), &[Change("orders/acme/2", 3)], NOW + 4 * SECOND).await;
    add_of(PIPE, &other, &[order(20)], NOW + 31 * SECOND).await;
    add_of(PIPE, &other, &[order(30)], NOW + 32 * SECOND).await;
    stand_in.damage(&stand_in.items()[1], "count", json!({ "N": "0" }));
    assert_eq!(add_of(PIPE, &logs, &[order(2)], NOW + 40 * SECOND).await, (vec![true], 0));
}

#[tokio::test]
async fn the_log_of_an_earlier_version_shows_late_events() {
    let stand_in = StandIn::start().await;
    add(&stand_in.logs(), &[order(1)], NOW + 2 * SECOND).await;
    add(&stand_in.logs(), &[order(3)], NOW + 4 * SECOND).await;
    for item in stand_in.items() {
        stand_in.damage_by_removing(&item, "newest");
    }
    assert_eq!(add(&stand_in.logs(), &[order(2)], NOW + MINUTE).await, [true]);
}

/// Somebody must not miss news because the search ended.
#[tokio::test]
async fn an_event_is_unmarked_and_counted_if_the_search_cannot_reach_its_time() {
    let undecided = (vec![false], 1);
    let log = async || {
        let stand_in = StandIn::start().await;
        let logs = stand_in.logs();
        for second in [1, 3, 30, 31] {
            add(&logs, &[order(second)], NOW + (second + 1) * SECOND).await;
        }
        (stand_in, logs)
    };
    let other = Change("orders/acme/2", 2);
    for (what, removed) in [("expired", true), ("damaged", false)] {
        let (stand_in, logs) = log().await;
        for item in &stand_in.items()[..2] {
            match removed {
                true => stand_in.remove(item),
                false => stand_in.damage(item, "events", json!({ "B": "AAAA" })),
            }
        }
        assert_eq!(add_of(PIPE, &logs, &[other], NOW + MINUTE).await, undecided, "{what}");
        assert_eq!(add_of(PIPE, &logs, &[order(2)], NOW + MINUTE).await, (vec![true], 0), "{what}");
    }
    let (stand_in, logs) = log().await;
    stand_in.plan("log Query", [REFUSED]);
    assert_eq!(add_of(PIPE, &logs, &[order(2)], NOW + MINUTE).await, undecided);
    assert!(stand_in.all_faults_fired());
    let (stand_in, logs) = log().await;
    stand_in.plan("log Query", [Fault::Hang]);
    assert_eq!(add_of(PIPE, &logs, &[order(2)], NOW + MINUTE).await, undecided);
}

#[tokio::test]
async fn a_search_reads_a_thousand_items_and_no_more() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(1)], NOW).await;
    add(&logs, &[order(3)], NOW).await;
    let [first, second] = stand_in.items().try_into().unwrap();
    let copies = |n: u64| {
        let mut copy = second.clone();
        copy["sk"]["S"] = format!("{n:020}").into();
        copy
    };
    stand_in.remove(&first);
    stand_in.import("log", (3..2000).map(copies).collect());
    stand_in.calls();
    stand_in.seen().items_read.clear();
    let late = add_of(PIPE, &stand_in.logs(), &[Change("orders/acme/2", 2)], NOW + 600 * SECOND).await;
    assert_eq!(late, (vec![false], 1));
    let queries = stand_in.calls().iter().filter(|call| *call == "Query").count();
    let read: u64 = stand_in.seen().items_read.iter().map(|(_, items)| *items).sum();
    assert!(queries <= 12 && read <= 1002, "{queries} queries of {read} items");
}

/// The items before it have no later change of any subject.
#[tokio::test]
async fn a_search_ends_at_the_time_of_the_event() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(1)], NOW).await;
    let first = stand_in.items()[0].clone();
    let copy = |n: u64| {
        let mut copy = first.clone();
        copy["sk"]["S"] = format!("{n:020}").into();
        copy
    };
    stand_in.import("log", (2..2000).map(copy).collect());
    add(&stand_in.logs(), &[order(30)], NOW + 31 * SECOND).await;
    assert_eq!(add(&stand_in.logs(), &[Change("orders/acme/2", 20)], NOW + MINUTE).await, [false]);
}

/// A process that starts reads the last items of such a channel only.
#[tokio::test]
async fn an_event_is_late_in_a_new_process_of_a_channel_with_many_items() {
    let stand_in = StandIn::start().await;
    let (logs, hour) = (stand_in.logs(), NOW + 3600 * SECOND);
    for n in 0..40 {
        add(&logs, &[Change(["orders/acme/1", "orders/acme/2"][usize::from(n > 0)], 2 + n)], hour + n).await;
    }
    assert_eq!(add(&stand_in.logs(), &[order(1)], hour + SECOND).await, [true]);
}

/// The damaged item may hold the event itself: a batch that is sent again is not late because of itself.
#[tokio::test]
async fn a_later_event_after_a_damaged_item_is_no_proof() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(1)], NOW + 2 * SECOND).await;
    add(&logs, &[order(3)], NOW + 4 * SECOND).await;
    add(&logs, &[order(30)], NOW + 31 * SECOND).await;
    stand_in.damage(&stand_in.items()[1], "count", json!({ "N": "0" }));
    let late = add_of(PIPE, &stand_in.logs(), &[order(2)], NOW + 2 * MINUTE).await;
    assert_eq!(late, (vec![false], 1));
}

#[tokio::test]
async fn the_largest_event_can_be_late() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(3)], NOW + 4 * SECOND).await;
    let bare = text(order(2));
    let data = noise("", EVENT_BYTES - bare.len() - r#""data":,"#.len());
    let large = bare.replacen('{', &format!(r#"{{"data":{data},"#), 1);
    assert_eq!(large.len(), EVENT_BYTES);
    let id = id(order(2));
    let entry = NewEvent { id: &id, text: &large };
    let appended = logs.append(PIPE, SOURCE, &[entry], KEEP, NOW + MINUTE).await.unwrap();
    assert_eq!((&appended.late, offsets(&appended)), (&vec![true], vec![2]));
    let position = appended.positions[0];
    complete(&logs, appended).await;
    let end = logs.last_position(SOURCE, NOW + MINUTE).await.unwrap();
    let after = tablecast_protocol::Position { offset: 1, ..end };
    let replay = logs.since(SOURCE, after, NOW + MINUTE, 10, |_| true).await.unwrap();
    assert_eq!(replay.events.unwrap()[0].text, with_position(&with_late(&large), position));
}

/// Events of earlier tests have neither a time nor a sequence.
#[tokio::test]
async fn an_event_without_an_order_is_never_late() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    add(&logs, &[order(3)], NOW + 4 * SECOND).await;
    stand_in.calls();
    append(&logs, &["a"], NOW + 30 * SECOND).await;
    assert_eq!(stand_in.calls(), ["PutItem"; 2]);
}

const SUBJECTS: [&str; 3] = ["orders/acme/1", "orders/acme/2", "orders/acme/3"];

/// So large that two events fill an item.
const FILL: usize = 24_000;

#[derive(Debug, Clone)]
enum Step {
    /// New changes of these subjects.
    Write(Vec<usize>),
    /// The first events of an earlier batch once more: of one that was appended, or one that became a dead letter.
    Again(usize, usize),
}

#[derive(Debug, Clone)]
enum Outcome {
    Delivered,
    /// The dispatcher fails after the append.
    Dropped,
    /// The dispatcher fails before the append.
    Lost,
    /// A write of the append fails.
    Fails(usize),
}

#[derive(Debug, Clone)]
struct Plan {
    step: Step,
    outcome: Outcome,
    writer: usize,
    restarts: bool,
    /// Seconds until the next step.
    wait: i64,
}

fn plan() -> impl Strategy<Value = Plan> {
    let write = prop::collection::vec(0..SUBJECTS.len(), 1..5).prop_map(Step::Write);
    let again = (0..100_usize, 1..5_usize).prop_map(|(batch, events)| Step::Again(batch, events));
    let outcome = prop_oneof![
        3 => Just(Outcome::Delivered),
        2 => Just(Outcome::Dropped),
        1 => Just(Outcome::Lost),
        3 => (0..4_usize).prop_map(Outcome::Fails),
    ];
    let wait = prop_oneof![2 => 0..3_i64, 1 => Just(15), 2 => Just(31), 1 => Just(90)];
    (prop_oneof![write, again], outcome, 0..2_usize, any::<bool>(), wait)
        .prop_map(|(step, outcome, writer, restarts, wait)| Plan { step, outcome, writer, restarts, wait })
}

/// The log so far: each event, its batch, and its mark.
#[derive(Debug, Default)]
struct Model(Vec<(Change, usize, bool)>);

impl Model {
    /// An event is late if it was, or if another batch has a later change.
    fn is_late(&self, change: Change, batch: usize, now: i64) -> bool {
        let was_late = |(other, _, late): &(Change, usize, bool)| *late && id(*other) == id(change);
        let is_later = |(other, of, _): &(Change, usize, bool)| {
            other.0 == change.0 && other.1 > change.1 && *of != batch
        };
        let is_old = now - (NOW + change.1 * SECOND) > 10 * SECOND;
        self.0.iter().any(was_late) || is_old && self.0.iter().any(is_later)
    }

    /// Adds what an attempt appended to the log, and checks the marks.
    fn add(&mut self, log: Vec<(i64, Value)>, changes: &[Change], batch: usize, now: i64) {
        for (second, late) in log.into_iter().skip(self.0.len()) {
            let change = *changes.iter().find(|change| change.1 == second).unwrap();
            let expected = self.is_late(change, batch, now);
            assert_eq!(late == json!(true), expected, "{change:?}");
            self.0.push((change, batch, expected));
        }
    }

    /// Checks that an append returns what the log has, and that the events of a subject keep their order.
    fn check(&self, changes: &[Change], appended: &Appended) {
        assert_eq!(appended.undecided, 0);
        let mut last = BTreeMap::new();
        for ((change, offset), late) in changes.iter().zip(offsets(appended)).zip(&appended.late) {
            let (logged, _, is_late) = &self.0[offset as usize - 1];
            assert_eq!((id(*logged), is_late), (id(*change), late));
            let before = if *late { None } else { last.insert(change.0, offset) };
            assert!(before.is_none_or(|before| before < offset), "{changes:?}: {:?}", offsets(appended));
        }
    }
}

/// Returns none if the append failed.
async fn attempt(
    stand_in: &StandIn,
    logs: &Logs,
    changes: &[Change],
    outcome: &Outcome,
    now: i64,
) -> Option<Appended> {
    if let Outcome::Fails(write) = outcome {
        stand_in.plan_writes((0..*write).map(|_| Fault::None).chain([REFUSED]));
    }
    let large = |change: &Change| {
        let fill = format!(r#"{{"data":"{}","#, "x".repeat(FILL));
        (id(*change), text(*change).replacen('{', &fill, 1))
    };
    let events: Vec<_> = changes.iter().map(large).collect();
    let entries: Vec<_> = events.iter().map(|(id, text)| NewEvent { id, text }).collect();
    let appended = logs.append(PIPE, SOURCE, &entries, KEEP, now).await;
    stand_in.cancel("log PutItem");
    appended.ok()
}

async fn run(plans: Vec<Plan>) {
    let stand_in = StandIn::start().await;
    let mut writers = [stand_in.logs(), stand_in.logs()];
    let (mut model, mut batches, mut clock) = (Model::default(), Vec::new(), 0);
    for Plan { step, outcome, writer, restarts, wait } in plans {
        if restarts {
            writers[writer] = stand_in.logs();
        }
        let (batch, changes) = match step {
            Step::Again(..) if batches.is_empty() => continue,
            Step::Again(n, events) => {
                let (batch, changes): (usize, &[Change]) = (n % batches.len(), batches[n % batches.len()]);
                (batch, &changes[..events.min(changes.len())])
            }
            Step::Write(subjects) => {
                let changes = subjects.into_iter().map(|subject| {
                    clock += 1;
                    Change(SUBJECTS[subject], clock)
                });
                let changes: &[Change] = changes.collect::<Vec<_>>().leak();
                batches.push(changes);
                (batches.len() - 1, changes)
            }
        };
        let now = NOW + clock * SECOND;
        clock += wait;
        if matches!(outcome, Outcome::Lost) {
            continue;
        }
        let appended = attempt(&stand_in, &writers[writer], changes, &outcome, now).await;
        model.add(logged_or_nothing(&stand_in, now).await, changes, batch, now);
        let Some(appended) = appended else { continue };
        model.check(changes, &appended);
        if matches!(outcome, Outcome::Delivered) {
            complete(&writers[writer], appended).await;
        }
    }
}

async fn logged_or_nothing(stand_in: &StandIn, now: i64) -> Vec<(i64, Value)> {
    if stand_in.items().is_empty() { Vec::new() } else { logged(&stand_in.logs(), now).await }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn exactly_the_events_are_late_that_another_batch_overtook(plans in prop::collection::vec(plan(), 1..25)) {
        tokio::runtime::Runtime::new().unwrap().block_on(run(plans));
    }
}
