//! Decides whether failures are those of single connections. Only the results of others show that.

/// Results that decide even while more are on their way.
const ENOUGH: usize = 50;

/// Fewer connections that are throttled, or that hang, are their own cause: a client can cause both.
const MANY: usize = 10;

/// The results of turns since the first that failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FailureWindow {
    pub succeeded: usize,
    /// Failures that no client can cause.
    pub failed: usize,
    pub throttled: usize,
    /// Turns without a response in time.
    pub hung: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The connections that failed are the cause.
    Isolated,
    /// API Gateway fails, refuses this function, or does not respond.
    Outage,
    /// The account has too many requests.
    Throttled,
}

impl FailureWindow {
    pub fn is_enough(self) -> bool {
        self.total() >= ENOUGH
    }

    /// `is_outage` while there is an outage already: few turns then show whether it has ended.
    pub fn verdict(self, is_outage: bool) -> Verdict {
        let Self { succeeded, failed, throttled, hung } = self;
        let nobody_responds = (hung >= MANY || is_outage) && succeeded == 0;
        let broken = failed + if nobody_responds { hung } else { 0 };
        if 2 * broken > self.total() {
            Verdict::Outage
        } else if throttled >= MANY && 2 * throttled > self.total() {
            Verdict::Throttled
        } else {
            Verdict::Isolated
        }
    }

    fn total(self) -> usize {
        self.succeeded + self.failed + self.throttled + self.hung
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(succeeded: usize, failed: usize, throttled: usize, hung: usize) -> Verdict {
        FailureWindow { succeeded, failed, throttled, hung }.verdict(false)
    }

    #[test]
    fn most_must_fail_in_a_way_that_no_client_can_cause() {
        assert_eq!(verdict(0, 1, 0, 0), Verdict::Outage);
        assert_eq!(verdict(1, 1, 0, 0), Verdict::Isolated);
        assert_eq!(verdict(9, 11, 0, 0), Verdict::Outage);
        assert_eq!(verdict(0, 0, 9, 0), Verdict::Isolated);
        assert_eq!(verdict(5, 4, 10, 0), Verdict::Throttled);
        assert_eq!(verdict(11, 0, 10, 0), Verdict::Isolated);
    }

    #[test]
    fn many_that_hang_are_an_outage_if_nobody_gets_a_response() {
        assert_eq!(verdict(0, 0, 0, 9), Verdict::Isolated);
        assert_eq!(verdict(0, 0, 0, 10), Verdict::Outage);
        assert_eq!(verdict(0, 5, 0, 20), Verdict::Outage);
        assert_eq!(verdict(1, 0, 0, 60), Verdict::Isolated);
        let probes = FailureWindow { hung: 4, ..FailureWindow::default() };
        assert_eq!(probes.verdict(true), Verdict::Outage);
    }
}
