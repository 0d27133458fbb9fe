use std::collections::BTreeSet;

use futures_util::future::join_all;
use tablecast_event_log::{AppendError, NewEvent};

use crate::stand_in::{
    DAY, Fault, KEEP, NOW, PIPE, REFUSED, SECOND, SOURCE, StandIn, append, complete, offsets, text,
    try_append,
};

#[tokio::test]
async fn offsets_begin_at_one_and_have_no_holes() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    assert_eq!(append(&logs, &["a", "b"], NOW).await, [1, 2]);
    assert_eq!(append(&logs, &["c"], NOW + SECOND).await, [3]);
    assert_eq!(append(&stand_in.logs(), &["d"], NOW + SECOND).await, [4]);
    assert_eq!(stand_in.ids(NOW + SECOND).await, ["a", "b", "c", "d"]);
}

#[tokio::test]
async fn later_appends_of_a_process_are_a_write_for_the_events_and_one_for_the_end() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    stand_in.calls();
    append(&logs, &["b"], NOW + SECOND).await;
    append(&logs, &["c"], NOW + 2 * SECOND).await;
    assert_eq!(stand_in.calls(), ["PutItem"; 4]);
}

#[tokio::test]
async fn an_empty_append_writes_nothing() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    stand_in.calls();
    assert_eq!(offsets(&try_append(&logs, &[], NOW).await.unwrap()), [0; 0]);
    assert_eq!(stand_in.calls(), [""; 0]);
}

#[tokio::test]
async fn a_retried_event_keeps_its_offset_in_any_process_and_any_batch() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a", "b", "c"], NOW).await;
    append(&logs, &["d"], NOW).await;
    // The same process, another process, and a part of the batch, as Pipes retry.
    assert_eq!(append(&logs, &["a", "b", "c"], NOW + SECOND).await, [1, 2, 3]);
    assert_eq!(append(&stand_in.logs(), &["a", "b", "c"], NOW + SECOND).await, [1, 2, 3]);
    assert_eq!(append(&stand_in.logs(), &["c", "e", "e"], NOW + SECOND).await, [3, 5, 5]);
    assert_eq!(stand_in.ids(NOW + SECOND).await, ["a", "b", "c", "d", "e"]);
}

#[tokio::test]
async fn an_event_retried_after_a_minute_gets_a_new_offset() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a", "b"], NOW).await;
    assert_eq!(append(&logs, &["a"], NOW + 60 * SECOND).await, [1]);
    for logs in [logs, stand_in.logs()] {
        let offsets = append(&logs, &["b"], NOW + 60 * SECOND + 1).await;
        assert_eq!(offsets, [3]);
    }
}

/// The bus can fail for hours, while clients have the events.
#[tokio::test]
async fn events_that_a_process_delivered_keep_their_offsets_while_the_pipe_repeats_them() {
    let stand_in = StandIn::start().await;
    let processes = [stand_in.logs(), stand_in.logs()];
    let mut deliveries = 0;
    for attempt in 0..120 {
        // The second process begins after a minute.
        let logs = &processes[usize::from(attempt > 13 && attempt % 3 == 0)];
        let mut appended = try_append(logs, &["a", "b"], NOW + attempt * 5 * SECOND).await.unwrap();
        deliveries += appended.delivered.iter().filter(|delivered| !**delivered).count();
        appended.expect_retry();
        complete(logs, appended).await;
    }
    let now = NOW + 600 * SECOND;
    assert_eq!(stand_in.ids(now).await, ["a", "b", "a", "b"]);
    // The first process may see the copy of the second one.
    assert!(deliveries <= 6, "{deliveries}");
    // The pipe gave up.
    assert_eq!(append(&processes[0], &["a"], now + 60 * SECOND).await, [5]);
}

/// Nobody may have received it.
#[tokio::test]
async fn an_event_whose_delivery_failed_is_not_delivered_when_it_is_repeated() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let mut failed = try_append(&logs, &["a", "b"], NOW + SECOND).await.unwrap();
    assert_eq!(failed.delivered, [true, false]);
    failed.expect_retry();
    drop(failed);
    let again = try_append(&logs, &["a", "b"], NOW + 2 * SECOND).await.unwrap();
    assert_eq!((offsets(&again), &again.delivered), (vec![1, 2], &vec![false, false]));
}

#[tokio::test]
async fn an_idle_process_also_gives_an_old_event_a_new_offset() {
    let stand_in = StandIn::start().await;
    let idle = stand_in.logs();
    append(&idle, &["a"], NOW).await;
    append(&stand_in.logs(), &["b"], NOW + SECOND).await;
    assert_eq!(append(&idle, &["b"], NOW + 61 * SECOND + 1).await, [3]);
}

#[tokio::test]
async fn a_batch_that_fails_at_any_write_is_complete_after_a_retry() {
    let many: Vec<String> = (0..500).map(|n| format!("{n:0500}")).collect();
    let ids: Vec<&str> = many.iter().map(String::as_str).collect();
    // The beginning of the epoch, and five items.
    for at in 0..6 {
        for (fault, fails) in [(REFUSED, true), (Fault::Lost, false)] {
            let stand_in = StandIn::start().await;
            stand_in.plan_writes((0..at).map(|_| Fault::None).chain([fault.clone()]));
            let first = try_append(&stand_in.logs(), &ids, NOW).await;
            assert!(stand_in.all_faults_fired(), "{fault:?} at {at}");
            // If the response is lost, the SDK repeats the request and finds its own item.
            assert_eq!(first.is_err(), fails, "{fault:?} at {at}");
            let offsets = append(&stand_in.logs(), &ids, NOW + SECOND).await;
            assert_eq!(offsets, (1..=500).collect::<Vec<_>>(), "{fault:?} at {at}");
            assert_eq!(stand_in.ids(NOW + SECOND).await, ids, "{fault:?} at {at}");
        }
    }
}

#[tokio::test]
async fn retried_events_of_a_dead_dispatcher_keep_their_offsets() {
    let stand_in = StandIn::start().await;
    let dead = stand_in.logs();
    append(&dead, &["a"], NOW).await;
    drop(try_append(&dead, &["b", "c"], NOW).await.unwrap());
    append(&stand_in.logs(), &["d"], NOW + SECOND).await;
    assert_eq!(append(&stand_in.logs(), &["b", "c"], NOW + 2 * SECOND).await, [2, 3]);
    assert_eq!(stand_in.ids(NOW + 2 * SECOND).await, ["a", "b", "c", "d"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writers_never_share_an_offset_and_keep_their_order() {
    let stand_in = StandIn::start().await;
    let dispatcher = async |name: usize| {
        let logs = stand_in.logs();
        for batch in 0..10 {
            let ids: Vec<_> = (0..3).map(|n| format!("{name}-{batch}-{n}")).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let first = offsets(&try_append(&logs, &ids, NOW + batch).await.unwrap());
            // Every batch is appended twice.
            assert_eq!(append(&logs, &ids, NOW + batch).await, first);
        }
    };
    join_all((0..4).map(dispatcher)).await;
    let ids = stand_in.ids(NOW + SECOND).await;
    assert_eq!(ids.len(), 4 * 10 * 3);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for name in 0..4 {
        let own = ids.iter().filter(|id| id.starts_with(&format!("{name}-")));
        assert!(own.is_sorted(), "{ids:?}");
    }
}

#[tokio::test]
async fn an_idle_process_sees_the_events_of_other_processes() {
    let stand_in = StandIn::start().await;
    let (sleeper, other) = (stand_in.logs(), stand_in.logs());
    append(&sleeper, &["a"], NOW).await;
    append(&other, &["b", "c"], NOW + SECOND).await;
    assert_eq!(append(&sleeper, &["c", "d"], NOW + 2 * SECOND).await, [3, 4]);
    // By then, all items that it knows have expired.
    assert_eq!(append(&other, &["e"], NOW + 8 * DAY).await, [5]);
    stand_in.expire(NOW + 8 * DAY);
    assert_eq!(append(&sleeper, &["f"], NOW + 8 * DAY).await, [6]);
}

#[tokio::test]
async fn a_writer_that_is_a_little_behind_reads_what_others_appended() {
    let stand_in = StandIn::start().await;
    let (behind, other) = (stand_in.logs(), stand_in.logs());
    append(&behind, &["a"], NOW).await;
    for id in ["b", "c", "d"] {
        append(&other, &[id], NOW + SECOND).await;
    }
    assert_eq!(append(&behind, &["b", "e"], NOW + 2 * SECOND).await, [2, 5]);
}

/// A failed write costs more than a read.
#[tokio::test]
async fn a_writer_reads_before_it_writes_while_another_one_appends() {
    let stand_in = StandIn::start().await;
    let (writer, other) = (stand_in.logs(), stand_in.logs());
    append(&other, &["a"], NOW).await;
    append(&writer, &["b"], NOW).await;
    append(&other, &["c"], NOW + 1).await;
    stand_in.calls();
    append(&writer, &["d"], NOW + 2).await;
    assert_eq!(stand_in.calls(), ["Query", "Query", "PutItem", "PutItem"]);
    append(&writer, &["e"], NOW + 6 * SECOND).await;
    assert_eq!(stand_in.calls(), ["PutItem", "PutItem"]);
}

/// Reading all of them would cost each of many writers what all others append.
#[tokio::test]
async fn a_writer_that_is_far_behind_reads_the_end_only() {
    let stand_in = StandIn::start().await;
    let (behind, other) = (stand_in.logs(), stand_in.logs());
    append(&behind, &["a"], NOW).await;
    for n in 0..40 {
        append(&other, &[&format!("b{n}")], NOW + n).await;
    }
    stand_in.calls();
    assert_eq!(append(&behind, &["c"], NOW + SECOND).await, [42]);
    assert_eq!(stand_in.calls(), ["PutItem", "Query", "PutItem", "PutItem"]);
    // The end item shows that the events that were not read are delivered.
    assert_eq!(stand_in.items()[41]["delivered_to"]["N"], "41");
    drop(try_append(&other, &["d"], NOW + SECOND).await.unwrap());
    for n in 0..40 {
        append(&behind, &[&format!("e{n}")], NOW + SECOND + n).await;
    }
    // One event before them may not be, so a client that resumes receives it again.
    append(&other, &["f"], NOW + 2 * SECOND).await;
    assert_eq!(stand_in.items()[83]["delivered_to"]["N"], "42");
}

#[tokio::test]
async fn each_channel_has_its_own_log() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    append(&logs, &["a"], NOW).await;
    let text = text("b");
    let entry = NewEvent { id: "b", text: &text };
    let other = logs.append(PIPE, "tablecast/orders/globex", &[entry], KEEP, NOW + 1).await.unwrap();
    assert_eq!(offsets(&other), [1]);
    assert_ne!(other.positions[0].epoch, logs.last_position(SOURCE, NOW).await.unwrap().epoch);
}

/// Each entry in the directory costs a write.
#[tokio::test]
async fn a_channel_is_written_to_the_directory_again_before_its_entry_expires() {
    let stand_in = StandIn::start().await;
    let writes = async |day: i64| {
        stand_in.calls();
        append(&stand_in.logs(), &[&format!("day {day}")], NOW + day * DAY).await;
        stand_in.calls().iter().filter(|call| *call == "PutItem").count()
    };
    let (begin, list, item_and_end) = (1, 1, 2);
    assert_eq!(writes(0).await, begin + list + item_and_end);
    assert_eq!(writes(1).await, item_and_end);
    assert_eq!(writes(400).await, begin + item_and_end, "another epoch knows the entry");
    assert_eq!(writes(401).await, list + item_and_end);
}

#[tokio::test]
async fn a_refused_write_is_an_error_that_names_the_table() {
    let stand_in = StandIn::start().await;
    stand_in.plan_writes([REFUSED]);
    let error = try_append(&stand_in.logs(), &["a"], NOW).await.unwrap_err();
    assert!(matches!(error, AppendError::Storage(_)));
    assert!(error.to_string().contains("table log") && error.to_string().contains("AccessDenied"), "{error}");
}
