//! Clients and logs that are so slow that a time limit ends the work. The time is virtual.

use std::time::Duration;

use serde_json::{Value, json};
use subscribe::Deadline;
use tablecast_protocol::Protocol;
use tablecast_stand_in::Fault;
use tokio::time::{Instant, sleep, timeout};

use crate::resuming::{SOURCE, append, subscribe, types};
use crate::stand_in::{StandIn, StatusCode, event, now};

/// API Gateway accepts each frame before a retry.
const POST: Duration = Duration::from_secs(2);

/// A connection, and its position before so many orders.
async fn with_orders(count: usize) -> (StandIn, String) {
    let stand_in = StandIn::in_process();
    stand_in.connect(Protocol::Single).await;
    let origin = stand_in.logs().last_position(SOURCE, now() * 1000).await.unwrap().to_string();
    append_orders(&stand_in, count).await;
    (stand_in, origin)
}

async fn append_orders(stand_in: &StandIn, count: usize) {
    let logs = stand_in.logs();
    for n in 0..count {
        append(&logs, &format!("{count}-{n}"), "orders/acme/1").await;
    }
}

/// Appends so many orders at the first missed event, and then takes some time for each frame.
fn append_meanwhile(stand_in: &StandIn, count: usize, pause: Duration) {
    let other = stand_in.clone();
    stand_in.at_each_post(move |posted| {
        let other = other.clone();
        Box::pin(async move {
            match posted {
                0 => {}
                1 => append_orders(&other, count).await,
                _ => sleep(pause).await,
            }
            StatusCode::OK
        })
    });
}

fn is_acknowledged(replies: &[Value]) -> bool {
    types(replies).last() == Some(&"tablecast.subscribed.v1")
}

fn is_closed(stand_in: &StandIn) -> bool {
    stand_in.closed() == ["a="] && stand_in.items().is_empty()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_its_missed_events_too_slowly_is_disconnected() {
    for (orders, is_too_slow) in [(8, false), (12, true)] {
        let (stand_in, origin) = with_orders(orders).await;
        stand_in.at_each_post(|_| {
            Box::pin(async {
                sleep(POST).await;
                StatusCode::OK
            })
        });
        let replies = stand_in.send(subscribe(&origin)).await;
        assert_eq!(
            (is_closed(&stand_in), is_acknowledged(&replies)),
            (is_too_slow, !is_too_slow),
            "{orders}"
        );
        assert!(replies.len() <= 11, "{} frames in 20 s", replies.len());
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_the_events_of_the_last_moments_too_slowly_is_disconnected() {
    for (orders, is_too_slow) in [(2, false), (4, true)] {
        let (stand_in, origin) = with_orders(1).await;
        append_meanwhile(&stand_in, orders, POST);
        let replies = stand_in.send(subscribe(&origin)).await;
        assert_eq!(
            (is_closed(&stand_in), is_acknowledged(&replies)),
            (is_too_slow, !is_too_slow),
            "{orders}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_resume_whose_log_is_too_slow_disconnects_the_client() {
    for (seconds, is_too_slow) in [(5, false), (21, true)] {
        let (stand_in, origin) = with_orders(1).await;
        stand_in.plan("log Query", [Fault::Slow(Duration::from_secs(seconds))]);
        let replies = stand_in.send(subscribe(&origin)).await;
        assert!(stand_in.all_faults_fired());
        assert_eq!((is_closed(&stand_in), replies.is_empty()), (is_too_slow, is_too_slow), "{seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_whose_log_is_too_slow_disconnects_the_client() {
    for (seconds, is_too_slow) in [(2, false), (6, true)] {
        let (stand_in, origin) = with_orders(1).await;
        let other = stand_in.clone();
        // After the events that the client missed, only the log's end is read.
        stand_in.at_each_post(move |posted| {
            let planned = (posted == 1).then_some(Fault::Slow(Duration::from_secs(seconds)));
            other.plan("log Query", planned);
            Box::pin(async { StatusCode::OK })
        });
        let replies = stand_in.send(subscribe(&origin)).await;
        assert!(stand_in.all_faults_fired());
        assert_eq!(
            (is_closed(&stand_in), is_acknowledged(&replies)),
            (is_too_slow, !is_too_slow),
            "{seconds} s"
        );
    }
}

/// Makes each part of a resume slow: the read of the missed events, the write, and the end of the log after it.
fn slow_down(stand_in: &StandIn, [missed, write, end]: [u64; 3]) {
    let slow = |milliseconds| Fault::Slow(Duration::from_millis(milliseconds));
    stand_in.plan("log Query", [slow(missed)]);
    stand_in.plan("connections TransactWriteItems", [slow(write)]);
    let other = stand_in.clone();
    stand_in.at_each_post(move |posted| {
        other.plan("log Query", (posted == 1).then_some(slow(end)));
        Box::pin(async { StatusCode::OK })
    });
}

#[tokio::test(start_paused = true)]
async fn the_parts_of_a_slow_resume_share_the_time_of_the_message() {
    for (parts, end) in [
        ([19_000, 3_000, 3_000], None),
        ([19_000, 9_000, 0], Some(23)),
        ([0, 30_000, 0], Some(23)),
        ([19_000, 3_000, 4_900], Some(26)),
    ] {
        let (stand_in, origin) = with_orders(1).await;
        slow_down(&stand_in, parts);
        let start = Instant::now();
        let replies = stand_in.send(subscribe(&origin)).await;
        assert_eq!((is_closed(&stand_in), is_acknowledged(&replies)), (end.is_some(), end.is_none()));
        let expected = end.unwrap_or(25);
        assert_eq!(start.elapsed().as_secs(), expected, "{parts:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_is_written_too_slowly_can_be_sent_again() {
    for (seconds, expected) in [(22, "tablecast.subscribed.v1"), (24, "tablecast.error.v1")] {
        let (stand_in, _) = with_orders(0).await;
        stand_in.plan("connections TransactWriteItems", [Fault::Slow(Duration::from_secs(seconds))]);
        let message = json!({ "action": "subscribe", "subjects": ["orders/acme/*"] });
        let start = Instant::now();
        assert_eq!(types(&stand_in.send(message).await), [expected], "{seconds} s");
        assert!(!is_closed(&stand_in) && start.elapsed() < Duration::from_secs(26));
    }
}

/// Sends a message with so much time until Lambda stops the function. Returns false if the function was stopped.
async fn ends_within(stand_in: &StandIn, remaining: Duration, message: Value) -> bool {
    let (subscribe, event) = (stand_in.subscribe(), event("r1", &message.to_string()));
    let handled = subscribe.handle(event, Deadline::after(remaining));
    timeout(remaining, handled).await.is_ok_and(|result| result.is_ok())
}

/// Accepts the announcement and the missed event only.
fn refuse_acknowledgement(stand_in: &StandIn, hangs: bool) {
    stand_in.at_each_post(move |posted| {
        Box::pin(async move {
            match posted {
                0 | 1 => StatusCode::OK,
                _ if hangs => std::future::pending().await,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            }
        })
    });
}

#[tokio::test(start_paused = true)]
async fn a_late_acknowledgement_that_fails_closes_the_connection_before_the_timeout() {
    for (seconds, read, write) in [(10, 5_000, 900), (29, 19_500, 3_000)] {
        for hangs in [false, true] {
            let (stand_in, origin) = with_orders(1).await;
            refuse_acknowledgement(&stand_in, hangs);
            stand_in.plan("log Query", [Fault::Slow(Duration::from_millis(read))]);
            stand_in.plan("connections TransactWriteItems", [Fault::Slow(Duration::from_millis(write))]);
            let remaining = Duration::from_secs(seconds);
            assert!(ends_within(&stand_in, remaining, subscribe(&origin)).await, "{seconds} s");
            assert!(is_closed(&stand_in), "{seconds} s, hangs: {hangs}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_replay_that_a_short_timeout_would_stop_closes_the_connection() {
    let (stand_in, origin) = with_orders(12).await;
    stand_in.at_each_post(|_| {
        Box::pin(async {
            sleep(POST).await;
            StatusCode::OK
        })
    });
    assert!(ends_within(&stand_in, Duration::from_secs(10), subscribe(&origin)).await);
    assert!(is_closed(&stand_in));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_closed_in_time_although_its_items_cannot_be_deleted() {
    let (stand_in, origin) = with_orders(1).await;
    refuse_acknowledgement(&stand_in, true);
    let other = stand_in.clone();
    stand_in.plan("log Query", [Fault::Slow(Duration::from_secs(19))]);
    let remaining = Duration::from_secs(29);
    let hang = async {
        sleep(Duration::from_secs(22)).await;
        other.plan_always("connections TransactWriteItems", Some(Fault::Hang));
    };
    let (ends, ()) = tokio::join!(ends_within(&stand_in, remaining, subscribe(&origin)), hang);
    assert!(ends && stand_in.closed() == ["a="]);
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_table_hangs_is_answered_before_the_timeout() {
    let subscribe = json!({ "action": "subscribe", "subjects": ["orders/acme/*"] });
    let unsubscribe = json!({ "action": "unsubscribe", "subjects": ["orders/acme/*"] });
    let with_types = json!({ "action": "subscribe", "subjects": ["orders/acme/*"], "types": ["a.b.v1"] });
    for (request, message) in [
        ("connections TransactWriteItems", &with_types),
        ("connections TransactWriteItems", &unsubscribe),
        ("log Query", &json!({ "action": "ping" })),
    ] {
        let (stand_in, _) = with_orders(1).await;
        stand_in.send(subscribe.clone()).await;
        let before = stand_in.replies().len();
        stand_in.plan_always(request, Some(Fault::Hang));
        assert!(ends_within(&stand_in, Duration::from_secs(10), message.clone()).await, "{message}");
        let replies = stand_in.replies().split_off(before);
        assert_eq!(types(&replies), ["tablecast.error.v1"], "{message}");
    }
}
