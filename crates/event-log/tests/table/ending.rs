//! The end of a log, and a new log after it.

use serde_json::json;

use crate::stand_in::{DAY, Fault, KEEP, NOW, PIPE, SECOND, StandIn, append};

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
    let expiry =
        |at: usize| stand_in.items()[at]["expires_at"]["N"].as_str().unwrap().parse::<i64>().unwrap();
    let life = 7 * DAY + 3600 * SECOND;
    assert_eq!(expiry(1), (NOW + life) / SECOND);
    for (now, end) in
        [(NOW + life / 2, NOW + life), (NOW + life / 2 + SECOND, NOW + life / 2 + SECOND + life)]
    {
        assert_eq!(stand_in.logs().end(PIPE, KEEP, now).await.unwrap().offset, 1);
        assert_eq!(expiry(1), end / SECOND);
    }
    // Even long after the item expired, as long as DynamoDB has not deleted it.
    let late = NOW + 3 * life;
    assert_eq!(append(&stand_in.logs(), &["b"], late).await, [2]);
    assert_eq!([expiry(1), expiry(2)], [(late + life) / SECOND; 2]);
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
