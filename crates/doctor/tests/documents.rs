//! The documentation and Terraform have the findings and alarms of the code.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tablecast_doctor::alarms::{KINDS, Kind, Owner};
use tablecast_doctor::code::{Entry, Severity, TABLE};
use tablecast_doctor::policy;

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The heading of an alarm in the runbook.
fn heading(kind: &Kind) -> String {
    let dash = if kind.owner == Owner::Deployment { "" } else { "-" };
    format!("{dash}{}", kind.ending)
}

/// The findings that the runbook names for each alarm.
fn runbook() -> BTreeMap<String, BTreeSet<String>> {
    let text = read("docs/guides/operate.md");
    let sections = text.split("\n### `").skip(1).map(|section| section.split_once("`\n").unwrap());
    let codes = |section: &str| {
        let line = section.lines().find_map(|line| line.strip_prefix("**Finding.** ")).unwrap_or_default();
        line.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    sections.map(|(alarm, section)| (alarm.to_owned(), codes(section))).collect()
}

#[test]
fn the_reference_has_a_row_for_each_finding() {
    let row = |entry: &Entry| {
        let Entry { name, severity, part, meaning, fix, runbook, .. } = entry;
        let runbook =
            runbook.map(|at| format!(" ([runbook](../guides/operate.md#{at}))")).unwrap_or_default();
        let fix = fix.replace('|', "\\|");
        format!("| `{name}` | {} | {} | {meaning} | {fix}{runbook} |", severity.name(), part.name())
    };
    let page = read("docs/reference/doctor.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows, TABLE.iter().map(row).collect::<Vec<_>>());
}

#[test]
fn the_reference_has_the_policy() {
    let page = read("docs/reference/doctor.md");
    let policy = serde_json::to_string_pretty(&policy("tablecast")).unwrap();
    assert!(page.contains(&format!("```json\n{policy}\n```")), "{policy}");
}

#[test]
fn the_runbook_has_each_alarm_of_the_doctor_and_no_other() {
    let alarms: BTreeSet<_> = runbook().into_keys().collect();
    assert_eq!(alarms, KINDS.iter().map(heading).collect());
}

#[test]
fn the_runbook_names_the_finding_of_each_alarm_and_only_findings_that_exist() {
    let runbook = runbook();
    for kind in &KINDS {
        let named = &runbook[&heading(kind)];
        assert!(named.contains(kind.code.name()), "{}: {} is missing", heading(kind), kind.code.name());
    }
    let known: BTreeSet<_> = TABLE.iter().map(|entry| entry.name).collect();
    for (alarm, code) in runbook.iter().flat_map(|(alarm, codes)| codes.iter().map(move |code| (alarm, code)))
    {
        assert!(known.contains(code.as_str()), "{alarm}: {code} is no finding");
    }
}

#[test]
fn each_section_that_a_finding_refers_to_exists() {
    let text = read("docs/guides/operate.md");
    let anchor = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase().replace('`', "");
        title.replace(' ', "-")
    };
    let anchors: BTreeSet<_> = text.lines().filter(|line| line.starts_with("##")).map(anchor).collect();
    for entry in &TABLE {
        let exists = entry.runbook.is_none_or(|section| anchors.contains(section));
        assert!(exists, "{}: {:?}", entry.name, entry.runbook);
    }
}

#[test]
fn the_table_of_alarms_has_each_alarm_of_the_doctor_and_no_other() {
    let page = read("docs/reference/metrics.md");
    let names = page.lines().filter_map(|line| line.strip_prefix("| `<name>-")?.split('`').next());
    let named = |kind: &Kind| match kind.owner {
        Owner::EachPipe => format!("<pipe>-{}", kind.ending),
        Owner::EachFunction => format!("<function>-{}", kind.ending),
        Owner::Deployment => kind.ending.to_owned(),
    };
    assert_eq!(names.map(str::to_owned).collect::<BTreeSet<_>>(), KINDS.iter().map(named).collect());
}

#[test]
fn a_finding_has_the_severity_of_its_alarm() {
    let text = read("terraform/modules/watch/summaries.tf");
    let list = text.split_once("warnings = [").unwrap().1.split_once(']').unwrap().0;
    let warnings: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    for kind in &KINDS {
        let is_warning = warnings.iter().any(|ending| heading(kind).ends_with(ending));
        let severity = if is_warning { Severity::Warning } else { Severity::Critical };
        assert_eq!(kind.code.entry().severity, severity, "{}", heading(kind));
    }
}
