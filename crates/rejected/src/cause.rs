use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a record was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The place in the record, the pipe file or the event. Empty if there is none.
    pub path: String,
    pub reason: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, reason } = self;
        let separator = if path.is_empty() { "" } else { ": " };
        write!(out, "{path}{separator}{reason}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_has_its_path_if_there_is_one() {
        let text =
            |path: &str, reason: &str| Cause { path: path.to_owned(), reason: reason.to_owned() }.to_string();
        assert_eq!(text("data.total", "is missing"), "data.total: is missing");
        assert_eq!(text("", "has no pipe"), "has no pipe");
    }
}
