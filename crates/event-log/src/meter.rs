use std::fmt::{Debug, Formatter, Result as Formatted};
use std::pin::Pin;
use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::fields::Fields;

/// Bytes of one read unit of a consistent read. Each request takes at least one.
const UNIT_BYTES: usize = 4096;

/// True if the read may go on.
pub type Metered = Pin<Box<dyn Future<Output = Result<bool, StorageError>> + Send>>;

/// Counts what is read, page by page, and can end a read of events.
#[derive(Clone)]
pub struct Meter {
    charge: Arc<dyn Fn(usize) -> Metered + Send + Sync>,
    page: i32,
}

impl Meter {
    /// Calls `charge` with the bytes of each page, in whole read units. After false, no further page of events is
    /// read, and the result is `TooMuch` if events are missing. A page has at most `page` items.
    pub fn new(page: i32, charge: impl Fn(usize) -> Metered + Send + Sync + 'static) -> Self {
        Self { charge: Arc::new(charge), page }
    }

    pub(crate) fn page(&self, items: i32) -> i32 {
        items.min(self.page)
    }

    pub(crate) async fn charge(&self, page: &[Fields]) -> Result<bool, StorageError> {
        let bytes: usize = page.iter().flatten().map(|(name, value)| name.len() + size(value)).sum();
        (self.charge)(bytes.div_ceil(UNIT_BYTES).max(1) * UNIT_BYTES).await
    }
}

impl Debug for Meter {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Formatted {
        formatter.debug_struct("Meter").field("page", &self.page).finish_non_exhaustive()
    }
}

/// The bytes of a value. The items of the log have no nested ones.
fn size(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) | AttributeValue::N(text) => text.len(),
        AttributeValue::B(blob) => blob.as_ref().len(),
        _ => 1,
    }
}
