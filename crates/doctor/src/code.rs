//! Everything that the doctor can find. Names of codes do not change, because runbooks and scripts use them.

mod table;

use serde::{Serialize, Serializer};

pub use table::{Code, TABLE};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is wrong, or nothing is known.
    Note,
    /// Somebody has days to react.
    Warning,
    /// Events are late, lost or not delivered.
    Critical,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

/// A part of a deployment. `status` has a line for each one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    Pipes,
    Streams,
    DeadLetters,
    Records,
    Events,
    Alarms,
    Functions,
    Definitions,
    Tokens,
    Clients,
    Bus,
    Tables,
    Cost,
}

impl Part {
    pub const ALL: [Self; 13] = [
        Self::Pipes,
        Self::Streams,
        Self::DeadLetters,
        Self::Records,
        Self::Events,
        Self::Alarms,
        Self::Functions,
        Self::Definitions,
        Self::Tokens,
        Self::Clients,
        Self::Bus,
        Self::Tables,
        Self::Cost,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Pipes => "pipes",
            Self::Streams => "streams",
            Self::DeadLetters => "dead letters",
            Self::Records => "records",
            Self::Events => "events",
            Self::Alarms => "alarms",
            Self::Functions => "functions",
            Self::Definitions => "definitions",
            Self::Tokens => "tokens",
            Self::Clients => "clients",
            Self::Bus => "bus",
            Self::Tables => "tables",
            Self::Cost => "cost",
        }
    }
}

/// The meaning of a code, and its fix.
#[derive(Debug)]
pub struct Entry {
    pub code: Code,
    pub name: &'static str,
    pub severity: Severity,
    pub part: Part,
    pub meaning: &'static str,
    /// `{subject}` stands for the subject of the finding, `{name}` for the deployment, and `{deployment}` for the options
    /// that name it or the ports of the local mode. The check fills others.
    pub fix: &'static str,
    /// An anchor of docs/guides/operate.md.
    pub runbook: &'static str,
}

impl Code {
    /// The table has an entry for each code, in the order of the codes.
    pub fn entry(self) -> &'static Entry {
        &TABLE[self as usize]
    }

    pub fn name(self) -> &'static str {
        self.entry().name
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_has_each_code_once_at_its_place() {
        let is_in_place = |(index, entry): (usize, &Entry)| entry.code as usize == index;
        assert!(TABLE.iter().enumerate().all(is_in_place));
        let names: BTreeSet<_> = TABLE.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), TABLE.len());
    }

    #[test]
    fn every_problem_has_a_fix() {
        for entry in &TABLE {
            assert!(!entry.fix.is_empty() && !entry.meaning.is_empty(), "{}", entry.name);
        }
    }
}
