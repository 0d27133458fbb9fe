//! Prints the result of a check as text or JSON.

use std::error::Error;

use clap::ValueEnum;
use serde::Serialize;
use tablecast_authoring::check::{Checked, Report};
use tablecast_definitions::problem::Problem;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// The JSON output, which docs/reference/check.md describes.
#[derive(Serialize)]
struct JsonReport<'r> {
    ok: bool,
    checked: Checked,
    problems: Vec<JsonProblem<'r>>,
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

pub fn print(report: &Report, format: Format) -> Result<(), Box<dyn Error>> {
    let text = match format {
        Format::Text => text(report),
        Format::Json => json(report)?,
    };
    Ok(crate::output::text(&text)?)
}

fn text(report: &Report) -> String {
    let problem =
        |problem: &Problem| format!("{problem}\n    {}: {}\n", problem.rule.name(), problem.rule.remedy());
    let problems: String = report.problems.iter().map(problem).collect();
    format!("{problems}{}\n", summary(report))
}

fn summary(report: &Report) -> String {
    let Checked { pipes, schemas, examples, tests, compared } = report.checked;
    let problems = match report.problems.len() {
        0 => "no problems".to_owned(),
        some => count(some, "problem"),
    };
    let checked =
        [count(pipes, "pipe"), count(schemas, "schema"), count(examples, "example"), count(tests, "test")];
    let compared = match compared {
        0 => String::new(),
        some => format!(", compared with {}", count(some, "earlier schema")),
    };
    format!("{problems} in {}{compared}", checked.join(", "))
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
    };
    serde_json::to_string_pretty(&report).map(|text| text + "\n")
}
