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

/// The sections of the runbook by alarm.
fn sections() -> BTreeMap<String, String> {
    let text = read("docs/guides/operate.md");
    let (_, after) = text.split_once("\n## Alarms\n").unwrap();
    let sections = after.split("\n## ").next().unwrap().split("\n### `").skip(1);
    let sections = sections.map(|section| section.split_once("`\n").unwrap());
    sections.map(|(alarm, section)| (alarm.to_owned(), section.to_owned())).collect()
}

/// The findings that the runbook names for each alarm.
fn runbook() -> BTreeMap<String, BTreeSet<String>> {
    let codes = |section: &str| {
        let line = section.split_once("**Finding.** ").map(|(_, list)| list.split("\n\n").next().unwrap());
        line.unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    sections().iter().map(|(alarm, section)| (alarm.clone(), codes(section))).collect()
}

#[test]
fn the_reference_has_a_row_for_each_finding() {
    let row = |entry: &Entry| {
        let Entry { name, severity, part, meaning, fix, runbook, .. } = entry;
        let (fix, severity, part) = (fix.replace('|', "\\|"), severity.name(), part.name());
        format!(
            "| `{name}` | {severity} | {part} | {meaning} | {fix} ([runbook](../guides/operate.md#{runbook})) |"
        )
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
fn the_section_of_each_alarm_has_one_list_of_findings_and_a_command() {
    for (alarm, section) in sections() {
        assert_eq!(section.matches("**Finding.** ").count(), 1, "{alarm}");
        assert!(section.contains("\n```sh\n"), "{alarm} has no command");
    }
}

/// The findings in the first column of the table.
fn findings_without_an_alarm() -> BTreeSet<String> {
    let text = read("docs/guides/operate.md");
    let (_, after) = text.split_once("\n## Findings without an alarm\n").unwrap();
    let section = after.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    rows.flat_map(|names| names.split("`, `").map(|name| name.trim_end_matches('`').to_owned())).collect()
}

#[test]
fn the_runbook_names_each_finding_with_its_alarms_or_in_the_table_of_others() {
    let with_alarm: BTreeSet<_> = runbook().into_values().flatten().collect();
    let others = findings_without_an_alarm();
    assert_eq!(with_alarm.intersection(&others).count(), 0);
    let named: BTreeSet<_> = with_alarm.union(&others).map(String::as_str).collect();
    assert_eq!(named, TABLE.iter().map(|entry| entry.name).collect());
    for entry in &TABLE {
        let section = runbook().remove(entry.runbook).unwrap_or_else(findings_without_an_alarm);
        assert!(section.contains(entry.name), "{}: not in {}", entry.name, entry.runbook);
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
        assert!(anchors.contains(entry.runbook), "{}: {}", entry.name, entry.runbook);
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
