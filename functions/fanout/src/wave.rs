//! Whether failures are those of single connections. That shows only from the results of others.

/// Results that decide even while more are on their way.
const ENOUGH: usize = 50;

/// Fewer throttled connections are their own cause: a client can cause a 429.
const MIN_THROTTLED: usize = 10;

/// The results of turns since the last decision.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wave {
    pub fine: usize,
    /// Failures that no client can cause.
    pub failed: usize,
    pub throttled: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The connections that failed are the cause.
    Alone,
    /// API Gateway fails, or refuses this function.
    Outage,
    /// The account has too many requests.
    Throttled,
}

impl Wave {
    pub fn is_enough(self) -> bool {
        self.total() >= ENOUGH
    }

    pub fn verdict(self) -> Verdict {
        match self {
            Self { failed, .. } if 2 * failed > self.total() => Verdict::Outage,
            Self { throttled: MIN_THROTTLED.., .. } if 2 * self.throttled > self.total() => {
                Verdict::Throttled
            }
            _ => Verdict::Alone,
        }
    }

    fn total(self) -> usize {
        self.fine + self.failed + self.throttled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_must_fail_in_a_way_that_no_client_can_cause() {
        let verdict = |fine, failed, throttled| Wave { fine, failed, throttled }.verdict();
        assert_eq!(verdict(0, 1, 0), Verdict::Outage);
        assert_eq!(verdict(1, 1, 0), Verdict::Alone);
        assert_eq!(verdict(9, 11, 0), Verdict::Outage);
        assert_eq!(verdict(0, 0, 9), Verdict::Alone);
        assert_eq!(verdict(5, 4, 10), Verdict::Throttled);
        assert_eq!(verdict(11, 0, 10), Verdict::Alone);
    }
}
