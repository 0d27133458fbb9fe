use serde::Serialize;
use tablecast_definitions::problem::Problem;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub problems: Vec<Problem>,
    pub checked: Checked,
}

/// How many files, examples and tests were checked. A check of nothing is not a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub pipes: usize,
    pub schemas: usize,
    pub examples: usize,
    pub tests: usize,
    /// Old schemas that were compared with the current ones.
    pub compared: usize,
}
