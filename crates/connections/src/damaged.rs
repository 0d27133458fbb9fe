use std::fmt::Display;
use std::sync::atomic::Ordering;

use serde::de::DeserializeOwned;
use tablecast_aws::StorageError;

use crate::connections::Connections;
use crate::fields::{Fields, number_of, text_of};

const DAMAGED: &str =
    "an item of a connection is damaged: the connection is closed, and its client connects again";

/// An item that cannot be read: something else changed it, or a newer version of tablecast wrote it. Its keys are
/// enough to close its connection.
#[derive(Debug)]
pub(crate) struct DamagedItem {
    pub pk: String,
    pub sk: String,
    /// Milliseconds since the epoch; 0 if it cannot be read.
    pub connected_at: i64,
}

impl Connections {
    /// Returns how many damaged items this process has read since the last call.
    pub fn take_damaged(&self) -> usize {
        self.damaged.swap(0, Ordering::Relaxed)
    }

    /// Reads an item. Logs and counts it if it is damaged. One without a key is an error: no table has it.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        fields: Fields,
    ) -> Result<Result<T, DamagedItem>, StorageError> {
        let rest = DamagedItem::of(&fields);
        match (tablecast_aws::from_item(fields), rest) {
            (Ok(item), _) => Ok(Ok(item)),
            (Err(reason), Some(damaged)) => {
                self.report(&damaged, &reason, DAMAGED);
                Ok(Err(damaged))
            }
            (Err(reason), None) => Err(self.unusable(reason)),
        }
    }

    /// Logs and counts an item that cannot be read.
    pub(crate) fn report_fields(&self, fields: &Fields, reason: &str, message: &str) {
        if let Some(damaged) = DamagedItem::of(fields) {
            self.report(&damaged, &reason, message);
        }
    }

    fn report(&self, damaged: &DamagedItem, reason: &dyn Display, message: &str) {
        self.damaged.fetch_add(1, Ordering::Relaxed);
        let DamagedItem { pk, sk, .. } = damaged;
        tracing::error!(table = self.table, pk, sk, %reason, "{message}");
    }
}

impl DamagedItem {
    /// None if the item has no key.
    fn of(fields: &Fields) -> Option<Self> {
        let connected_at = number_of(fields, "connected_at").unwrap_or_default();
        let (pk, sk) = (text_of(fields, "pk")?, text_of(fields, "sk")?);
        Some(Self { pk: pk.to_owned(), sk: sk.to_owned(), connected_at })
    }
}
