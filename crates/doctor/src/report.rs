//! Findings for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::code::{Part, Severity};
use crate::finding::Finding;

const SEVERITIES: [Severity; 3] = [Severity::Critical, Severity::Warning, Severity::Note];

/// The JSON output, which docs/reference/doctor.md describes.
#[derive(Serialize)]
struct JsonReport<'f> {
    /// Returns whether there is no warning and nothing critical.
    ok: bool,
    /// `deployment tablecast`
    place: &'f str,
    counts: BTreeMap<&'static str, usize>,
    findings: &'f [Finding],
}

/// Returns whether somebody should do something.
pub fn has_problem(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.severity > Severity::Note)
}

/// One line of JSON.
pub fn json(place: &str, findings: &[Finding]) -> serde_json::Result<String> {
    let counts = SEVERITIES.map(|severity| (severity.name(), count(findings, severity))).into();
    serde_json::to_string(&JsonReport { ok: !has_problem(findings), place, counts, findings })
}

/// Each finding with its evidence and its fix, and a summary.
pub fn text(place: &str, findings: &[Finding]) -> String {
    let paragraphs: String = findings.iter().map(paragraph).collect();
    format!("{paragraphs}{}\n", summary(place, findings))
}

fn paragraph(finding: &Finding) -> String {
    let Finding { code, severity, subject, evidence, fix, runbook, .. } = finding;
    let evidence: String = evidence.iter().map(|line| format!("    {line}\n")).collect();
    let meaning = code.entry().meaning;
    format!(
        "{} {} {subject}\n    {meaning}\n{evidence}    fix: {fix}\n    see: {runbook}\n\n",
        severity.name(),
        code.name()
    )
}

fn summary(place: &str, findings: &[Finding]) -> String {
    let counts: Vec<_> = SEVERITIES
        .map(|severity| (severity, count(findings, severity)))
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {}", plural(*severity, *count)))
        .collect();
    match counts.is_empty() {
        true => format!("nothing is wrong in the {place}"),
        false => format!("{} in the {place}", counts.join(", ")),
    }
}

fn plural(severity: Severity, count: usize) -> String {
    let is_counted = severity != Severity::Critical && count != 1;
    format!("{}{}", severity.name(), if is_counted { "s" } else { "" })
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

/// One line for each part: its worst severity, and what was found. Without a finding, only a part that was read is `ok`.
pub fn status(findings: &[Finding], read: &[Part]) -> String {
    Part::ALL.iter().map(|part| line(*part, findings, read)).collect()
}

fn line(part: Part, findings: &[Finding], read: &[Part]) -> String {
    let own: Vec<_> = findings.iter().filter(|finding| finding.part == part).collect();
    let without = if read.contains(&part) { "ok" } else { "not read" };
    let worst = own.iter().map(|finding| finding.severity).max().map_or(without, Severity::name);
    let found: Vec<_> =
        own.iter().map(|finding| format!("{} {}", finding.code.name(), finding.subject)).collect();
    let text = format!("{:<13} {worst:<9} {}", part.name(), found.join(", "));
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;

    fn findings() -> Vec<Finding> {
        let stopped = Finding::new(Code::PipeStopped, "orders").evidence("acme-orders is STOPPED");
        vec![stopped.fill("pipe", "acme-orders"), Finding::new(Code::AlarmSilent, "acme")]
    }

    #[test]
    fn the_text_has_evidence_fix_and_runbook_of_each_finding() {
        let text = text("deployment acme", &findings());
        let first = "critical pipe-stopped orders\n    A pipe is not running. Its records are lost 24 hours after \
                     their change.\n    acme-orders is STOPPED\n    fix: Remove the cause, then: aws pipes start-pipe \
                     --name acme-orders\n    see: docs/guides/operate.md#-stopped\n";
        assert!(text.starts_with(first), "{text}");
        assert!(text.ends_with("1 critical, 1 note in the deployment acme\n"), "{text}");
        assert_eq!(super::text("deployment acme", &[]), "nothing is wrong in the deployment acme\n");
    }

    #[test]
    fn the_json_has_counts_and_findings_on_one_line() {
        let line = json("deployment acme", &findings()).unwrap();
        let report: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(report["ok"], false);
        assert_eq!(report["counts"]["critical"], 1);
        let found = &report["findings"][0];
        assert_eq!(
            (found["code"].as_str(), found["severity"].as_str()),
            (Some("pipe-stopped"), Some("critical"))
        );
        assert_eq!((found["part"].as_str(), found["subject"].as_str()), (Some("pipes"), Some("orders")));
    }

    #[test]
    fn the_status_has_a_line_for_each_part() {
        let status = status(&findings(), &Part::ALL);
        assert_eq!(status.lines().count(), Part::ALL.len());
        assert!(
            status.starts_with("pipes         critical  pipe-stopped orders\nstreams       ok\n"),
            "{status}"
        );
        assert!(status.contains("\nalarms        note      alarm-silent acme\n"), "{status}");
    }

    #[test]
    fn only_a_part_that_was_read_is_ok() {
        let status = status(&findings(), &[Part::Records]);
        let words = |line: &str| line.split_whitespace().skip_while(|word| *word != "ok").count();
        assert_eq!(status.lines().filter(|line| words(line) > 0).collect::<Vec<_>>(), ["records       ok"]);
        assert!(status.contains("\nstreams       not read\n"), "{status}");
        assert!(status.starts_with("pipes         critical  pipe-stopped orders\n"), "{status}");
    }

    #[test]
    fn notes_are_no_problem() {
        assert!(!has_problem(&findings()[1..]));
        assert!(has_problem(&findings()));
    }
}
