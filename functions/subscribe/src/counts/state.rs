use tablecast_protocol::{Incomplete, StateResult};

use super::Count;

/// The state that clients received.
#[derive(Debug, Default)]
pub struct StateCounts {
    items: Count,
    /// Items that could not become state.
    invalid: Count,
    /// Subjects that have no state for the client.
    refused: Count,
    /// Subjects that were not read to their end, because a quota was used up.
    over_quota: Count,
    /// Read units that DynamoDB charges.
    pub read_units: Count,
    /// Bytes of the items' events.
    pub bytes: Count,
}

impl StateCounts {
    pub fn replied(&self, subjects: &[StateResult], invalid: usize) {
        self.invalid.add_all(invalid);
        for result in subjects {
            self.items.add_all(result.items);
            match result.reason {
                // The failed read is counted as `Unavailable`.
                None | Some(Incomplete::Unavailable) => {}
                Some(Incomplete::QuotaExceeded) => self.over_quota.add(),
                Some(_) => self.refused.add(),
            }
        }
    }

    pub(super) fn take(&self) -> [(&'static str, usize); 5] {
        [
            ("StateItems", self.items.take()),
            ("StateReadUnits", self.read_units.take()),
            ("StateInvalid", self.invalid.take()),
            ("StateRefused", self.refused.take()),
            ("StateOverQuota", self.over_quota.take()),
        ]
    }
}
