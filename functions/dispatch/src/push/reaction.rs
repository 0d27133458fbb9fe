//! What to do about an answer of `@connections`.

use std::time::Duration;

use tablecast_aws::wait;

use crate::limits::Limits;

/// What became of a frame, or of a closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    Gone,
    /// Not there, but its `$connect` may still be running: not up yet, or gone already.
    Connecting,
    TooLarge,
    /// The connection's time is over.
    Expired,
    /// Throttled, full, failing or silent, retries included.
    Unreachable,
    /// No permission, or a request that API Gateway does not understand.
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    Done(Outcome),
    RetryAfter(Duration),
}

/// `status`: of the answer, or none if there was no answer. `age`: of the connection. `retry`: how many there were.
pub fn react(status: Option<u16>, age: Duration, retry: u32, limits: &Limits) -> Reaction {
    let settling = age < limits.settling;
    let outcome = match status {
        Some(200..=299) => Outcome::Delivered,
        Some(410) if settling && retry < limits.retries => {
            return Reaction::RetryAfter(limits.settling / limits.retries);
        }
        Some(410) if age < limits.connecting => Outcome::Connecting,
        Some(410) => Outcome::Gone,
        Some(413) => Outcome::TooLarge,
        None | Some(429 | 500..) if retry < limits.retries => {
            return Reaction::RetryAfter(wait(limits.backoff, retry));
        }
        None | Some(429 | 500..) => Outcome::Unreachable,
        Some(_) => Outcome::Refused,
    };
    Reaction::Done(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Duration = Duration::from_secs(29);

    fn settled(status: Option<u16>) -> Reaction {
        let limits = Limits::default();
        react(status, OLD, limits.retries, &limits)
    }

    #[test]
    fn each_answer_has_its_outcome() {
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
            assert_eq!(settled(status), Reaction::Done(outcome), "{status:?}");
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_while_there_are_retries() {
        let limits = Limits::default();
        for status in [None, Some(429), Some(500)] {
            let reaction = react(status, OLD, limits.retries - 1, &limits);
            assert!(matches!(reaction, Reaction::RetryAfter(_)), "{status:?}");
        }
        for status in [Some(410), Some(413), Some(403)] {
            assert!(matches!(react(status, OLD, 0, &limits), Reaction::Done(_)), "{status:?}");
        }
    }

    #[test]
    fn a_new_connections_410_is_waited_out() {
        let (limits, new) = (Limits::default(), Duration::from_millis(1999));
        let reactions = (0..limits.retries).map(|retry| react(Some(410), new, retry, &limits));
        let waits = reactions.map(|reaction| match reaction {
            Reaction::RetryAfter(wait) => wait,
            Reaction::Done(outcome) => panic!("{outcome:?}"),
        });
        assert!(waits.sum::<Duration>() + Duration::from_millis(1) >= limits.settling);
        assert_eq!(react(Some(410), new, limits.retries, &limits), Reaction::Done(Outcome::Connecting));
    }

    #[test]
    fn a_410_is_final_once_connect_must_have_returned() {
        let answer = |age| react(Some(410), Duration::from_millis(age), 0, &Limits::default());
        assert_eq!(answer(2000), Reaction::Done(Outcome::Connecting));
        assert_eq!(answer(28_999), Reaction::Done(Outcome::Connecting));
        assert_eq!(answer(29_000), Reaction::Done(Outcome::Gone));
    }
}
