//! Frames over the wire, against a stand-in for `@connections`. The tests of `dispatch` and `subscribe` cover
//! the rest.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use serde_json::Value;
use tablecast_aws::{RetryPolicy, now_in_milliseconds};
use tablecast_protocol::Protocol;
use tablecast_sockets::{Outcome, Progress, Recipient, SocketPolicy, Sockets};
use tablecast_stand_in::{Fault, StandIn};

const POLICY: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_millis(200),
        retries: 2,
        backoff: Duration::from_millis(1),
    },
    retry_gone_for: Duration::ZERO,
    connecting: Duration::ZERO,
};

async fn start() -> (StandIn, Sockets) {
    let stand_in = StandIn::start(&[]).await;
    let sockets = Sockets::new(&stand_in.aws(), stand_in.address.clone(), POLICY);
    (stand_in, sockets)
}

fn recipient() -> Recipient<'static> {
    Recipient { id: "a=", protocol: Protocol::Single, connected_at: now_in_milliseconds() }
}

fn event(id: &str) -> String {
    format!(r#"{{"id":"{id}"}}"#)
}

fn ids(stand_in: &StandIn) -> Vec<String> {
    let id =
        |frame: &String| serde_json::from_str::<Value>(frame).unwrap()["id"].as_str().unwrap().to_owned();
    stand_in.seen().frames("a=").iter().map(id).collect()
}

#[tokio::test]
async fn temporary_failures_and_hangs_are_retried_as_often_as_allowed() {
    for fault in [Fault::Status(500), Fault::Error(429, "LimitExceededException"), Fault::Hang] {
        for (failures, outcome) in [(2, Outcome::Delivered), (3, Outcome::Unreachable)] {
            let (stand_in, sockets) = start().await;
            stand_in.plan("a=", vec![fault.clone(); failures]);
            let mut progress = Progress::default();
            assert_eq!(sockets.post(recipient(), &event("1"), &mut progress).await, outcome, "{fault:?}");
            assert_eq!((progress.retries, ids(&stand_in).len()), (2, 3), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn the_frames_of_one_delivery_share_their_retries() {
    let (stand_in, sockets) = start().await;
    stand_in
        .plan("a=", [Fault::Status(500), Fault::None, Fault::Status(500), Fault::None, Fault::Status(500)]);
    let events = ["1", "2", "3", "4"].map(event);
    let events: Vec<&str> = events.iter().map(String::as_str).collect();
    let mut progress = Progress::default();
    assert_eq!(sockets.deliver(recipient(), &events, &mut progress).await, Outcome::Unreachable);
    assert_eq!(ids(&stand_in), ["1", "1", "2", "2", "3"]);
    assert_eq!(progress, Progress { delivered: 2, too_large: 0, retries: 2 });
}

#[tokio::test]
async fn a_notice_replaces_each_event_that_is_too_large() {
    let (stand_in, sockets) = start().await;
    stand_in.plan("a=", [Fault::None, Fault::Status(413)]);
    let large = format!(r#"{{"id":"1","data":"{}"}}"#, "x".repeat(128 * 1024));
    let (second, third) = (event("2"), event("3"));
    let mut progress = Progress::default();
    let outcome = sockets.deliver(recipient(), &[&large, &second, &third], &mut progress).await;
    assert_eq!(outcome, Outcome::Delivered);
    assert_eq!(ids(&stand_in), ["1:too-large", "2", "2:too-large", "3"]);
    assert_eq!(progress, Progress { delivered: 3, too_large: 2, retries: 0 });
}

#[tokio::test]
async fn a_frame_that_is_posted_once_is_not_retried() {
    let (stand_in, sockets) = start().await;
    stand_in.plan("a=", [Fault::Status(500)]);
    assert_eq!(sockets.post_once(recipient(), &event("1")).await, Outcome::Unreachable);
    assert_eq!(ids(&stand_in), ["1"]);
}

#[tokio::test]
async fn closing_a_connection_that_is_not_there_reports_it_as_gone() {
    for (fault, outcome) in [
        (Fault::None, Outcome::Delivered),
        (Fault::Status(404), Outcome::Gone),
        (Fault::Status(410), Outcome::Gone),
    ] {
        let (stand_in, sockets) = start().await;
        stand_in.plan("DELETE a=", [fault]);
        assert_eq!(sockets.close(recipient(), &mut Progress::default()).await, outcome);
        assert_eq!(stand_in.seen().closed, ["a="]);
    }
}
