use super::super::entry::tests::{entries, entry};
use super::*;

fn policy(bisect: bool) -> RetryPolicy {
    RetryPolicy { retries: Some(2), max_age: Some(Duration::from_secs(60)), bisect }
}

fn group(retried: u32) -> Group {
    Group { entries: entries(0..4), retried, failures: 0 }
}

#[test]
fn a_partial_failure_retries_from_the_lowest_failed_record_on() {
    let result = group(0).after(&Outcome::Partial(vec![1, 3]), &policy(false));
    assert_eq!(result.delivered, entries(0..1));
    assert_eq!(result.retry, [Group { entries: entries(1..4), retried: 1, failures: 1 }]);
    assert_eq!(result.exhausted, []);
}

#[test]
fn after_the_last_retry_only_the_failed_records_are_exhausted() {
    let result = group(2).after(&Outcome::Partial(vec![1, 3]), &policy(false));
    assert_eq!(result.exhausted, [entry(1), entry(3)]);
    assert_eq!(result.delivered, [entry(0), entry(2)]);
    assert_eq!(result.retry, []);
}

#[test]
fn a_failed_batch_has_no_more_retries_than_the_policy_allows() {
    assert_eq!(group(1).after(&Outcome::Failed, &policy(false)).retry[0].retried, 2);
    let result = group(2).after(&Outcome::Failed, &policy(false));
    assert_eq!((result.exhausted, result.retry), (entries(0..4), vec![]));
}

#[test]
fn bisection_halves_without_counting_down_to_one_record() {
    let result = group(2).after(&Outcome::Failed, &policy(true));
    let halves: Vec<_> = result.retry.iter().map(|half| (half.entries.clone(), half.retried)).collect();
    assert_eq!(halves, [(entries(0..2), 2), (entries(2..4), 2)]);
    let alone = Group { entries: entries(0..1), retried: 2, failures: 0 };
    assert_eq!(alone.after(&Outcome::Failed, &policy(true)).exhausted, entries(0..1));
}

#[test]
fn an_interruption_does_not_count_as_a_retry() {
    let result = group(2).after(&Outcome::Interrupted, &policy(true));
    assert_eq!(result.retry, [Group { failures: 1, ..group(2) }]);
}

#[test]
fn a_record_expires_just_after_its_age_limit() {
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
fn without_limits_no_record_is_exhausted() {
    let policy = RetryPolicy { retries: None, max_age: None, bisect: false };
    let result = group(u32::MAX).after(&Outcome::Failed, &policy);
    assert_eq!((result.exhausted, result.retry.len()), (vec![], 1));
    assert_eq!(group(0).split_off_expired(&policy, SystemTime::now()), []);
}

#[test]
fn retry_delays_grow_up_to_a_limit() {
    assert_eq!(retry_delay(1), FIRST_DELAY);
    assert_eq!(retry_delay(3), FIRST_DELAY * 4);
    assert_eq!(retry_delay(8), MAX_DELAY);
    assert_eq!(retry_delay(u32::MAX), MAX_DELAY);
}

proptest::proptest! {
    #[test]
    fn no_record_is_lost_duplicated_or_reordered(
        count in 1_usize..20, retried in 0_u32..4, bisect: bool, kind in 0..4, lowest in 0_usize..20, step in 1_usize..5,
    ) {
        let all = entries(0..count as u64);
        let failed: Vec<_> = (lowest % count..count).step_by(step).collect();
        let outcome = match kind {
            0 => Outcome::Delivered,
            1 => Outcome::Partial(failed),
            2 => Outcome::Failed,
            _ => Outcome::Interrupted,
        };
        let result = Group { entries: all.clone(), retried, failures: 0 }.after(&outcome, &policy(bisect));
        let retry: Vec<_> = result.retry.into_iter().flat_map(|group| group.entries).collect();
        assert!(retry.is_sorted_by_key(|entry| entry.number));
        let mut seen: Vec<_> = [result.delivered, result.exhausted, retry].concat();
        seen.sort_by_key(|entry| entry.number);
        assert_eq!(seen, all);
    }
}
