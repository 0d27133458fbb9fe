use serde::Serialize;

use crate::code::{Code, Part, Severity};

/// Something that is wrong, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub code: Code,
    pub severity: Severity,
    pub part: Part,
    /// The pipe, the table, the function or another thing that it is about.
    pub subject: String,
    /// Numbers and names that show it.
    pub evidence: Vec<String>,
    pub fix: String,
    /// The section of docs/guides/operate.md.
    pub runbook: String,
}

impl Finding {
    pub fn new(code: Code, subject: &str) -> Self {
        let entry = code.entry();
        Self {
            code,
            severity: entry.severity,
            part: entry.part,
            subject: subject.to_owned(),
            evidence: Vec::new(),
            fix: entry.fix.replace("{subject}", subject),
            runbook: format!("docs/guides/operate.md#{}", entry.runbook),
        }
    }

    pub fn evidence(mut self, evidence: impl Into<String>) -> Self {
        self.evidence.push(evidence.into());
        self
    }

    /// Fills a placeholder of the fix.
    pub fn fill(mut self, placeholder: &str, value: &str) -> Self {
        self.fix = self.fix.replace(&format!("{{{placeholder}}}"), value);
        self
    }

    /// Lowers the severity of a problem that has ended.
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.severity = self.severity.min(severity);
        self
    }
}

/// Joins findings with one code and subject, and sorts them: the worst first.
pub fn merge(findings: impl IntoIterator<Item = Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::new();
    for finding in findings {
        let same = |other: &&mut Finding| (other.code, &other.subject) == (finding.code, &finding.subject);
        match merged.iter_mut().find(same) {
            Some(other) => {
                other.severity = other.severity.max(finding.severity);
                other.evidence.extend(finding.evidence);
            }
            None => merged.push(finding),
        }
    }
    merged.sort_by(|a, b| {
        b.severity.cmp(&a.severity).then(a.code.cmp(&b.code)).then_with(|| a.subject.cmp(&b.subject))
    });
    merged
}
