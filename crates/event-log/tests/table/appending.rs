use std::collections::BTreeSet;

use futures_util::future::join_all;
use tablecast_event_log::{AppendError, Entry};

use crate::stand_in::{DAY, Fault, KEEP, NOW, PIPE, SECOND, StandIn, append, offsets, text, try_append};

#[tokio::test]
async fn offsets_begin_at_one_and_have_no_holes() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    assert_eq!(append(&logs, &["a", "b"], NOW).await, [1, 2]);
    assert_eq!(append(&logs, &["c"], NOW + SECOND).await, [3]);
    assert_eq!(append(&stand_in.logs(), &["d"], NOW + SECOND).await, [4]);
    assert_eq!(stand_in.told(NOW + SECOND).await, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn whoever_appends_again_and_again_needs_one_write_and_no_read() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    stand_in.calls();
    append(&logs, &["b"], NOW + SECOND).await;
    append(&logs, &["c"], NOW + 2 * SECOND).await;
    assert_eq!(stand_in.calls(), ["PutItem", "PutItem"]);
}

#[tokio::test]
async fn of_nothing_nothing_is_written() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    stand_in.calls();
    assert_eq!(append(&logs, &[], NOW).await, [0; 0]);
    assert_eq!(stand_in.calls(), [""; 0]);
}

#[tokio::test]
async fn an_event_that_comes_again_keeps_its_place_whoever_appends_it_and_whatever_comes_with_it() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a", "b", "c"], NOW).await;
    append(&logs, &["d"], NOW).await;
    // The same process; another; and in part, as Pipes bring batches again.
    assert_eq!(append(&logs, &["a", "b", "c"], NOW + SECOND).await, [1, 2, 3]);
    assert_eq!(append(&stand_in.logs(), &["a", "b", "c"], NOW + SECOND).await, [1, 2, 3]);
    assert_eq!(append(&stand_in.logs(), &["c", "e", "e"], NOW + SECOND).await, [3, 5, 5]);
    assert_eq!(stand_in.told(NOW + SECOND).await, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn an_event_that_comes_again_after_a_minute_is_told_again_because_clients_may_have_passed_it() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a", "b"], NOW).await;
    assert_eq!(append(&logs, &["a"], NOW + 60 * SECOND).await, [1]);
    for logs in [logs, stand_in.logs()] {
        let offsets = append(&logs, &["b"], NOW + 60 * SECOND + 1).await;
        assert_eq!(offsets, [3]);
    }
}

#[tokio::test]
async fn an_event_of_another_process_does_not_keep_its_place_either_for_one_that_looked_away_for_long() {
    let stand_in = StandIn::start().await;
    let idle = stand_in.logs();
    append(&idle, &["a"], NOW).await;
    append(&stand_in.logs(), &["b"], NOW + SECOND).await;
    assert_eq!(append(&idle, &["b"], NOW + 61 * SECOND + 1).await, [3]);
}

#[tokio::test]
async fn a_batch_that_fails_at_any_write_is_whole_after_the_next_try() {
    let many: Vec<String> = (0..500).map(|n| format!("{n:0500}")).collect();
    let ids: Vec<&str> = many.iter().map(String::as_str).collect();
    // The origin, and five items.
    for at in 0..6 {
        for fault in [Fault::Refused, Fault::Unanswered] {
            let stand_in = StandIn::start().await;
            stand_in.plan((0..at).map(|_| Fault::None).chain([fault]));
            let first = try_append(&stand_in.logs(), &ids, NOW).await;
            assert!(stand_in.all_faults_fired(), "{fault:?} at {at}");
            // The SDK asks again when there was no answer: what it then finds there is its own.
            assert_eq!(first.is_err(), matches!(fault, Fault::Refused), "{fault:?} at {at}");
            let offsets = append(&stand_in.logs(), &ids, NOW + SECOND).await;
            assert_eq!(offsets, (1..=500).collect::<Vec<_>>(), "{fault:?} at {at}");
            assert_eq!(stand_in.told(NOW + SECOND).await, ids, "{fault:?} at {at}");
        }
    }
}

#[tokio::test]
async fn a_dispatcher_that_dies_after_an_append_leaves_events_that_come_again_with_their_places() {
    let stand_in = StandIn::start().await;
    let dead = stand_in.logs();
    append(&dead, &["a"], NOW).await;
    drop(try_append(&dead, &["b", "c"], NOW).await.unwrap());
    append(&stand_in.logs(), &["d"], NOW + SECOND).await;
    assert_eq!(append(&stand_in.logs(), &["b", "c"], NOW + 2 * SECOND).await, [2, 3]);
    assert_eq!(stand_in.told(NOW + 2 * SECOND).await, ["a", "b", "c", "d"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dispatchers_at_once_never_give_an_offset_twice_and_each_keeps_its_own_order() {
    let stand_in = StandIn::start().await;
    let dispatcher = async |name: usize| {
        let logs = stand_in.logs();
        for batch in 0..10 {
            let ids: Vec<_> = (0..3).map(|n| format!("{name}-{batch}-{n}")).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let first = offsets(&try_append(&logs, &ids, NOW + batch).await.unwrap());
            // Every batch comes twice.
            assert_eq!(append(&logs, &ids, NOW + batch).await, first);
        }
    };
    join_all((0..4).map(dispatcher)).await;
    let told = stand_in.told(NOW + SECOND).await;
    assert_eq!(told.len(), 4 * 10 * 3);
    assert_eq!(told.iter().collect::<BTreeSet<_>>().len(), told.len());
    for name in 0..4 {
        let own = told.iter().filter(|id| id.starts_with(&format!("{name}-")));
        assert!(own.is_sorted(), "{told:?}");
    }
}

#[tokio::test]
async fn a_process_that_slept_sees_what_the_others_did() {
    let stand_in = StandIn::start().await;
    let (sleeper, other) = (stand_in.logs(), stand_in.logs());
    append(&sleeper, &["a"], NOW).await;
    append(&other, &["b", "c"], NOW + SECOND).await;
    assert_eq!(append(&sleeper, &["c", "d"], NOW + 2 * SECOND).await, [3, 4]);
    // By then, what it knows of the end may have expired.
    assert_eq!(append(&other, &["e"], NOW + 8 * DAY).await, [5]);
    stand_in.items().iter().filter(|item| item["sk"]["S"] != "00000000000000000005").for_each(|item| {
        stand_in.remove(item);
    });
    assert_eq!(append(&sleeper, &["f"], NOW + 8 * DAY).await, [6]);
}

#[tokio::test]
async fn the_pipes_have_logs_of_their_own() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let text = text("b");
    let other = logs.append("profiles", &[Entry { id: "b", text: &text }], KEEP, NOW).await.unwrap();
    assert_eq!(offsets(&other), [1]);
    assert_ne!(other.positions[0].epoch, logs.end(PIPE, KEEP, NOW).await.unwrap().epoch);
}

#[tokio::test]
async fn a_write_that_is_refused_is_an_error_that_names_the_table() {
    let stand_in = StandIn::start().await;
    stand_in.plan([Fault::Refused]);
    let error = try_append(&stand_in.logs(), &["a"], NOW).await.unwrap_err();
    assert!(matches!(error, AppendError::Storage(_)));
    assert!(error.to_string().contains("table log") && error.to_string().contains("AccessDenied"), "{error}");
}
