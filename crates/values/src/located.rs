//! An error with its place in a record, a pipe file or an event.

use std::fmt;

/// A path and a reason: `dynamodb.NewImage.total.N`, `is not a number`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    pub path: String,
    pub reason: String,
}

impl Located {
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }

    /// An error without a path. Callers add it with `within`.
    pub fn here(reason: &str) -> Self {
        Self::new("", reason)
    }

    /// Adds a step before the path. An index is a step too: `[1]`.
    pub fn within(self, step: &str) -> Self {
        let path = match self.path.as_str() {
            "" => step.to_owned(),
            path if path.starts_with('[') => format!("{step}{path}"),
            path => format!("{step}.{path}"),
        };
        Self { path, ..self }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.reason)
    }
}
