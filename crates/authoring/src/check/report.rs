use serde::Serialize;
use tablecast_definitions::folder::Ignored;
use tablecast_definitions::problem::{Problem, Rule};

use super::reads::ReadRule;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub problems: Vec<Problem>,
    /// Facts that may be mistakes. They do not fail a check.
    pub warnings: Vec<Problem>,
    pub checked: Checked,
    /// For each rule, whether it emits its event for an item that is read from the table.
    pub reads: Vec<ReadRule>,
}

/// How many files, examples and tests were checked. A check of nothing is not a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub pipes: usize,
    pub schemas: usize,
    pub examples: usize,
    pub tests: usize,
    /// Tests that did not run, because their pipe file has other problems.
    #[serde(skip_serializing_if = "is_zero")]
    pub skipped: usize,
    /// Old schemas that were compared with the current ones.
    pub compared: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Report {
    /// Adds the problems of files that cannot be read, in place of other problems of these files.
    pub fn with_unreadable_files(mut self, unreadable: &[Problem]) -> Self {
        let is_other = |problem: &Problem| unreadable.iter().all(|file| file.file != problem.file);
        self.problems.retain(is_other);
        self.warnings.retain(is_other);
        self.problems.splice(0..0, unreadable.iter().cloned());
        self
    }

    /// Adds the files that were not read. A misnamed pipe file may emit the schemas that seem unused.
    pub fn with_ignored_files(mut self, pipes: Ignored, schemas: Ignored) -> Self {
        if !pipes.misnamed.is_empty() {
            self.problems.retain(|problem| problem.rule != Rule::SchemaUnused);
        }
        self.problems.splice(0..0, pipes.misnamed.into_iter().chain(schemas.misnamed));
        self.warnings.splice(0..0, pipes.others.into_iter().chain(schemas.others));
        self
    }
}
