//! The end of a channel, which outlives its events.

use serde_json::json;
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::{Position, Unrecovered};

use crate::stand_in::{
    DAY, Fault, KEEP, NOW, PIPE, REFUSED, SECOND, SOURCE, StandIn, append, complete, id_of, offsets,
    try_append,
};

const KEEP_MS: i64 = 7 * DAY;

async fn resume(logs: &Logs, after: Position, now: i64) -> Result<Vec<String>, Unrecovered> {
    let events = logs.resume(SOURCE, &after.to_string(), now, 1000, |_| true).await.unwrap().events?;
    Ok(events.iter().map(|event| id_of(&event.text)).collect())
}

#[tokio::test]
async fn a_client_that_missed_nothing_is_recovered_however_long_the_channel_was_quiet() {
    for away in [3600 * SECOND, KEEP_MS / 2, KEEP_MS, 10 * KEEP_MS, 390 * DAY] {
        for is_read_meanwhile in [false, true] {
            let stand_in = StandIn::start().await;
            append(&stand_in.logs(), &["a", "b"], NOW).await;
            let end = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
            if is_read_meanwhile {
                stand_in.logs().last_position(SOURCE, NOW + away / 2).await.unwrap();
            }
            stand_in.expire(NOW + away);
            let logs = stand_in.logs();
            assert_eq!(logs.last_position(SOURCE, NOW + away).await.unwrap(), end, "{away}");
            assert_eq!(resume(&logs, end, NOW + away).await, Ok(vec![]), "{away}");
            // A client that missed an event receives `recovered: false`.
            let missed_one = resume(&logs, Position { offset: 1, ..end }, NOW + away).await;
            assert_eq!(missed_one.is_ok(), away < KEEP_MS, "{away}: {missed_one:?}");
        }
    }
}

#[tokio::test]
async fn the_first_event_after_a_quiet_time_follows_the_last_one() {
    for (away, is_expired) in
        [(10 * KEEP_MS, true), (10 * KEEP_MS, false), (KEEP_MS + 2 * 3600 * SECOND, false)]
    {
        let stand_in = StandIn::start().await;
        append(&stand_in.logs(), &["a", "b"], NOW).await;
        let before = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
        if is_expired {
            stand_in.expire(NOW + away);
        }
        assert_eq!(append(&stand_in.logs(), &["c"], NOW + away).await, [3]);
        let (logs, now) = (stand_in.logs(), NOW + away + SECOND);
        let after = logs.last_position(SOURCE, now).await.unwrap();
        assert!(after.epoch > before.epoch);
        assert_eq!(resume(&logs, before, now).await, Ok(vec!["c".to_owned()]));
        assert_eq!(resume(&logs, after, now).await, Ok(vec![]));
        let missed_one = Position { offset: 1, ..before };
        assert_eq!(resume(&logs, missed_one, now).await, Err(Unrecovered::EpochChanged));
        let never_given = Position { offset: 3, ..before };
        assert_eq!(resume(&logs, never_given, now).await, Err(Unrecovered::EpochChanged));
    }
}

#[tokio::test]
async fn a_client_two_quiet_times_behind_is_not_recovered() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let first = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    for n in 1..3 {
        stand_in.expire(NOW + n * 10 * KEEP_MS);
        append(&stand_in.logs(), &["b"], NOW + n * 10 * KEEP_MS).await;
    }
    let resumed = resume(&stand_in.logs(), first, NOW + 20 * KEEP_MS).await;
    assert_eq!(resumed, Err(Unrecovered::EpochChanged));
}

/// The function can stop between the two writes that begin an epoch.
#[tokio::test]
async fn an_epoch_without_events_is_continued() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let before = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    let late = NOW + 10 * KEEP_MS;
    stand_in.expire(late);
    stand_in.plan_writes([Fault::None, REFUSED]);
    try_append(&stand_in.logs(), &["b"], late).await.unwrap_err();
    assert!(stand_in.all_faults_fired() && stand_in.items().is_empty());
    assert_eq!(resume(&stand_in.logs(), before, late).await, Ok(vec![]));
    assert_eq!(append(&stand_in.logs(), &["b"], late + DAY).await, [2]);
    assert_eq!(resume(&stand_in.logs(), before, late + DAY).await, Ok(vec!["b".to_owned()]));
}

#[tokio::test]
async fn a_channel_without_events_has_a_position_and_no_items() {
    let stand_in = StandIn::start().await;
    let start = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    assert_eq!(start.offset, 0);
    for away in [SECOND, 10 * KEEP_MS, 390 * DAY] {
        assert_eq!(resume(&stand_in.logs(), start, NOW + away).await, Ok(vec![]), "{away}");
    }
    assert!(stand_in.partition(SOURCE).is_empty());
    append(&stand_in.logs(), &["a", "b"], NOW + DAY).await;
    assert_eq!(resume(&stand_in.logs(), start, NOW + DAY).await.unwrap(), ["a", "b"]);
    let since = stand_in.logs().since(SOURCE, start, NOW + DAY, 1000, |_| true).await.unwrap();
    assert_eq!(since.events.unwrap().len(), 2);
    // Later, the events have expired.
    stand_in.expire(NOW + 20 * DAY);
    assert_eq!(resume(&stand_in.logs(), start, NOW + 20 * DAY).await, Err(Unrecovered::Trimmed));
    append(&stand_in.logs(), &["c"], NOW + 20 * DAY).await;
    assert_eq!(resume(&stand_in.logs(), start, NOW + 20 * DAY).await, Err(Unrecovered::EpochChanged));
}

/// A dispatcher's batch can be older than the position of a client that it is not visible to yet.
#[tokio::test]
async fn an_append_that_began_before_a_position_was_read_is_not_missed() {
    let stand_in = StandIn::start().await;
    let start = stand_in.logs().last_position(SOURCE, NOW + 30 * SECOND).await.unwrap();
    append(&stand_in.logs(), &["a"], NOW).await;
    assert_eq!(resume(&stand_in.logs(), start, NOW + 31 * SECOND).await.unwrap(), ["a"]);
}

#[tokio::test]
async fn a_channel_that_somebody_deleted_is_not_recovered() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let before = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    stand_in.partition(SOURCE).iter().for_each(|item| stand_in.remove(item));
    assert_eq!(resume(&stand_in.logs(), before, NOW + DAY).await, Err(Unrecovered::EpochChanged));
    assert_eq!(append(&stand_in.logs(), &["b"], NOW + DAY).await, [1]);
    assert_eq!(resume(&stand_in.logs(), before, NOW + DAY).await, Err(Unrecovered::EpochChanged));
}

#[tokio::test]
async fn events_that_somebody_deleted_are_a_gap_and_their_offsets_are_not_given_again() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a", "b"], NOW).await;
    let end = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    stand_in.items().iter().for_each(|item| stand_in.remove(item));
    assert_eq!(append(&stand_in.logs(), &["c"], NOW + SECOND).await, [3]);
    assert_eq!(resume(&stand_in.logs(), end, NOW + SECOND).await.unwrap(), ["c"]);
    let resumed = resume(&stand_in.logs(), Position { offset: 1, ..end }, NOW + SECOND).await;
    assert_eq!(resumed, Err(Unrecovered::EpochChanged));
}

/// The pipe retries such a batch, or the record becomes a dead letter.
#[tokio::test]
async fn an_end_that_was_not_recorded_is_the_last_item_until_it_expires() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let recorded = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    drop(try_append(&stand_in.logs(), &["b"], NOW + SECOND).await.unwrap());
    let end = stand_in.logs().last_position(SOURCE, NOW + SECOND).await.unwrap();
    assert_eq!(end, Position { offset: 2, ..recorded });
    let late = NOW + 10 * KEEP_MS;
    stand_in.expire(late);
    assert_eq!(resume(&stand_in.logs(), end, late).await, Err(Unrecovered::PositionUnknown));
    assert_eq!(append(&stand_in.logs(), &["c"], late).await, [2]);
    assert_eq!(resume(&stand_in.logs(), end, late).await, Err(Unrecovered::EpochChanged));
}

#[tokio::test]
async fn a_retried_batch_records_its_end() {
    let stand_in = StandIn::start().await;
    drop(try_append(&stand_in.logs(), &["a", "b"], NOW).await.unwrap());
    assert_eq!(append(&stand_in.logs(), &["a", "b"], NOW + SECOND).await, [1, 2]);
    assert_eq!(stand_in.end_item().unwrap()["end_offset"]["N"], "2");
}

#[tokio::test]
async fn an_earlier_end_never_replaces_a_later_one() {
    let stand_in = StandIn::start().await;
    let (slow, quick) = (stand_in.logs(), stand_in.logs());
    let first = try_append(&slow, &["a"], NOW).await.unwrap();
    append(&quick, &["b"], NOW + SECOND).await;
    complete(&slow, first).await;
    assert_eq!(stand_in.end_item().unwrap()["end_offset"]["N"], "2");
}

/// The put of a writer that read the end before the epoch began can arrive after it.
#[tokio::test]
async fn a_late_event_of_the_earlier_epoch_is_the_end() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a", "b"], NOW).await;
    let before = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    let late = NOW + KEEP_MS + (3600 - 59) * SECOND;
    stand_in.plan_writes([Fault::None, REFUSED]);
    try_append(&stand_in.logs(), &["d"], late).await.unwrap_err();
    let mut block = stand_in.items()[0].clone();
    block["expires_at"] = json!({ "N": (late / 1000 + 7 * 24 * 3600).to_string() });
    stand_in.damage(&block, "sk", json!({ "S": "00000000000000000003" }));
    assert_eq!(stand_in.logs().last_position(SOURCE, late).await.unwrap(), Position { offset: 4, ..before });
    let missed = stand_in.logs().resume(SOURCE, &before.to_string(), late, 1000, |_| true).await.unwrap();
    assert_ne!(missed.events, Ok(vec![]));
    assert_eq!(append(&stand_in.logs(), &["d"], late).await, [5]);
}

#[tokio::test]
async fn events_on_their_way_before_a_quiet_time_are_not_forgotten() {
    let stand_in = StandIn::start().await;
    let (slow, quick) = (stand_in.logs(), stand_in.logs());
    let pending = try_append(&slow, &["a"], NOW).await.unwrap();
    append(&quick, &["b"], NOW + SECOND).await;
    let end = quick.last_position(SOURCE, NOW + SECOND).await.unwrap();
    assert_eq!(resume(&quick, end, NOW + 2 * SECOND).await.unwrap(), ["a"]);
    drop(pending);
    // Past the time to keep events, items live on for a while.
    for away in [KEEP_MS + 60 * SECOND, 10 * KEEP_MS] {
        stand_in.expire(NOW + away);
        assert_ne!(resume(&quick, end, NOW + away).await, Ok(vec![]), "{away}");
    }
    append(&stand_in.logs(), &["c"], NOW + 10 * KEEP_MS).await;
    assert_eq!(resume(&quick, end, NOW + 10 * KEEP_MS).await, Err(Unrecovered::EpochChanged));
}

/// Instances of a function take turns.
#[tokio::test]
async fn a_batch_of_another_writer_is_delivered_once_its_end_is_recorded() {
    let stand_in = StandIn::start().await;
    let (one, other) = (stand_in.logs(), stand_in.logs());
    append(&one, &["a"], NOW).await;
    append(&other, &["b"], NOW + SECOND).await;
    append(&one, &["c"], NOW + 2 * SECOND).await;
    let end = one.last_position(SOURCE, NOW + 3 * SECOND).await.unwrap();
    assert_eq!(resume(&one, end, NOW + 3 * SECOND).await, Ok(vec![]));
    stand_in.expire(NOW + 10 * KEEP_MS);
    assert_eq!(resume(&one, end, NOW + 10 * KEEP_MS).await, Ok(vec![]));
}

/// No event of it can have expired within 30 minutes, so the positions of clients stay valid.
#[tokio::test]
async fn an_epoch_without_events_is_used_within_30_minutes_and_renewed_later() {
    for (minutes, is_same) in [(29, true), (30, false)] {
        let stand_in = StandIn::start().await;
        stand_in.plan_writes([Fault::None, Fault::None, REFUSED]);
        try_append(&stand_in.logs(), &["a"], NOW).await.unwrap_err();
        let begun = stand_in.end_item().unwrap()["epoch"].clone();
        append(&stand_in.logs(), &["a"], NOW + minutes * 60 * SECOND).await;
        assert_eq!(stand_in.items()[0]["epoch"] == begun, is_same, "after {minutes} minutes");
    }
}

#[tokio::test]
async fn an_epoch_whose_first_event_was_never_recorded_is_renewed() {
    for earlier in [None, Some("z")] {
        let stand_in = StandIn::start().await;
        if let Some(earlier) = earlier {
            append(&stand_in.logs(), &[earlier], NOW - 10 * KEEP_MS).await;
            stand_in.expire(NOW);
        }
        let start = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
        drop(try_append(&stand_in.logs(), &["a"], NOW).await.unwrap());
        let first = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
        let late = NOW + 10 * KEEP_MS;
        stand_in.expire(late);
        append(&stand_in.logs(), &["b"], late).await;
        assert_ne!(stand_in.logs().last_position(SOURCE, late).await.unwrap(), first);
        assert_eq!(resume(&stand_in.logs(), first, late).await, Err(Unrecovered::EpochChanged));
        assert_eq!(resume(&stand_in.logs(), start, late).await, Ok(vec!["b".to_owned()]));
    }
}

#[tokio::test]
async fn a_channel_whose_end_is_damaged_is_no_channel_without_events() {
    let stand_in = StandIn::start().await;
    let start = stand_in.logs().last_position(SOURCE, NOW).await.unwrap();
    append(&stand_in.logs(), &["a"], NOW + SECOND).await;
    stand_in.damage(&stand_in.end_item().unwrap(), "epoch", json!({ "BOOL": true }));
    let late = NOW + 10 * KEEP_MS;
    stand_in.expire(late);
    assert_eq!(resume(&stand_in.logs(), start, late).await, Err(Unrecovered::EpochChanged));
    append(&stand_in.logs(), &["b"], late).await;
    assert_eq!(resume(&stand_in.logs(), start, late).await, Err(Unrecovered::EpochChanged));
}

#[tokio::test]
async fn after_a_damaged_end_an_earlier_end_never_replaces_a_later_one() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    stand_in.damage(&stand_in.end_item().unwrap(), "epoch", json!({ "BOOL": true }));
    let (one, other) = (stand_in.logs(), stand_in.logs());
    append(&one, &["b"], NOW).await;
    let third = try_append(&one, &["c"], NOW).await.unwrap();
    append(&other, &["d"], NOW).await;
    complete(&one, third).await;
    assert_eq!(stand_in.end_item().unwrap()["end_offset"]["N"], "4");
}

/// It would append where no client resumes.
#[tokio::test]
async fn a_writer_of_an_abandoned_epoch_fails_and_appends_again() {
    let stand_in = StandIn::start().await;
    let (one, other) = (stand_in.logs(), stand_in.logs());
    append(&one, &["a"], NOW).await;
    append(&one, &["b"], NOW).await;
    stand_in.damage(&stand_in.items()[1], "count", json!({ "N": "0" }));
    stand_in.damage(&stand_in.end_item().unwrap(), "end_offset", json!({ "N": "1" }));
    append(&other, &["c"], NOW + SECOND).await;
    let end = other.last_position(SOURCE, NOW + SECOND).await.unwrap();
    let abandoned = try_append(&one, &["d"], NOW + 2 * SECOND).await.unwrap();
    assert_eq!(offsets(&abandoned), [3]);
    assert!(one.record_end(&abandoned).await.is_err());
    assert_eq!(append(&one, &["d"], NOW + 3 * SECOND).await, [end.offset + 1]);
    assert_eq!(resume(&other, end, NOW + 4 * SECOND).await.unwrap(), ["d"]);
}

/// Its tail would show neither the first event of the log, nor that it is not delivered.
#[tokio::test]
async fn a_log_that_was_made_anew_while_a_process_slept_is_read_again() {
    let stand_in = StandIn::start().await;
    let sleeper = stand_in.logs();
    append(&sleeper, &["z"], NOW).await;
    stand_in.partition(SOURCE).iter().for_each(|item| stand_in.remove(item));
    drop(try_append(&stand_in.logs(), &["a"], NOW + SECOND).await.unwrap());
    append(&stand_in.logs(), &["b"], NOW + 2 * SECOND).await;
    append(&stand_in.logs(), &["c"], NOW + 3 * SECOND).await;
    assert_eq!(append(&sleeper, &["a", "d"], NOW + 4 * SECOND).await, [1, 4]);
    let end = sleeper.last_position(SOURCE, NOW + 5 * SECOND).await.unwrap();
    assert_eq!(resume(&sleeper, end, NOW + 5 * SECOND).await.unwrap().first().unwrap(), "a");
}

#[tokio::test]
async fn after_a_minute_a_process_reads_where_a_log_ends() {
    let stand_in = StandIn::start().await;
    let sleeper = stand_in.logs();
    append(&sleeper, &["x"], NOW).await;
    append(&sleeper, &["y"], NOW).await;
    append(&sleeper, &["z"], NOW).await;
    stand_in.partition(SOURCE).iter().for_each(|item| stand_in.remove(item));
    append(&stand_in.logs(), &["a"], NOW + SECOND).await;
    assert_eq!(append(&sleeper, &["b"], NOW + 61 * SECOND).await, [2]);
}

#[tokio::test]
async fn a_damaged_end_is_written_again() {
    for attribute in ["epoch", "end_offset", "origin"] {
        for quiet in [SECOND, 10 * KEEP_MS] {
            let stand_in = StandIn::start().await;
            append(&stand_in.logs(), &["a"], NOW).await;
            stand_in.damage(&stand_in.end_item().unwrap(), attribute, json!({ "BOOL": true }));
            stand_in.expire(NOW + quiet);
            append(&stand_in.logs(), &["b"], NOW + quiet).await;
            let end = stand_in.logs().last_position(SOURCE, NOW + quiet).await.unwrap();
            let recorded = stand_in.end_item().unwrap();
            assert_eq!(recorded["end_offset"]["N"], end.offset.to_string(), "{attribute} after {quiet}");
        }
    }
}

/// A shorter time applies once the events under the longer one have expired, so that the last item expires last.
#[tokio::test]
async fn a_shorter_time_to_keep_events_never_lets_later_events_expire_first() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    for logs in [stand_in.logs(), stand_in.logs()] {
        let entry = NewEvent { id: "b", text: r#"{"id":"b"}"# };
        let appended = logs.append(PIPE, SOURCE, &[entry], KEEP / 7, NOW + DAY).await.unwrap();
        assert_eq!(complete(&logs, appended).await, [2]);
    }
    let [first, second] = &stand_in.items()[..] else { panic!() };
    assert_eq!(first["expires_at"], second["expires_at"]);
}

/// Taken for an empty log, such a response would start a second log with the same offsets.
#[tokio::test]
async fn a_log_never_starts_again_after_a_response_without_items() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a", "b"], NOW).await;
    let items = stand_in.items();
    for requests in [1, 2] {
        for body in [json!({}), json!({ "Count": 0, "ScannedCount": 0 })] {
            // The first Query finds the end, the second reads the tail.
            let faults = [vec![Fault::None; requests - 1], vec![Fault::Response(body.clone())]].concat();
            stand_in.plan("log Query", faults);
            let appended = try_append(&stand_in.logs(), &["c"], NOW).await;
            assert!(appended.is_err(), "{body} to request {requests}");
            assert_eq!(stand_in.items(), items);
        }
    }
    assert_eq!(append(&stand_in.logs(), &["c"], NOW).await, [3]);
}

#[tokio::test]
async fn an_empty_tail_of_a_log_that_has_items_is_an_error() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let items = stand_in.items();
    stand_in.plan("log Query", [Fault::None, Fault::Response(json!({ "Items": [], "Count": 0 }))]);
    assert!(try_append(&stand_in.logs(), &["b"], NOW).await.is_err());
    assert_eq!(stand_in.items(), items);
}

/// A proxy answers one request with an empty page, or all of them.
#[tokio::test]
async fn an_empty_page_for_a_log_with_events_never_starts_it_again() {
    for (pages, fails) in [(1, false), (2, false), (1000, true)] {
        let stand_in = StandIn::start().await;
        let logs = stand_in.logs();
        append(&logs, &["a"], NOW).await;
        append(&logs, &["b"], NOW).await;
        // Nothing is in the way of another event with the first offset.
        stand_in.remove(&stand_in.items()[0]);
        let items = stand_in.items();
        let empty = Fault::Response(json!({ "Items": [], "Count": 0, "ScannedCount": 0 }));
        stand_in.plan("log Query", vec![empty; pages]);
        let appended = try_append(&stand_in.logs(), &["c"], NOW + SECOND).await;
        assert_eq!(appended.is_err(), fails, "{pages} pages");
        assert_eq!(stand_in.items()[..items.len()], items);
        if let Ok(appended) = appended {
            assert_eq!(offsets(&appended), [3]);
        }
    }
}

/// 8,342 Queries in 12 seconds were seen for one ping.
#[tokio::test]
async fn contradictory_responses_end_the_search_for_the_end_after_a_few_requests() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    stand_in.calls();
    let empty = Fault::Response(json!({ "Items": [], "Count": 0, "ScannedCount": 0 }));
    stand_in.plan_always("log Query", Some(empty));
    let error = try_append(&stand_in.logs(), &["b"], NOW).await.unwrap_err();
    assert!(error.to_string().contains("orders"), "{error}");
    assert!(stand_in.calls().len() <= 20);
}

#[tokio::test]
async fn readers_write_nothing() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    stand_in.calls();
    let logs = stand_in.logs();
    for (source, now) in
        [(SOURCE, NOW), (SOURCE, NOW + 6 * DAY), (SOURCE, NOW + 100 * DAY), ("tablecast/x", NOW)]
    {
        let end = logs.last_position(source, now).await.unwrap();
        logs.resume(source, &end.to_string(), now, 1000, |_| true).await.unwrap();
        logs.since(source, end, now, 1000, |_| true).await.unwrap();
    }
    assert!(stand_in.calls().iter().all(|call| call == "Query"));
}
