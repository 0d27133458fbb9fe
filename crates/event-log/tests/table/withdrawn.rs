//! An operator deletes the events of a channel, and not its end: docs/guides/operate.md. No client may take the rest for
//! the whole.

use serde_json::Value;
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::{Position, Unrecovered};

use crate::stand_in::{DAY, KEEP, NOW, PIPE, SECOND, SOURCE, StandIn, append, complete, id_of, noise};

/// A channel with events of all kinds: several in an item, one in several items, and one alone.
async fn filled(stand_in: &StandIn) -> Logs {
    let logs = stand_in.logs();
    append(&logs, &["e1", "e2"], NOW).await;
    let large = noise("e3", 900 * 1024);
    let event = NewEvent { id: "e3", text: &large };
    complete(&logs, logs.append(PIPE, SOURCE, &[event], KEEP, NOW + SECOND).await.unwrap()).await;
    append(&logs, &["e4"], NOW + 2 * SECOND).await;
    assert_eq!((stand_in.items().len(), stand_in.parts().len()), (3, 1));
    logs
}

/// Deletes what the runbook deletes: the keys before this offset, in the partitions of the channel.
fn withdraw(stand_in: &StandIn, before: u64) {
    let is_before = |item: &Value| item["sk"]["S"].as_str().unwrap() < &*format!("{before:020}");
    let items = [stand_in.partition(SOURCE), stand_in.parts()].concat();
    items.iter().filter(|item| is_before(item)).for_each(|item| stand_in.remove(item));
}

async fn resume(logs: &Logs, after: Position, now: i64) -> Result<Vec<String>, Unrecovered> {
    let replay = logs.resume(SOURCE, &after.to_string(), now, 1000, |_| true).await.unwrap();
    replay.events.map(|events| events.iter().map(|event| id_of(&event.text)).collect())
}

/// A client at an offset receives all events after it, or learns of the gap.
async fn assert_honest(stand_in: &StandIn, end: Position, last: u64, now: i64) {
    for offset in 0..=end.offset {
        let resumed = resume(&stand_in.logs(), Position { offset, ..end }, now).await;
        let missed: Vec<_> = (offset + 1..=last).map(|offset| format!("e{offset}")).collect();
        assert!(resumed.as_ref().map_or(true, |events| *events == missed), "after {offset}: {resumed:?}");
        assert!(offset == end.offset || resumed.is_err(), "after {offset}: {resumed:?}");
    }
}

#[tokio::test]
async fn after_a_withdrawal_each_client_that_missed_an_event_learns_of_a_gap() {
    let stand_in = StandIn::start().await;
    let start = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    let logs = filled(&stand_in).await;
    let end = logs.last_position(SOURCE, NOW + 3 * SECOND).await.unwrap();
    withdraw(&stand_in, end.offset + 1);
    assert!(stand_in.items().is_empty() && stand_in.parts().is_empty() && stand_in.end_item().is_some());
    for now in [NOW + 4 * SECOND, NOW + DAY, NOW + 100 * DAY] {
        assert_honest(&stand_in, end, end.offset, now).await;
        assert_eq!(resume(&stand_in.logs(), end, now).await, Ok(vec![]));
        assert_eq!(resume(&stand_in.logs(), start, now).await, Err(Unrecovered::Trimmed));
    }
}

/// The dispatcher of the earlier events remembers where the channel ends, and another one reads it.
#[tokio::test]
async fn after_a_withdrawal_the_next_event_has_a_new_offset() {
    for is_other in [false, true] {
        for seconds in [4, 59, 100] {
            let stand_in = StandIn::start().await;
            let first = filled(&stand_in).await;
            let end = first.last_position(SOURCE, NOW + 3 * SECOND).await.unwrap();
            withdraw(&stand_in, end.offset + 1);
            let (writer, now) = (if is_other { stand_in.logs() } else { first }, NOW + seconds * SECOND);
            assert_eq!(append(&writer, &["e5"], now).await, [5]);
            assert_eq!(append(&stand_in.logs(), &["e6"], now + SECOND).await, [6]);
            assert_honest(&stand_in, end, 6, now + 2 * SECOND).await;
            let newest = writer.last_position(SOURCE, now + 2 * SECOND).await.unwrap();
            assert_eq!(resume(&stand_in.logs(), newest, now + 2 * SECOND).await, Ok(vec![]));
        }
    }
}

/// The events since then have none of the withdrawn data, and stay.
#[tokio::test]
async fn a_withdrawal_up_to_an_offset_leaves_the_later_events() {
    let stand_in = StandIn::start().await;
    let logs = filled(&stand_in).await;
    let deployed = logs.last_position(SOURCE, NOW + 3 * SECOND).await.unwrap();
    append(&logs, &["e5", "e6"], NOW + 4 * SECOND).await;
    withdraw(&stand_in, deployed.offset + 1);
    let now = NOW + 5 * SECOND;
    assert_honest(&stand_in, deployed, 6, now).await;
    let after_5 = Position { offset: 5, ..deployed };
    assert_eq!(resume(&stand_in.logs(), after_5, now).await, Ok(vec!["e6".to_owned()]));
    assert_eq!(append(&logs, &["e7"], now).await, [7]);
}

/// The commands delete the oldest items first, and can be interrupted.
#[tokio::test]
async fn clients_that_resume_during_a_withdrawal_learn_of_the_gap() {
    let stand_in = StandIn::start().await;
    let logs = filled(&stand_in).await;
    let end = logs.last_position(SOURCE, NOW + 3 * SECOND).await.unwrap();
    withdraw(&stand_in, 2);
    for offset in 0..2 {
        let resumed = resume(&stand_in.logs(), Position { offset, ..end }, NOW + 4 * SECOND).await;
        assert_eq!(resumed, Err(Unrecovered::Trimmed), "after {offset}");
    }
    assert_eq!(
        resume(&stand_in.logs(), Position { offset: 3, ..end }, NOW + 4 * SECOND).await.unwrap(),
        ["e4"]
    );
    let parts = stand_in.parts();
    parts.iter().for_each(|part| stand_in.remove(part));
    let in_the_large_event = Position { offset: 2, ..end };
    assert!(resume(&stand_in.logs(), in_the_large_event, NOW + 4 * SECOND).await.is_err());
}
