//! The report of a run, as JSON and as a Markdown table.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::faults::Count;
use crate::oracle::Verdict;
use crate::system::memory::Thirds;

#[derive(Debug, serde::Serialize)]
pub struct Report {
    pub seed: u64,
    pub seconds: u64,
    pub faults: BTreeMap<&'static str, Count>,
    /// The largest number of changes that had not arrived everywhere, and the seconds after the last fault until
    /// there were none.
    pub largest_lag: usize,
    pub seconds_to_catch_up: Option<u64>,
    pub memory: Vec<Thirds>,
    /// Unexpected ends of the local mode.
    pub troubles: Vec<String>,
    pub verdict: Findings,
    pub counts: BTreeMap<String, u64>,
}

/// The findings of the oracle: each list is empty in a good run.
#[derive(Debug, serde::Serialize)]
pub struct Findings {
    pub lost: Vec<String>,
    pub reordered: Vec<String>,
    pub foreign: Vec<String>,
    pub repeated: Vec<String>,
    pub invalid: Vec<String>,
}

impl From<Verdict> for Findings {
    fn from(verdict: Verdict) -> Self {
        let Verdict { lost, reordered, foreign, repeated, invalid, .. } = verdict;
        Self { lost, reordered, foreign, repeated, invalid }
    }
}

impl Findings {
    fn named(&self) -> [(&'static str, &Vec<String>); 5] {
        let Self { lost, reordered, foreign, repeated, invalid } = self;
        [
            ("lost", lost),
            ("reordered", reordered),
            ("foreign", foreign),
            ("repeated", repeated),
            ("invalid", invalid),
        ]
    }
}

impl Report {
    pub fn fired(&self) -> u64 {
        self.faults.values().map(|count| count.fired).sum()
    }

    pub fn kinds(&self) -> usize {
        self.faults.values().filter(|count| count.fired > 0).count()
    }

    pub fn is_good(&self) -> bool {
        let found = self.verdict.named().iter().all(|(_, findings)| findings.is_empty());
        found && self.troubles.is_empty() && self.seconds_to_catch_up.is_some()
    }

    pub fn markdown(&self) -> String {
        let mut text = self.summary();
        text.push_str("\n| fault | planned | fired | hits |\n|---|---|---|---|\n");
        for (name, Count { planned, fired, hits }) in &self.faults {
            let _ = writeln!(text, "| {name} | {planned} | {fired} | {hits} |");
        }
        text.push_str("\n| process | first third | last third | peak |\n|---|---|---|---|\n");
        for Thirds { process, first, last, peak } in &self.memory {
            let [first, last, peak] =
                [first, last, peak].map(|bytes| format!("{:.1} MB", *bytes as f64 / 1e6));
            let _ = writeln!(text, "| {process} | {first} | {last} | {peak} |");
        }
        text + &self.findings()
    }

    fn summary(&self) -> String {
        let caught_up = self.seconds_to_catch_up.map_or("not".to_owned(), |seconds| format!("{seconds} s"));
        let mut text = format!(
            "| figure | seed {} |\n|---|---|\n| seconds | {} |\n| faults | {} of {} kinds |\n",
            self.seed,
            self.seconds,
            self.fired(),
            self.kinds()
        );
        for (name, findings) in self.verdict.named() {
            let _ = writeln!(text, "| {name} | {} |", findings.len());
        }
        let _ = writeln!(text, "| largest lag | {} |\n| caught up after | {caught_up} |", self.largest_lag);
        for (name, count) in &self.counts {
            let _ = writeln!(text, "| {name} | {count} |");
        }
        text
    }

    /// The first findings of each kind.
    fn findings(&self) -> String {
        let mut text = String::new();
        let troubles = ("trouble", &self.troubles);
        for (name, findings) in self.verdict.named().into_iter().chain([troubles]) {
            for finding in findings.iter().take(10) {
                let _ = writeln!(text, "\n{name}: {finding}");
            }
        }
        text
    }
}
