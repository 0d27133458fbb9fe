use std::sync::atomic::{AtomicBool, Ordering};

use super::{End, Sent};

/// True if API Gateway refuses or fails the frames of most connections: the function lacks a permission,
/// `MANAGEMENT_ENDPOINT` is wrong, or the service fails. Connections are not deleted because of that.
#[derive(Debug)]
pub struct Outage(AtomicBool);

impl Outage {
    /// There is an outage if more than half of the deliveries failed in a way that no client can cause.
    pub(super) fn of(sent: &[Sent<'_>]) -> Self {
        let tried = sent.iter().filter(|sent| sent.end != End::Ended).count();
        let failed: Vec<_> = sent.iter().filter(|sent| sent.is_failed_by_api_gateway()).collect();
        let outage = Self(AtomicBool::new(false));
        if let Some(sample) = failed.first().filter(|_| 2 * failed.len() > tried) {
            outage.begin(failed.len(), sample.progress.error.as_deref());
        }
        outage
    }

    pub fn is_on(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Logs it once for each batch.
    pub fn begin(&self, failed: usize, error: Option<&str>) {
        if !self.0.swap(true, Ordering::Relaxed) {
            tracing::error!(
                failed,
                error,
                "API Gateway refuses or fails most frames: connections are kept, and receive events again once \
                 this is mended. Check the function's permission and MANAGEMENT_ENDPOINT."
            );
        }
    }
}

impl Sent<'_> {
    fn is_failed_by_api_gateway(&self) -> bool {
        matches!(self.end, End::Outcome(outcome) if outcome.is_outage())
    }
}

#[cfg(test)]
mod tests {
    use tablecast_connections::Subscriber;
    use tablecast_protocol::Protocol;
    use tablecast_sockets::{Outcome, Progress};

    use super::*;

    fn is_outage(ends: &[End]) -> bool {
        let (id, protocol) = ("a=".to_owned(), Protocol::Single);
        let subscriber = Subscriber { id, connected_at: 0, ends_at: 1, protocol, types: Default::default() };
        let sent = |end: &End| Sent { subscriber: &subscriber, end: *end, progress: Progress::default() };
        Outage::of(&ends.iter().map(sent).collect::<Vec<_>>()).is_on()
    }

    const DELIVERED: End = End::Outcome(Outcome::Delivered);
    const REFUSED: End = End::Outcome(Outcome::Refused);
    const UNAVAILABLE: End = End::Outcome(Outcome::Unavailable);

    #[test]
    fn more_than_half_of_the_deliveries_must_fail() {
        assert!(is_outage(&[REFUSED]));
        assert!(is_outage(&[REFUSED, UNAVAILABLE, DELIVERED]));
        assert!(!is_outage(&[REFUSED, DELIVERED]));
        assert!(!is_outage(&[]));
    }

    #[test]
    fn clients_cannot_cause_an_outage() {
        for end in [Outcome::Unreachable, Outcome::Gone, Outcome::Connecting].map(End::Outcome) {
            assert!(!is_outage(&[end; 10]), "{end:?}");
        }
        assert!(!is_outage(&[End::TimedOut; 10]));
    }

    #[test]
    fn connections_that_ended_before_are_not_counted() {
        assert!(is_outage(&[REFUSED, End::Ended, End::Ended, End::Ended]));
        assert!(!is_outage(&[End::Ended]));
    }
}
