use crate::cause::Cause;
use crate::sort_key::sort_key;

/// DynamoDB accepts items up to 400 KB. The rest is for the other attributes.
pub(crate) const PART_BYTES: usize = 350 * 1024;

/// A rejected record without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedRecord {
    pub pipe: String,
    /// Its eventID.
    pub id: String,
    /// The number of its items. A large record has several.
    pub parts: usize,
    /// Seconds since the epoch.
    pub at: i64,
    pub cause: Cause,
}

/// A rejected record with its packed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    pub record: RejectedRecord,
    pub packed: Vec<u8>,
}

impl RejectedRecord {
    /// The sort keys of its items, in order.
    pub fn sort_keys(&self) -> impl Iterator<Item = String> {
        (1..=self.parts).map(|part| sort_key(&self.id, part, self.parts))
    }
}

impl StoredRecord {
    pub fn new(pipe: String, id: String, at: i64, cause: Cause, packed: Vec<u8>) -> Self {
        let parts = packed.len().div_ceil(PART_BYTES).max(1);
        Self { record: RejectedRecord { pipe, id, parts, at, cause }, packed }
    }
}
