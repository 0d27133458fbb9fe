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

    /// Adds a segment before the path. An index is a segment too: `[1]`.
    pub fn within(self, segment: &str) -> Self {
        let path = match self.path.as_str() {
            "" => segment.to_owned(),
            path if path.starts_with('[') => format!("{segment}{path}"),
            path => format!("{segment}.{path}"),
        };
        Self { path, ..self }
    }
}

impl fmt::Display for Located {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.path, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_whole_path_and_its_reason() {
        let error = Located::here("is not a number").within("N").within("[1]").within("total");
        assert_eq!(error.to_string(), "total[1].N: is not a number");
    }
}
