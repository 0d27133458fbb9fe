//! No response that is not a success of `@connections` counts as one.
#![allow(clippy::unwrap_used)]

use std::time::Duration;

use tablecast_aws::{RetryPolicy, now_in_milliseconds};
use tablecast_protocol::Protocol;
use tablecast_sockets::{Outcome, Progress, Recipient, SocketPolicy, Sockets};
use tablecast_stand_in::{Fault, StandIn, broken_responses};

const POLICY: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(2),
        retries: 1,
        backoff: Duration::from_millis(1),
    },
    connecting: Duration::ZERO,
};

fn recipient() -> Recipient<'static> {
    Recipient { id: "a=", protocol: Protocol::Single, connected_at: now_in_milliseconds() }
}

/// The outcomes of a post and of closing, with this response to both.
async fn outcomes(fault: &Fault) -> [Outcome; 2] {
    let stand_in = StandIn::start(&[]).await;
    let sockets = Sockets::new(&stand_in.aws(), stand_in.address.clone(), POLICY);
    stand_in.plan_always("a=", Some(fault.clone()));
    stand_in.plan_always("DELETE a=", Some(fault.clone()));
    let posted = sockets.post(recipient(), "{}", &mut Progress::default()).await;
    [posted, sockets.close(recipient(), &mut Progress::default()).await]
}

#[tokio::test]
async fn no_broken_response_is_a_success() {
    for fault in broken_responses() {
        // API Gateway's own success has no body.
        let is_success = matches!(fault, Fault::Body(200, ""));
        for outcome in outcomes(&fault).await {
            assert_eq!(outcome == Outcome::Delivered, is_success, "{fault:?}: {outcome:?}");
        }
    }
}

/// Nothing is known about the connection then, so it must not be deleted.
#[tokio::test]
async fn the_page_of_a_proxy_does_not_prove_that_a_connection_is_gone() {
    for body in ["<html></html>", "{}", "null"] {
        assert_eq!(outcomes(&Fault::Body(200, body)).await, [Outcome::Unavailable; 2], "{body}");
    }
}
