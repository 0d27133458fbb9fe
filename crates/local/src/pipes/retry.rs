use std::time::{Duration, SystemTime};

use super::batch::Entry;
use super::outcome::Outcome;

/// The first pause; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How often and how long a pipe tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Further attempts after the first; only the customer's errors count. `None` is without end.
    pub retries: Option<u32>,
    /// Counted from the record's creation. `None` is without end.
    pub max_age: Option<Duration>,
    /// Halve a batch that failed as a whole, until one record is left (AUTOMATIC_BISECT).
    pub bisect: bool,
}

/// Records that are tried together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    pub entries: Vec<Entry>,
    /// Retries that counted.
    pub retried: u32,
    /// All failures in a row: what the pause grows with.
    pub failures: u32,
}

/// What follows from an attempt.
#[derive(Debug, Default, PartialEq)]
pub struct Step {
    pub finished: Vec<Entry>,
    /// Given up: the attempts are used up.
    pub dead: Vec<Entry>,
    /// To be tried again, in this order and before anything later.
    pub again: Vec<Group>,
}

impl Group {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, ..Self::default() }
    }

    /// Takes out the records that are too old to be tried.
    pub fn split_off_expired(&mut self, policy: &RetryPolicy, now: SystemTime) -> Vec<Entry> {
        let Some(max_age) = policy.max_age else { return Vec::new() };
        let too_old = |entry: &mut Entry| now.duration_since(entry.created).is_ok_and(|age| age > max_age);
        self.entries.extract_if(.., too_old).collect()
    }

    pub fn after(self, outcome: &Outcome, policy: &RetryPolicy) -> Step {
        match outcome {
            Outcome::Delivered => Step { finished: self.entries, ..Step::default() },
            Outcome::Partly(failed) => self.after_partial_failure(failed, policy),
            Outcome::Failed => self.after_failure(policy),
            Outcome::Interrupted => Step { again: vec![self.again(0)], ..Step::default() },
        }
    }

    /// From the lowest failed record on everything comes again. At the end only the failed ones
    /// are given up: the target has said that it is done with the others.
    fn after_partial_failure(mut self, failed: &[usize], policy: &RetryPolicy) -> Step {
        if self.is_used_up(policy) {
            let (dead, finished) = parted(self.entries, |place| failed.contains(&place));
            return Step { finished, dead, again: Vec::new() };
        }
        let lowest = failed.first().copied().unwrap_or_default();
        let rest = self.entries.split_off(lowest.min(self.entries.len()));
        let finished = std::mem::replace(&mut self.entries, rest);
        Step { finished, dead: Vec::new(), again: vec![self.again(1)] }
    }

    /// Halving a batch does not count as a retry.
    fn after_failure(mut self, policy: &RetryPolicy) -> Step {
        if policy.bisect && self.entries.len() > 1 {
            let second = self.entries.split_off(self.entries.len().div_ceil(2));
            let second = Self { entries: second, retried: self.retried, failures: 0 };
            return Step { again: vec![self.again(0), second], ..Step::default() };
        }
        if self.is_used_up(policy) {
            return Step { dead: self.entries, ..Step::default() };
        }
        Step { again: vec![self.again(1)], ..Step::default() }
    }

    fn is_used_up(&self, policy: &RetryPolicy) -> bool {
        policy.retries.is_some_and(|retries| self.retried >= retries)
    }

    fn again(self, counted: u32) -> Self {
        Self {
            retried: self.retried.saturating_add(counted),
            failures: self.failures.saturating_add(1),
            ..self
        }
    }
}

/// How long to wait after so many failures in a row.
pub fn pause_after(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

fn parted(entries: Vec<Entry>, first: impl Fn(usize) -> bool) -> (Vec<Entry>, Vec<Entry>) {
    let (yes, no): (Vec<_>, Vec<_>) = entries.into_iter().enumerate().partition(|(place, _)| first(*place));
    let entries = |parts: Vec<(usize, Entry)>| parts.into_iter().map(|(_, entry)| entry).collect();
    (entries(yes), entries(no))
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::{entries, entry};
    use super::*;

    fn policy(bisect: bool) -> RetryPolicy {
        RetryPolicy { retries: Some(2), max_age: Some(Duration::from_secs(60)), bisect }
    }

    fn group(retried: u32) -> Group {
        Group { entries: entries(0..4), retried, failures: 0 }
    }

    #[test]
    fn after_a_partial_failure_everything_from_the_lowest_failed_record_on_comes_again() {
        let step = group(0).after(&Outcome::Partly(vec![1, 3]), &policy(false));
        assert_eq!(step.finished, entries(0..1));
        assert_eq!(step.again, [Group { entries: entries(1..4), retried: 1, failures: 1 }]);
        assert_eq!(step.dead, []);
    }

    #[test]
    fn at_the_end_only_the_failed_records_are_given_up() {
        let step = group(2).after(&Outcome::Partly(vec![1, 3]), &policy(false));
        assert_eq!(step.dead, [entry(1), entry(3)]);
        assert_eq!(step.finished, [entry(0), entry(2)]);
        assert_eq!(step.again, []);
    }

    #[test]
    fn a_failed_batch_is_retried_as_often_as_allowed_and_no_more() {
        assert_eq!(group(1).after(&Outcome::Failed, &policy(false)).again[0].retried, 2);
        let step = group(2).after(&Outcome::Failed, &policy(false));
        assert_eq!((step.dead, step.again), (entries(0..4), vec![]));
    }

    #[test]
    fn bisection_halves_without_counting_until_one_record_is_left() {
        let step = group(2).after(&Outcome::Failed, &policy(true));
        let halves: Vec<_> = step.again.iter().map(|half| (half.entries.clone(), half.retried)).collect();
        assert_eq!(halves, [(entries(0..2), 2), (entries(2..4), 2)]);
        let alone = Group { entries: entries(0..1), retried: 2, failures: 0 };
        assert_eq!(alone.after(&Outcome::Failed, &policy(true)).dead, entries(0..1));
    }

    #[test]
    fn an_interruption_never_uses_up_the_attempts() {
        let step = group(2).after(&Outcome::Interrupted, &policy(true));
        assert_eq!(step.again, [Group { failures: 1, ..group(2) }]);
    }

    #[test]
    fn a_record_is_too_old_just_after_its_age_limit() {
        let limit = SystemTime::UNIX_EPOCH + Duration::from_secs(60);
        let mut at_the_limit = group(0);
        assert_eq!(at_the_limit.split_off_expired(&policy(false), limit), []);
        let just_after = limit + Duration::from_nanos(1);
        assert_eq!(at_the_limit.split_off_expired(&policy(false), just_after).len(), 4);
        assert_eq!(at_the_limit.entries, []);
        assert_eq!(
            group(0).split_off_expired(&policy(false), SystemTime::UNIX_EPOCH - Duration::from_secs(1)),
            []
        );
    }

    #[test]
    fn without_limits_nothing_is_given_up() {
        let policy = RetryPolicy { retries: None, max_age: None, bisect: false };
        let step = group(u32::MAX).after(&Outcome::Failed, &policy);
        assert_eq!((step.dead, step.again.len()), (vec![], 1));
        assert_eq!(group(0).split_off_expired(&policy, SystemTime::now()), []);
    }

    #[test]
    fn pauses_grow_up_to_a_limit() {
        assert_eq!(pause_after(1), FIRST_PAUSE);
        assert_eq!(pause_after(3), FIRST_PAUSE * 4);
        assert_eq!(pause_after(8), LONGEST_PAUSE);
        assert_eq!(pause_after(u32::MAX), LONGEST_PAUSE);
    }

    proptest::proptest! {
        #[test]
        fn no_record_is_lost_or_doubled_or_reordered(
            count in 1_usize..20, retried in 0_u32..4, bisect: bool, kind in 0..4, lowest in 0_usize..20, step in 1_usize..5,
        ) {
            let all = entries(0..count as u64);
            let failed: Vec<_> = (lowest % count..count).step_by(step).collect();
            let outcome = match kind {
                0 => Outcome::Delivered,
                1 => Outcome::Partly(failed),
                2 => Outcome::Failed,
                _ => Outcome::Interrupted,
            };
            let step = Group { entries: all.clone(), retried, failures: 0 }.after(&outcome, &policy(bisect));
            let again: Vec<_> = step.again.into_iter().flat_map(|group| group.entries).collect();
            assert!(again.is_sorted_by_key(|entry| entry.number));
            let mut seen: Vec<_> = [step.finished, step.dead, again].concat();
            seen.sort_by_key(|entry| entry.number);
            assert_eq!(seen, all);
        }
    }
}
