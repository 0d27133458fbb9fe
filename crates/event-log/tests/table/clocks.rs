//! Dispatchers whose clocks differ. A resume must not report success while an event is on its way.

use serde_json::Value;
use tablecast_event_log::AppendError;

use crate::stand_in::{NOW, SECOND, SOURCE, StandIn, append, offsets, try_append};

#[tokio::test]
async fn a_clock_that_differs_from_dynamodbs_by_minutes_appends_nothing() {
    for (dynamodb_ahead, skew) in [(600, -600), (-600, 600), (60, -60), (-60, 60)] {
        let stand_in = StandIn::start().await;
        append(&stand_in.logs(), &["a"], NOW).await;
        let items = stand_in.items();
        stand_in.set_clock_ahead(dynamodb_ahead);
        let error = try_append(&stand_in.logs(), &["b"], NOW + SECOND).await.unwrap_err();
        assert!(error.to_string().contains("clock"), "{error}");
        let AppendError::ClockSkew { ahead, .. } = error else { panic!("{error}") };
        assert!((ahead - skew * SECOND).abs() < 3 * SECOND, "{ahead}");
        assert_eq!(stand_in.items(), items);
        stand_in.set_clock_ahead(0);
        assert_eq!(append(&stand_in.logs(), &["b"], NOW + SECOND).await, [2]);
    }
}

#[tokio::test]
async fn clocks_may_differ_by_a_few_seconds() {
    for ahead in [-4, -2, 2, 4] {
        let stand_in = StandIn::start().await;
        stand_in.set_clock_ahead(ahead);
        assert_eq!(append(&stand_in.logs(), &["a"], NOW).await, [1], "{ahead} s");
    }
}

/// A process that only writes learns of a wrong clock from the responses of its writes.
#[tokio::test]
async fn a_clock_that_becomes_wrong_is_noticed_by_the_next_batch() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    stand_in.set_clock_ahead(600);
    let written = try_append(&logs, &["b"], NOW + SECOND).await;
    assert!(written.is_err() || offsets(&written.unwrap()) == [2]);
    try_append(&logs, &["c"], NOW + 2 * SECOND).await.unwrap_err();
}

#[tokio::test]
async fn a_log_begins_no_epoch_while_the_clock_is_wrong() {
    let stand_in = StandIn::start().await;
    stand_in.set_clock_ahead(600);
    let error = try_append(&stand_in.logs(), &["a"], NOW).await.unwrap_err();
    assert!(error.to_string().contains("clock"), "{error}");
    assert!(stand_in.end_item().is_none());
}

/// A clock that is not refused is less than 20 s behind another one.
#[tokio::test]
async fn the_items_of_a_writer_whose_clock_is_behind_never_expire_before_earlier_ones() {
    let stand_in = StandIn::start().await;
    let (ahead, behind) = (stand_in.logs(), stand_in.logs());
    append(&ahead, &["a"], NOW).await;
    append(&behind, &["b"], NOW - 18 * SECOND).await;
    append(&ahead, &["c"], NOW + SECOND).await;
    append(&behind, &["d"], NOW - 17 * SECOND).await;
    for attribute in ["appended_at", "expires_at"] {
        let times: Vec<i64> = numbers(&stand_in.items(), attribute);
        assert!(times.is_sorted(), "{attribute}: {times:?}");
    }
}

/// It counts an append of the other one as older than it is, and then as delivered.
#[tokio::test]
async fn an_event_counts_as_undelivered_for_a_writer_whose_clock_is_ahead() {
    let stand_in = StandIn::start().await;
    drop(try_append(&stand_in.logs(), &["a"], NOW).await.unwrap());
    // After 180 s, the retry has another offset, and the push has ended.
    append(&stand_in.logs(), &["b"], NOW + 180 * SECOND + 18 * SECOND).await;
    let end = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    let replay = stand_in.logs().resume(SOURCE, &end.to_string(), NOW, 10, |_| true).await.unwrap();
    assert_eq!(replay.events.unwrap().len(), 1);
}

fn numbers(items: &[Value], attribute: &str) -> Vec<i64> {
    items.iter().map(|item| item[attribute]["N"].as_str().unwrap().parse().unwrap()).collect()
}
