//! The numbers of a deployment are those of docs/reference/metrics.md and of Terraform.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use tablecast_cost::facts;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)).unwrap()
}

/// The cells of the tables in a section.
fn rows(page: &str, section: &str) -> Vec<Vec<String>> {
    let (_, rest) = page.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no {section}"));
    let section = rest.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| row.split('|').map(|cell| cell.trim().to_owned()).skip(1).collect()).collect()
}

fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn metrics(page: &str, sections: &[&str]) -> u32 {
    let count = |section: &&str| rows(page, section).iter().map(|row| names(&row[0]).len()).sum::<usize>();
    sections.iter().map(count).sum::<usize>() as u32
}

#[test]
fn the_metrics_are_those_of_the_reference() {
    let page = read("docs/reference/metrics.md");
    let rows: String = rows(&page, "dispatch").iter().map(|row| row[0].clone()).collect();
    // Few pipes have these, and they are not emitted when they are 0.
    let rare = ["InvalidElements", "InvalidTraces", "NotStored"];
    assert!(rare.iter().all(|name| names(&rows).contains(name)));
    assert_eq!(facts::PIPE_METRICS, metrics(&page, &["dispatch"]) - rare.len() as u32);
    assert_eq!(facts::FANOUT_METRICS, metrics(&page, &["fanout"]));
    assert_eq!(facts::CLIENT_METRICS, metrics(&page, &["authorize", "connect", "disconnect", "subscribe"]));
}

/// The metrics of an alarm. A function is the place of a metric, and `GetRecords` its dimension.
fn watched(row: &[String]) -> u32 {
    let is_metric = |name: &&str| name.starts_with(char::is_uppercase) && *name != "GetRecords";
    names(&row[1]).into_iter().filter(is_metric).count() as u32
}

#[test]
fn the_alarms_are_those_of_the_reference() {
    let page = read("docs/reference/metrics.md");
    let (of_pipes, others): (Vec<_>, Vec<_>) =
        rows(&page, "Alarms").into_iter().partition(|row| row[0].contains("<pipe>"));
    assert_eq!(facts::ALARMS_PER_PIPE, of_pipes.len() as u32);
    assert_eq!(facts::ALARM_METRICS_PER_PIPE, of_pipes.iter().map(|row| watched(row)).sum::<u32>());
    let copies = |row: &Vec<String>| match row[0].contains("<function>") {
        _ if row[0].contains("only with") => 0,
        true if row[0].contains("except") => facts::FUNCTIONS - 1,
        true => facts::FUNCTIONS,
        false => 1,
    };
    assert_eq!(facts::OTHER_ALARMS, others.iter().map(copies).sum::<u32>());
    assert_eq!(facts::OTHER_ALARM_METRICS, others.iter().map(|row| copies(row) * watched(row)).sum::<u32>());
}

#[test]
fn the_functions_are_those_of_terraform() {
    let file = read("terraform/functions.tf");
    let memory = |name: &str| {
        let line = file
            .lines()
            .find(|line| line.trim_start().starts_with(name) && line.contains("memory = "))
            .unwrap();
        let (_, rest) = line.split_once("memory = ").unwrap();
        rest.split(',').next().unwrap().parse::<f64>().unwrap() / 1024.0
    };
    assert_eq!(
        [facts::ENRICH_GB, facts::DISPATCH_GB, facts::FANOUT_GB],
        ["enrich", "dispatch", "fanout"].map(memory)
    );
    for name in ["authorize", "connect", "disconnect", "subscribe"] {
        assert_eq!(facts::CLIENT_FUNCTION_GB, memory(name), "{name}");
    }
    let sizes = file.lines().filter(|line| line.contains("memory = ") && line.contains("timeout = "));
    assert_eq!(facts::FUNCTIONS as usize, sizes.count());
}
