//! Prints the result of a check as text or JSON.

use std::error::Error;

use serde::Serialize;
use tablecast_authoring::check::{Checked, ReadRule, Report};
use tablecast_definitions::problem::Problem;

use crate::format::Format;

/// The JSON output, which docs/reference/check.md describes.
#[derive(Serialize)]
struct JsonReport<'r> {
    ok: bool,
    checked: Checked,
    problems: Vec<JsonProblem<'r>>,
    warnings: Vec<JsonProblem<'r>>,
    reads: &'r [ReadRule],
}

#[derive(Serialize)]
struct JsonProblem<'r> {
    file: &'r str,
    line: Option<u64>,
    path: &'r str,
    rule: &'static str,
    reason: &'r str,
    remedy: &'static str,
}

impl<'r> From<&'r Problem> for JsonProblem<'r> {
    fn from(problem: &'r Problem) -> Self {
        let Problem { rule, file, line, path, reason } = problem;
        Self { file, line: *line, path, rule: rule.name(), reason, remedy: rule.remedy() }
    }
}

pub fn print(report: &Report, format: Format, reads: bool) -> Result<(), Box<dyn Error>> {
    let text = match format {
        Format::Text if reads => text(report) + &read_rules(report),
        Format::Text => text(report),
        Format::Json => json(report)?,
    };
    Ok(crate::output::text(&text)?)
}

fn text(report: &Report) -> String {
    let problems: String = report.problems.iter().map(|problem| entry("", problem)).collect();
    let warnings: String = report.warnings.iter().map(|warning| entry("warning: ", warning)).collect();
    format!("{problems}{warnings}{}\n", summary(report))
}

fn read_rules(report: &Report) -> String {
    let line = |rule: &ReadRule| {
        let ReadRule { file, path, event_type, emits } = rule;
        let emits = match *emits {
            "always" => "emits READ",
            "depends" => "emits READ for some items",
            _ => "does not emit READ",
        };
        format!("{file}: {path}: {event_type} {emits}\n")
    };
    report.reads.iter().map(line).collect()
}

fn entry(label: &str, problem: &Problem) -> String {
    format!("{label}{problem}\n    {}: {}\n", problem.rule.name(), problem.rule.remedy())
}

fn summary(report: &Report) -> String {
    let Checked { pipes, schemas, examples, tests, skipped, compared } = report.checked;
    let problems = match report.problems.len() {
        0 => "no problems".to_owned(),
        some => count(some, "problem"),
    };
    let warnings = some(report.warnings.len(), |number| format!(", {}", count(number, "warning")));
    let checked =
        [count(pipes, "pipe"), count(schemas, "schema"), count(examples, "example"), count(tests, "test")];
    let skipped = some(skipped, |number| format!(", {} skipped", count(number, "test")));
    let compared = some(compared, |number| format!(", compared with {}", count(number, "earlier schema")));
    format!("{problems}{warnings} in {}{skipped}{compared}", checked.join(", "))
}

/// Returns nothing for 0.
fn some(number: usize, text: impl FnOnce(usize) -> String) -> String {
    if number == 0 { String::new() } else { text(number) }
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

fn json(report: &Report) -> serde_json::Result<String> {
    let report = JsonReport {
        ok: report.problems.is_empty(),
        checked: report.checked,
        problems: report.problems.iter().map(JsonProblem::from).collect(),
        warnings: report.warnings.iter().map(JsonProblem::from).collect(),
        reads: &report.reads,
    };
    serde_json::to_string_pretty(&report).map(|text| text + "\n")
}
