//! The end of a log, and a new log after it.

use serde_json::json;
use tablecast_protocol::{Position, Unrecovered};

use crate::stand_in::{DAY, Fault, KEEP, NOW, PIPE, SECOND, StandIn, append, offsets, try_append};

#[tokio::test]
async fn an_empty_log_has_a_position_before_its_first_event() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let origin = logs.end(PIPE, KEEP, NOW).await.unwrap();
    assert_eq!(origin.offset, 0);
    append(&logs, &["a"], NOW).await;
    let after = logs.resume(PIPE, &origin.to_string(), KEEP, NOW, 1000, |_| true).await.unwrap();
    assert_eq!((after.end.epoch, after.events.unwrap().len()), (origin.epoch, 1));
}

#[tokio::test]
async fn a_log_without_items_starts_again_with_another_epoch() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let before = stand_in.logs().end(PIPE, KEEP, NOW).await.unwrap();
    stand_in.items().iter().for_each(|item| stand_in.remove(item));
    assert_eq!(append(&stand_in.logs(), &["b"], NOW).await, [1]);
    let after = stand_in.logs().end(PIPE, KEEP, NOW).await.unwrap();
    assert_eq!(before.offset, after.offset);
    assert_ne!(before.epoch, after.epoch);
}

#[tokio::test]
async fn the_last_item_always_has_half_of_its_life_left() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let expiry = || stand_in.items()[0]["expires_at"]["N"].as_str().unwrap().parse::<i64>().unwrap();
    let life = 7 * DAY + 3600 * SECOND;
    assert_eq!(expiry(), (NOW + life) / SECOND);
    for (now, end) in
        [(NOW + life / 2, NOW + life), (NOW + life / 2 + SECOND, NOW + life / 2 + SECOND + life)]
    {
        assert_eq!(stand_in.logs().end(PIPE, KEEP, now).await.unwrap().offset, 1);
        assert_eq!(expiry(), end / SECOND);
    }
}

/// Taken for an empty log, such a response would start a second log with the same offsets.
#[tokio::test]
async fn a_log_never_starts_again_after_a_response_without_items() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a", "b"], NOW).await;
    let items = stand_in.items();
    for requests in [1, 2] {
        for body in [json!({}), json!({ "Count": 0, "ScannedCount": 0 })] {
            // The first Query finds the last item, the second reads the tail.
            let faults = [vec![Fault::None; requests - 1], vec![Fault::Response(body.clone())]].concat();
            stand_in.plan("log Query", faults);
            let logs = stand_in.logs();
            let entry = tablecast_event_log::Entry { id: "c", text: r#"{"id":"c"}"# };
            let appended = logs.append(PIPE, &[entry], KEEP, NOW).await;
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
    let entry = tablecast_event_log::Entry { id: "b", text: r#"{"id":"b"}"# };
    assert!(stand_in.logs().append(PIPE, &[entry], KEEP, NOW).await.is_err());
    assert_eq!(stand_in.items(), items);
}

/// DynamoDB deletes expired items in any order, so later ones may be gone.
#[tokio::test]
async fn an_expired_last_item_is_followed_by_another_epoch() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    append(&stand_in.logs(), &["b"], NOW + SECOND).await;
    let before = stand_in.logs().end(PIPE, KEEP, NOW).await.unwrap();
    assert_eq!(before.offset, 2);
    let late = NOW + 8 * DAY;
    stand_in.remove(&stand_in.items()[1]);
    assert_eq!(append(&stand_in.logs(), &["c"], late).await, [2]);
    let after = stand_in.logs().end(PIPE, KEEP, late).await.unwrap();
    assert_ne!(after.epoch, before.epoch);
    // The client has another event at this offset.
    let logs = stand_in.logs();
    let replay = logs.resume(PIPE, &before.to_string(), KEEP, late, 1000, |_| true).await.unwrap();
    assert_eq!(replay.events, Err(Unrecovered::EpochChanged));
    // The next epoch has everything after its origin.
    let origin = Position { offset: 1, ..after };
    let replay = logs.resume(PIPE, &origin.to_string(), KEEP, late, 1000, |_| true).await.unwrap();
    assert_eq!(replay.events.unwrap().len(), 1);
}

/// The last item can expire before one that was written under the longer time.
#[tokio::test]
async fn a_shorter_time_to_keep_events_begins_another_epoch() {
    let stand_in = StandIn::start().await;
    append(&stand_in.logs(), &["a"], NOW).await;
    let before = stand_in.logs().end(PIPE, KEEP, NOW).await.unwrap();
    let after = stand_in.logs().end(PIPE, KEEP / 2, NOW + SECOND).await.unwrap();
    assert_ne!(after.epoch, before.epoch);
    assert_eq!(stand_in.logs().end(PIPE, KEEP / 2, NOW + SECOND).await.unwrap(), after);
    assert_eq!(append(&stand_in.logs(), &["b"], NOW + SECOND).await, [2]);
}

#[tokio::test]
async fn an_epoch_whose_events_are_deleted_does_not_begin_again() {
    let stand_in = StandIn::start().await;
    let logs = stand_in.logs();
    let origin = logs.end(PIPE, KEEP, NOW).await.unwrap();
    append(&logs, &["a"], NOW).await;
    stand_in.items().iter().for_each(|item| stand_in.remove(item));
    let end = stand_in.logs().end(PIPE, KEEP, NOW + SECOND).await.unwrap();
    assert_ne!(end.epoch, origin.epoch);
}

/// A proxy answers one request with an empty page, or all of them.
#[tokio::test]
async fn an_empty_page_for_a_log_with_events_never_starts_it_again() {
    for (pages, fails) in [(2, false), (1000, true)] {
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
    let empty = Fault::Response(json!({ "Items": [], "Count": 0, "ScannedCount": 0 }));
    stand_in.plan_always("log Query", Some(empty));
    let started = std::time::Instant::now();
    let error = stand_in.logs().end(PIPE, KEEP, NOW).await.unwrap_err();
    assert!(error.to_string().contains("orders"), "{error}");
    assert!(stand_in.calls().len() <= 20 && started.elapsed().as_secs() < 5);
}
