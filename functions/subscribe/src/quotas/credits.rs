//! The bytes that this process may read before it takes more from a quota. Pure.

use std::collections::HashMap;

use super::Account;
use crate::limits::{FREE_BYTES, QUOTA_PAUSE, QUOTA_STEP};

/// Accounts that one process tracks. One takes a few hundred bytes.
const MAX_ACCOUNTS: usize = 10_000;

const MINUTE: i64 = 60_000;

const FREE: i64 = FREE_BYTES as i64;

#[derive(Debug, Default)]
pub struct Credits(HashMap<Account, Credit>);

#[derive(Debug)]
struct Credit {
    bytes: i64,
    /// When the account last had its free bytes, in milliseconds since the epoch.
    granted_at: i64,
    /// The quota is used up until then.
    blocked_until: i64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Debit {
    Paid,
    /// So many bytes must be taken from the quota. The credit has them already.
    Buy(u64),
    /// The quota is used up.
    Blocked,
}

impl Credits {
    /// Takes bytes that were read from an account's credit. `now` is in milliseconds since the epoch.
    pub fn debit(&mut self, account: &Account, bytes: usize, now: i64) -> Debit {
        let credit = self.credit(account, now);
        credit.bytes -= i64::try_from(bytes).unwrap_or(i64::MAX);
        if credit.bytes >= 0 {
            return Debit::Paid;
        }
        if now < credit.blocked_until {
            credit.bytes = 0;
            return Debit::Blocked;
        }
        let bought = credit.bytes.unsigned_abs().next_multiple_of(QUOTA_STEP);
        credit.bytes += i64::try_from(bought).unwrap_or(i64::MAX);
        Debit::Buy(bought)
    }

    /// Ends the reads of an account for a while. Most of its requests for more would be in vain.
    pub fn block(&mut self, account: &Account, now: i64) {
        let credit = self.credit(account, now);
        (credit.bytes, credit.blocked_until) = (0, now + QUOTA_PAUSE);
    }

    pub fn is_blocked(&self, account: &Account, now: i64) -> bool {
        self.0.get(account).is_some_and(|credit| now < credit.blocked_until)
    }

    fn credit(&mut self, account: &Account, now: i64) -> &mut Credit {
        if self.0.len() >= MAX_ACCOUNTS && !self.0.contains_key(account) {
            self.evict(now);
        }
        let new = || Credit { bytes: FREE, granted_at: now, blocked_until: 0 };
        let credit = self.0.entry(account.clone()).or_insert_with(new);
        if now - credit.granted_at >= MINUTE {
            (credit.bytes, credit.granted_at) = (credit.bytes.max(FREE), now);
        }
        credit
    }

    /// Drops accounts that would have their free bytes again. If that is not enough, drops all.
    fn evict(&mut self, now: i64) {
        self.0.retain(|_, credit| now - credit.granted_at < MINUTE);
        if self.0.len() >= MAX_ACCOUNTS {
            self.0.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Account {
        Account::Principal("ada".to_owned())
    }

    #[test]
    fn a_usual_resume_takes_nothing_from_the_quota() {
        let mut credits = Credits::default();
        for minute in 0..10 {
            assert_eq!(credits.debit(&ada(), FREE_BYTES, minute * MINUTE), Debit::Paid);
        }
        assert_eq!(credits.debit(&ada(), 1, 10 * MINUTE - 1), Debit::Buy(QUOTA_STEP));
    }

    #[test]
    fn more_is_taken_in_steps_and_what_is_left_pays_for_the_next_read() {
        let (mut credits, step) = (Credits::default(), QUOTA_STEP as usize);
        assert_eq!(credits.debit(&ada(), FREE_BYTES + step + 1, 0), Debit::Buy(2 * QUOTA_STEP));
        assert_eq!(credits.debit(&ada(), step - 1, 1), Debit::Paid);
        assert_eq!(credits.debit(&ada(), step, 2), Debit::Buy(QUOTA_STEP));
        assert_eq!(credits.debit(&Account::Channel("ada".to_owned()), FREE_BYTES, 2), Debit::Paid);
    }

    #[test]
    fn a_used_up_quota_is_not_requested_again_for_a_while() {
        let mut credits = Credits::default();
        assert_eq!(credits.debit(&ada(), FREE_BYTES + 1, 0), Debit::Buy(QUOTA_STEP));
        credits.block(&ada(), 0);
        assert_eq!(credits.debit(&ada(), 100 * FREE_BYTES, QUOTA_PAUSE - 1), Debit::Blocked);
        assert!(credits.is_blocked(&ada(), QUOTA_PAUSE - 1) && !credits.is_blocked(&ada(), QUOTA_PAUSE));
        assert_eq!(credits.debit(&ada(), 1, QUOTA_PAUSE), Debit::Buy(QUOTA_STEP));
    }

    #[test]
    fn memory_is_bounded_however_many_accounts_there_are() {
        let mut credits = Credits::default();
        (0..3 * MAX_ACCOUNTS).for_each(|n| _ = credits.debit(&Account::Principal(n.to_string()), 1, 0));
        assert!(credits.0.len() <= MAX_ACCOUNTS);
    }
}
