//! What is wrong in a file that somebody wrote, and where.

mod rule;

use std::fmt;

pub use rule::Rule;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub rule: Rule,
    pub file: String,
    pub line: Option<u64>,
    /// Where in the file: `events[0].data.total` in YAML, `/properties/total` in JSON; empty for the file as a whole.
    pub path: String,
    pub reason: String,
}

/// A file of `pipes/` or `schemas/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// As messages name it.
    pub file: String,
    /// The file's name without its last extension: the pipe's name, or the event type.
    pub name: String,
    pub text: String,
}

impl Problem {
    pub fn new(rule: Rule, file: &str, path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { rule, file: file.to_owned(), line: None, path: path.into(), reason: reason.into() }
    }

    pub fn at(self, line: impl Into<Option<u64>>) -> Self {
        Self { line: line.into(), ..self }
    }
}

/// A line for each.
pub fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(out, ":{line}")?;
        }
        match self.path.as_str() {
            "" => write!(out, ": {}", self.reason),
            path => write!(out, ": {path}: {}", self.reason),
        }
    }
}
