use std::time::{Duration, SystemTime};

use super::entry::Entry;
use super::outcome::Outcome;
use crate::config::RetryPolicy;

/// The delay before the first retry. It doubles with each failure.
const FIRST_DELAY: Duration = Duration::from_millis(50);
const MAX_DELAY: Duration = Duration::from_secs(5);

/// Records that one attempt sends together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Group {
    pub entries: Vec<Entry>,
    /// Retries that count towards the limit.
    pub retried: u32,
    /// Consecutive failures. The retry delay grows with them.
    pub failures: u32,
}

/// The records of a group after an attempt.
#[derive(Debug, Default, PartialEq)]
pub struct AttemptResult {
    pub delivered: Vec<Entry>,
    /// Records without a retry left.
    pub exhausted: Vec<Entry>,
    /// Groups to retry in this order, before any later record.
    pub retry: Vec<Group>,
}

impl Group {
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries, ..Self::default() }
    }

    /// Removes the records that are older than the policy allows.
    pub fn split_off_expired(&mut self, policy: &RetryPolicy, now: SystemTime) -> Vec<Entry> {
        let Some(max_age) = policy.max_age else { return Vec::new() };
        let is_too_old = |entry: &mut Entry| now.duration_since(entry.created).is_ok_and(|age| age > max_age);
        self.entries.extract_if(.., is_too_old).collect()
    }

    pub fn after(self, outcome: &Outcome, policy: &RetryPolicy) -> AttemptResult {
        match outcome {
            Outcome::Delivered => AttemptResult { delivered: self.entries, ..AttemptResult::default() },
            Outcome::Partial(failed) => self.after_partial_failure(failed, policy),
            Outcome::Failed => self.after_failure(policy),
            Outcome::Interrupted => AttemptResult { retry: vec![self.again(0)], ..AttemptResult::default() },
        }
    }

    /// Retries from the lowest failed record on. After the last retry, only the failed records are given up:
    /// the target accepted the others.
    fn after_partial_failure(mut self, failed: &[usize], policy: &RetryPolicy) -> AttemptResult {
        if self.is_exhausted(policy) {
            let (exhausted, delivered) = partition(self.entries, |index| failed.contains(&index));
            return AttemptResult { delivered, exhausted, retry: Vec::new() };
        }
        let lowest = failed.first().copied().unwrap_or_default();
        let rest = self.entries.split_off(lowest.min(self.entries.len()));
        let delivered = std::mem::replace(&mut self.entries, rest);
        AttemptResult { delivered, exhausted: Vec::new(), retry: vec![self.again(1)] }
    }

    /// Halving a batch does not count as a retry.
    fn after_failure(mut self, policy: &RetryPolicy) -> AttemptResult {
        if policy.bisect && self.entries.len() > 1 {
            let second = self.entries.split_off(self.entries.len().div_ceil(2));
            let second = Self { entries: second, retried: self.retried, failures: 0 };
            return AttemptResult { retry: vec![self.again(0), second], ..AttemptResult::default() };
        }
        if self.is_exhausted(policy) {
            return AttemptResult { exhausted: self.entries, ..AttemptResult::default() };
        }
        AttemptResult { retry: vec![self.again(1)], ..AttemptResult::default() }
    }

    fn is_exhausted(&self, policy: &RetryPolicy) -> bool {
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

/// The delay after this number of consecutive failures.
pub fn retry_delay(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_DELAY * 2_u32.pow(doublings)).min(MAX_DELAY)
}

fn partition(entries: Vec<Entry>, is_first: impl Fn(usize) -> bool) -> (Vec<Entry>, Vec<Entry>) {
    let (yes, no): (Vec<_>, Vec<_>) =
        entries.into_iter().enumerate().partition(|(index, _)| is_first(*index));
    let entries = |parts: Vec<(usize, Entry)>| parts.into_iter().map(|(_, entry)| entry).collect();
    (entries(yes), entries(no))
}

#[cfg(test)]
mod tests;
