use std::error::Error;
use std::io::{Write, stdout};

use serde::Serialize;
use tablecast_authoring::check::{Checked, Report};
use tablecast_definitions::problem::Problem;

use crate::arguments::Format;

/// docs/reference/check.md describes it.
#[derive(Serialize)]
struct Told<'r> {
    ok: bool,
    checked: Checked,
    problems: Vec<ToldProblem<'r>>,
}

#[derive(Serialize)]
struct ToldProblem<'r> {
    file: &'r str,
    line: Option<u64>,
    path: &'r str,
    rule: &'static str,
    reason: &'r str,
    remedy: &'static str,
}

impl<'r> From<&'r Problem> for ToldProblem<'r> {
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
    Ok(stdout().write_all(text.as_bytes())?)
}

fn text(report: &Report) -> String {
    let problem =
        |problem: &Problem| format!("{problem}\n    {}: {}\n", problem.rule.name(), problem.rule.remedy());
    let problems: String = report.problems.iter().map(problem).collect();
    let Checked { pipes, schemas, examples, tests, compared } = report.checked;
    let looked_at =
        [count(pipes, "pipe"), count(schemas, "schema"), count(examples, "example"), count(tests, "test")];
    let found = match report.problems.len() {
        0 => "nothing wrong".to_owned(),
        some => count(some, "problem"),
    };
    let compared = match compared {
        0 => String::new(),
        some => format!(", compared with {} of before", count(some, "schema")),
    };
    format!("{problems}{found} in {}{compared}\n", looked_at.join(", "))
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

fn json(report: &Report) -> serde_json::Result<String> {
    let told = Told {
        ok: report.problems.is_empty(),
        checked: report.checked,
        problems: report.problems.iter().map(ToldProblem::from).collect(),
    };
    serde_json::to_string_pretty(&told).map(|text| text + "\n")
}
