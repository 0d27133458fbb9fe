use super::*;

const OLD: Duration = Duration::from_secs(29);

const POLICY: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(1),
        retries: 3,
        backoff: Duration::from_millis(100),
    },
    retry_gone_for: Duration::from_secs(2),
    connecting: OLD,
};

#[test]
fn each_status_has_its_outcome() {
    let cases = [
        (Some(200), Outcome::Delivered),
        (Some(410), Outcome::Gone),
        (Some(413), Outcome::TooLarge),
        (Some(429), Outcome::Unreachable),
        (Some(500), Outcome::Unreachable),
        (Some(503), Outcome::Unreachable),
        (None, Outcome::Unreachable),
        (Some(403), Outcome::Refused),
        (Some(400), Outcome::Refused),
    ];
    for (status, outcome) in cases {
        assert_eq!(POLICY.outcome(status, OLD), outcome, "{status:?}");
    }
}

#[test]
fn only_temporary_failures_are_retried_and_only_as_often_as_allowed() {
    for status in [None, Some(429), Some(500)] {
        assert!(POLICY.retry_after(status, OLD, 2).is_some(), "{status:?}");
        assert_eq!(POLICY.retry_after(status, OLD, 3), None, "{status:?}");
    }
    for status in [Some(200), Some(410), Some(413), Some(403)] {
        assert_eq!(POLICY.retry_after(status, OLD, 0), None, "{status:?}");
    }
}

#[test]
fn the_410_of_a_new_connection_is_retried_for_two_seconds() {
    let new = Duration::from_millis(1999);
    let waits = (0..4).filter_map(|retry| POLICY.retry_after(Some(410), new, retry));
    assert!(waits.sum::<Duration>() + Duration::from_millis(1) >= POLICY.retry_gone_for);
    assert_eq!(POLICY.outcome(Some(410), new), Outcome::Connecting);
}

#[test]
fn a_410_is_final_once_connect_must_have_returned() {
    for (age, outcome) in
        [(2000, Outcome::Connecting), (28_999, Outcome::Connecting), (29_000, Outcome::Gone)]
    {
        let age = Duration::from_millis(age);
        assert_eq!(POLICY.retry_after(Some(410), age, 0), None);
        assert_eq!(POLICY.outcome(Some(410), age), outcome);
    }
}

#[test]
fn without_retries_a_410_is_final_at_once() {
    let retry = RetryPolicy { retries: 0, ..POLICY.retry };
    let policy = SocketPolicy { retry, retry_gone_for: Duration::ZERO, connecting: Duration::ZERO };
    assert_eq!(policy.retry_after(Some(410), Duration::ZERO, 0), None);
    assert_eq!(policy.outcome(Some(410), Duration::ZERO), Outcome::Gone);
}
