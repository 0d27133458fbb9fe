//! Frames over the wire, against a stand-in for `@connections`. The tests of `dispatch` and `subscribe` cover
//! the rest.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use serde_json::Value;
use tablecast_aws::{RetryPolicy, now_in_milliseconds};
use tablecast_protocol::Protocol;
use tablecast_sockets::{Outcome, Outgoing, Progress, Recipient, SocketPolicy, Sockets};
use tablecast_stand_in::{Fault, StandIn};

const POLICY: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_millis(200),
        retries: 2,
        backoff: Duration::from_millis(1),
    },
    connecting: Duration::ZERO,
};

async fn start() -> (StandIn, Sockets) {
    start_with(POLICY).await
}

async fn start_with(policy: SocketPolicy) -> (StandIn, Sockets) {
    let stand_in = StandIn::start(&[]).await;
    let sockets = Sockets::new(&stand_in.aws(), stand_in.address.clone(), policy);
    (stand_in, sockets)
}

/// Sends events in order, until the connection accepts no more.
async fn deliver(sockets: &Sockets, events: &[&str], progress: &mut Progress) -> Outcome {
    let outgoing = Outgoing::new(Protocol::Single, events);
    progress.too_large += outgoing.too_large();
    for frame in outgoing.frames() {
        match sockets.deliver_frame(recipient(), &outgoing, &frame, progress).await {
            Outcome::Delivered => {}
            end => return end,
        }
    }
    Outcome::Delivered
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
    for (fault, failed) in [
        (Fault::Status(500), Outcome::Unavailable),
        (Fault::Error(429, "LimitExceededException"), Outcome::Unreachable),
        (Fault::Hang, Outcome::Unreachable),
    ] {
        for (failures, outcome) in [(2, Outcome::Delivered), (3, failed)] {
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
    assert_eq!(deliver(&sockets, &events, &mut progress).await, Outcome::Unavailable);
    assert_eq!(ids(&stand_in), ["1", "1", "2", "2", "3"]);
    assert!(progress.error.take().unwrap().contains("500"));
    let failure = Some(Outcome::Unavailable);
    assert_eq!(progress, Progress { delivered: 2, retries: 2, failure, ..Progress::default() });
}

#[tokio::test]
async fn a_notice_replaces_each_event_that_is_too_large() {
    let (stand_in, sockets) = start().await;
    stand_in.plan("a=", [Fault::None, Fault::Status(413)]);
    let large = format!(r#"{{"id":"1","data":"{}"}}"#, "x".repeat(128 * 1024));
    let (second, third) = (event("2"), event("3"));
    let mut progress = Progress::default();
    let outcome = deliver(&sockets, &[&large, &second, &third], &mut progress).await;
    assert_eq!(outcome, Outcome::Delivered);
    assert_eq!(ids(&stand_in), ["1:too-large", "2", "2:too-large", "3"]);
    assert_eq!(progress, Progress { delivered: 3, too_large: 2, ..Progress::default() });
}

#[tokio::test]
async fn a_frame_that_is_posted_once_is_not_retried() {
    let (stand_in, sockets) = start().await;
    stand_in.plan("a=", [Fault::Status(500)]);
    let outcome = sockets.post_once(recipient(), &event("1"), &mut Progress::default()).await;
    assert_eq!(outcome, Outcome::Unavailable);
    assert_eq!(ids(&stand_in), ["1"]);
}

#[tokio::test]
async fn the_410_of_an_opening_connection_is_final() {
    let (stand_in, sockets) =
        start_with(SocketPolicy { connecting: Duration::from_secs(29), ..POLICY }).await;
    stand_in.plan("a=", [Fault::Status(410)]);
    let mut progress = Progress::default();
    assert_eq!(sockets.post(recipient(), &event("1"), &mut progress).await, Outcome::Connecting);
    assert_eq!((progress.retries, ids(&stand_in).len()), (0, 1));
}

#[tokio::test]
async fn the_error_of_a_refused_frame_is_reported() {
    let (stand_in, sockets) = start().await;
    stand_in.plan("a=", [Fault::Error(403, "ForbiddenException")]);
    let mut progress = Progress::default();
    assert_eq!(sockets.post(recipient(), &event("1"), &mut progress).await, Outcome::Refused);
    let error = progress.error.unwrap();
    assert!(error.contains("ForbiddenException") && error.contains("planned"), "{error}");
}

#[tokio::test]
async fn an_endpoint_that_does_not_answer_the_network_is_unavailable() {
    let (stand_in, _) = start().await;
    let closed = "http://127.0.0.1:9".to_owned();
    let sockets = Sockets::new(&stand_in.aws(), closed, POLICY);
    let outcome = sockets.post(recipient(), &event("1"), &mut Progress::default()).await;
    assert_eq!(outcome, Outcome::Unavailable);
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
