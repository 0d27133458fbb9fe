//! The fair share of the account's rate of `@connections`, between all workers.

/// The part of the account's rate that workers may use, in percent. The rest is for `dispatch` and `subscribe`.
const CROWD_PERCENT: u64 = 70;

/// Divides a rate so that nobody gets more than it wants, and nobody less than an equal part of what the others
/// leave (max-min fairness).
pub fn max_min(rate: u64, wants: &[u64]) -> Vec<u64> {
    let mut order: Vec<usize> = (0..wants.len()).collect();
    order.sort_by_key(|index| wants[*index]);
    let (mut shares, mut left) = (vec![0; wants.len()], rate);
    for (served, index) in order.into_iter().enumerate() {
        shares[index] = wants[index].min(left / (wants.len() - served) as u64);
        left -= shares[index];
    }
    shares
}

/// The posts a second that a worker may use beside others, however much it wants. At least one post a second.
pub fn fair_share(account: u64, others: &[u64]) -> u64 {
    let wants: Vec<u64> = others.iter().copied().chain([u64::MAX]).collect();
    let shares = max_min(account.saturating_mul(CROWD_PERCENT) / 100, &wants);
    shares.last().copied().unwrap_or_default().max(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_crowd_gets_what_small_ones_leave() {
        assert_eq!(max_min(7000, &[10, 100_000, 50]), [10, 6940, 50]);
        assert_eq!(max_min(7000, &[100_000, 100_000]), [3500, 3500]);
        assert_eq!(fair_share(10_000, &[]), 7000);
        assert_eq!(fair_share(10_000, &[10, 50_000]), 3495);
        assert_eq!(fair_share(1, &[]), 1);
    }

    proptest! {
        #[test]
        fn shares_are_fair_and_use_up_the_rate(
            rate in 0..100_000_u64,
            wants in prop::collection::vec(0..50_000_u64, 1..20),
        ) {
            let shares = max_min(rate, &wants);
            let (used, wanted): (u64, u64) = (shares.iter().sum(), wants.iter().sum());
            let rounding = wants.len() as u64;
            prop_assert!(used <= rate);
            prop_assert!(used + rounding > rate.min(wanted));
            for (one, want) in shares.iter().zip(&wants) {
                prop_assert!(one <= want);
                // A worker that does not get all has as much as anybody, but for rounding.
                let most = shares.iter().max().unwrap();
                prop_assert!(one == want || one + rounding > *most);
            }
        }

        #[test]
        fn another_worker_never_raises_a_share(
            account in 1..100_000_u64,
            others in prop::collection::vec(0..50_000_u64, 0..20),
            more in 0..50_000_u64,
        ) {
            let with = [others.clone(), vec![more]].concat();
            prop_assert!(fair_share(account, &with) <= fair_share(account, &others));
        }
    }
}
