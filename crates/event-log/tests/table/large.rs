//! Events that are larger than one item of DynamoDB.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tablecast_event_log::{EVENT_BYTES, Logs, Meter, NewEvent};
use tablecast_protocol::{Position, Unrecovered, with_position};

use crate::stand_in::{Fault, KEEP, NOW, PIPE, SECOND, SOURCE, StandIn, append, complete, id_of, noise};

async fn append_large(logs: &Logs, text: &str) -> Vec<u64> {
    let id = id_of(text);
    let appended = logs.append(PIPE, SOURCE, &[NewEvent { id: &id, text }], KEEP, NOW).await.unwrap();
    complete(logs, appended).await
}

fn bytes(item: &Value) -> usize {
    item["events"]["B"].as_str().unwrap().trim_end_matches('=').len() * 3 / 4
}

#[tokio::test]
async fn the_largest_event_is_kept_whole_in_several_items() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let large = noise("b", EVENT_BYTES);
    assert_eq!(append_large(&logs, &large).await, [2]);
    assert_eq!(append(&logs, &["c"], NOW + SECOND).await, [3]);
    let parts = stand_in.parts();
    assert_eq!((stand_in.items().len(), parts.len()), (3, 1));
    assert!(stand_in.items().iter().chain(&parts).all(|item| bytes(item) <= 390 * 1024));
    let end = logs.last_position(SOURCE, NOW).await.unwrap();
    let after = Position { offset: 1, ..end }.to_string();
    let replay = logs.resume(SOURCE, &after, NOW, 1000, |_| true).await.unwrap();
    let events = replay.events.unwrap();
    let second = Position { offset: 2, ..end };
    assert_eq!((events.len(), &events[0].text), (2, &with_position(&large, second)));
    // Another dispatcher knows its id.
    assert_eq!(append_large(&stand_in.logs(), &large).await, [2]);
}

#[tokio::test]
async fn a_large_event_that_is_overtaken_is_written_once() {
    let stand_in = StandIn::start().await;
    let (logs, other) = (stand_in.logs(), stand_in.logs());
    append(&logs, &["a"], NOW).await;
    append(&other, &["b"], NOW).await;
    assert_eq!(append_large(&logs, &noise("c", 900 * 1024)).await, [3]);
    assert_eq!(stand_in.parts()[0]["sk"]["S"], "00000000000000000003#1");
}

#[tokio::test]
async fn a_writer_that_is_far_behind_goes_on_after_an_event_that_lost_a_part() {
    let stand_in = StandIn::start().await;
    let (logs, other) = (stand_in.logs(), stand_in.logs());
    append(&logs, &["a"], NOW).await;
    for n in 0..40 {
        append(&other, &[&format!("b{n}")], NOW).await;
    }
    assert_eq!(append_large(&other, &noise("c", 900 * 1024)).await, [42]);
    stand_in.parts().iter().for_each(|part| stand_in.remove(part));
    stand_in.calls();
    assert_eq!(append(&logs, &["d"], NOW).await, [43]);
    let writes = stand_in.calls().iter().filter(|call| *call == "PutItem").count();
    assert!(writes <= 3, "{writes} writes");
}

#[tokio::test]
async fn a_resume_is_charged_for_all_parts_of_an_event() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append_large(&logs, &noise("a", EVENT_BYTES)).await;
    let charged = Arc::new(AtomicUsize::new(0));
    let counter = charged.clone();
    let meter = Meter::new(i32::MAX, move |bytes| {
        counter.fetch_add(bytes, Ordering::Relaxed);
        Box::pin(async { Ok(true) })
    });
    let end = logs.last_position(SOURCE, NOW).await.unwrap();
    let after = Position { offset: 0, ..end }.to_string();
    let replay = logs.metered(meter).resume(SOURCE, &after, NOW, 1000, |_| true).await.unwrap();
    assert_eq!(replay.events.unwrap().len(), 1);
    let stored: usize = stand_in.items().iter().chain(&stand_in.parts()).map(bytes).sum();
    // It reads the last event twice: as the end of the log, and to send it.
    assert!(charged.load(Ordering::Relaxed) >= 2 * stored, "{charged:?} for {stored} bytes");
}

#[tokio::test]
async fn an_event_that_lost_a_part_is_a_gap() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append_large(&logs, &noise("a", 900 * 1024)).await;
    append(&logs, &["b"], NOW).await;
    stand_in.parts().iter().for_each(|part| stand_in.remove(part));
    let end = logs.last_position(SOURCE, NOW).await.unwrap();
    let after = Position { offset: 0, ..end }.to_string();
    let replay = logs.resume(SOURCE, &after, NOW, 1000, |_| true).await.unwrap();
    assert_eq!(replay.events, Err(Unrecovered::Trimmed));
    assert_eq!(append(&stand_in.logs(), &["c"], NOW + SECOND).await, [3]);
}

/// DynamoDB refuses a write at the place where another dispatcher writes a large event at this moment.
#[tokio::test]
async fn a_write_during_the_transaction_of_another_dispatcher_is_repeated() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    stand_in.plan_writes([Fault::Error(400, "TransactionConflictException")]);
    assert_eq!(append(&logs, &["b"], NOW + SECOND).await, [2]);
    assert!(stand_in.all_faults_fired());
}
