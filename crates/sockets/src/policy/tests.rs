use super::*;

const OLD: Duration = Duration::from_secs(29);

const POLICY: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(1),
        retries: 3,
        backoff: Duration::from_millis(100),
    },
    connecting: OLD,
};

const TEMPORARY: [Cause; 5] =
    [Cause::Status(429), Cause::Status(500), Cause::Status(503), Cause::NoResponse, Cause::NoConnection];

#[test]
fn each_cause_has_its_outcome() {
    let cases = [
        (Cause::Status(410), Outcome::Gone),
        (Cause::Status(413), Outcome::TooLarge),
        (Cause::Status(429), Outcome::Unreachable),
        (Cause::NoResponse, Outcome::Unreachable),
        (Cause::Status(500), Outcome::Unavailable),
        (Cause::Status(503), Outcome::Unavailable),
        (Cause::NoConnection, Outcome::Unavailable),
        (Cause::Status(403), Outcome::Refused),
        (Cause::Status(404), Outcome::Refused),
        (Cause::Status(400), Outcome::Refused),
    ];
    for (cause, outcome) in cases {
        assert_eq!(POLICY.outcome(cause, OLD), outcome, "{cause:?}");
    }
}

/// A client can cause a 410, a 429 or a missing response. An outage is never its work.
#[test]
fn nothing_that_a_client_can_cause_counts_as_an_outage() {
    for cause in [Cause::Status(410), Cause::Status(413), Cause::Status(429), Cause::NoResponse] {
        assert!(!POLICY.outcome(cause, OLD).is_outage(), "{cause:?}");
    }
    for cause in [Cause::Status(403), Cause::Status(404), Cause::Status(503), Cause::NoConnection] {
        assert!(POLICY.outcome(cause, OLD).is_outage(), "{cause:?}");
    }
}

#[test]
fn only_temporary_failures_are_retried_and_only_as_often_as_allowed() {
    for cause in TEMPORARY {
        assert!(POLICY.retry_after(cause, 2).is_some(), "{cause:?}");
        assert_eq!(POLICY.retry_after(cause, 3), None, "{cause:?}");
    }
    for status in [400, 403, 404, 410, 413] {
        assert_eq!(POLICY.retry_after(Cause::Status(status), 0), None, "{status:?}");
    }
}

#[test]
fn a_410_proves_that_a_connection_is_gone_once_connect_must_have_returned() {
    for (age, outcome) in [(0, Outcome::Connecting), (28_999, Outcome::Connecting), (29_000, Outcome::Gone)] {
        assert_eq!(POLICY.outcome(Cause::Status(410), Duration::from_millis(age)), outcome);
    }
}
