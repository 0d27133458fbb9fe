//! The findings.

use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Verdict {
    pub lost: Vec<String>,
    pub reordered: Vec<String>,
    pub foreign: Vec<String>,
    pub repeated: Vec<String>,
    pub invalid: Vec<String>,
    /// The histories of the items of the first findings.
    pub histories: Vec<String>,
    /// Counts for the report: writes, events, clients.
    pub counts: BTreeMap<String, u64>,
}

impl Verdict {
    pub fn count(&mut self, what: &str, number: usize) {
        *self.counts.entry(what.to_owned()).or_default() += number as u64;
    }

    /// All findings, each with its kind.
    pub fn findings(&self) -> impl Iterator<Item = String> {
        let kinds = [
            ("lost", &self.lost),
            ("reordered", &self.reordered),
            ("foreign", &self.foreign),
            ("repeated", &self.repeated),
            ("invalid", &self.invalid),
        ];
        kinds.into_iter().flat_map(|(kind, found)| found.iter().map(move |one| format!("{kind}: {one}")))
    }
}
