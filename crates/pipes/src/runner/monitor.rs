use tokio::sync::watch;

use super::filtered::{Filtered, FilteredRecord};
use super::status::Status;

/// The status of a pipe, for display.
#[derive(Debug, Clone)]
pub struct Monitor {
    name: String,
    status: watch::Receiver<Status>,
    filtered: Filtered,
}

impl Monitor {
    pub fn new(name: &str, status: watch::Receiver<Status>, filtered: Filtered) -> Self {
        Self { name: name.to_owned(), status, filtered }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn status(&self) -> Status {
        *self.status.borrow()
    }

    /// Returns the last records that the filter dropped, the newest first.
    pub fn filtered(&self) -> Vec<FilteredRecord> {
        self.filtered.last()
    }
}
