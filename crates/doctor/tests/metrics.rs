//! docs/reference/metrics.md has the metrics of the functions, and alarms read metrics that exist.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;

/// The functions, and the files that name their metrics.
const FUNCTIONS: [(&str, &[&str]); 6] = [
    ("authorize", &["functions/authorize/src/main.rs", "functions/authorize/src/verdict.rs"]),
    ("connect", &["functions/connect/src/response.rs"]),
    ("disconnect", &["functions/disconnect/src/main.rs"]),
    ("subscribe", &["functions/subscribe/src/counts.rs", "functions/subscribe/src/counts/state.rs"]),
    ("dispatch", &["functions/dispatch/src/report.rs", "functions/dispatch/src/report/metrics.rs"]),
    ("fanout", &["functions/fanout/src/report.rs"]),
];

/// The reasons of refused connections. `authorize` has these of them only.
const REASONS: &str = "crates/telemetry/src/refusals.rs";
const OF_AUTHORIZE: &str = "functions/authorize/src/denial.rs";

fn read(path: &str) -> String {
    fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// The code of a file without its tests.
fn code(path: &str) -> String {
    read(path).split("#[cfg(test)]").next().unwrap().to_owned()
}

/// Text literals whose surroundings make them names of metrics.
fn literals(text: &str, is_name: impl Fn(&str, &str) -> bool) -> BTreeSet<String> {
    let parts: Vec<_> = text.split('"').collect();
    let found = parts.windows(3).filter(|parts| is_name(parts[0].trim_end(), parts[2]));
    found.map(|parts| parts[1].to_owned()).collect()
}

fn emitted(function: &str, files: &[&str]) -> BTreeSet<String> {
    let calls = [".count(", ".count_some(", ".milliseconds(", ".bytes("];
    let is_name = |before: &str, after: &str| {
        let is_counted = after.starts_with(", self.") || after.starts_with(", damaged_items");
        calls.iter().any(|call| before.ends_with(call)) || is_counted
    };
    let code: String = files.iter().map(|file| code(file)).collect();
    let mut names = literals(&code, is_name);
    names.extend(code.contains(".duration(").then(|| "Duration".to_owned()));
    if code.contains(".refused(") {
        let denials = self::code(OF_AUTHORIZE);
        let reasons = literals(&self::code(REASONS), |before, _| before.ends_with("=>"));
        names
            .extend(reasons.into_iter().filter(|reason| function != "authorize" || denials.contains(reason)));
        names.insert("Refused".to_owned());
    }
    names
}

/// The metrics in the table of a section of the page.
fn documented(function: &str) -> BTreeSet<String> {
    let page = read("docs/reference/metrics.md");
    let after = page.split_once(&format!("\n## {function}\n")).unwrap().1;
    let section = after.split("\n## ").next().unwrap();
    let names = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    names.flat_map(|names| names.split("`, `").map(|name| name.trim_end_matches('`').to_owned())).collect()
}

#[test]
fn the_page_has_each_metric_of_each_function_and_no_other() {
    for (function, files) in FUNCTIONS {
        assert_eq!(documented(function), emitted(function, files), "{function}");
    }
}

/// Terraform's tests compare its alarms with these names.
#[test]
fn alarms_read_metrics_that_functions_emit() {
    let text = read("terraform/tests/watch.tftest.hcl");
    let mut read = 0;
    for line in text.lines() {
        let Some((before, metric)) = line.split_once("\"tablecast ") else { continue };
        let Some((metric, dimension)) = metric.split_once(" {\\\"") else { continue };
        let function = match dimension.split("\\\"").collect::<Vec<_>>()[..] {
            ["Pipe", ..] => "dispatch",
            ["Function", _, function, ..] => function,
            _ => panic!("an alarm without a known dimension: {line}"),
        };
        let list = before.split_once("in [").map(|(_, list)| list.split('"').skip(1).step_by(2).collect());
        for name in list.filter(|_| metric == "${metric}").unwrap_or_else(|| vec![metric]) {
            assert!(documented(function).contains(name), "{function}: {name}");
            read += 1;
        }
    }
    assert!(read >= 20, "{read}");
}
