//! The rules of the Embedded Metric Format, from its specification and its JSON Schema.

use serde_json::Value;

/// The units of CloudWatch's API_MetricDatum that tablecast uses.
const UNITS: [&str; 3] = ["Count", "Milliseconds", "Bytes"];

pub fn broken_rules(line: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let mut rule = |holds: bool, text: &str| {
        if !holds {
            broken.push(text.to_owned());
        }
    };
    rule(line["_aws"]["Timestamp"].is_u64(), "Timestamp: milliseconds since the epoch");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().cloned().unwrap_or_default();
    rule(!directives.is_empty(), "CloudWatchMetrics: at least one directive");
    for directive in &directives {
        let namespace = directive["Namespace"].as_str().unwrap_or_default();
        rule((1..=1024).contains(&namespace.len()), "Namespace: 1 to 1024 characters");
        dimensions(line, directive, &mut rule);
        metrics(line, directive, &mut rule);
    }
    broken
}

fn dimensions(line: &Value, directive: &Value, rule: &mut impl FnMut(bool, &str)) {
    let sets = directive["Dimensions"].as_array().cloned().unwrap_or_default();
    rule(!sets.is_empty(), "Dimensions: at least one set");
    for set in &sets {
        let names = set.as_array().cloned().unwrap_or_default();
        rule(names.len() <= 30, "Dimensions: at most 30 in a set");
        let values = names.iter().map(|name| line[name.as_str().unwrap_or_default()].as_str());
        let good = |value: Option<&str>| value.is_some_and(|text| (1..=1024).contains(&text.len()));
        rule(values.into_iter().all(good), "a dimension's value: a member of the line, 1 to 1024 characters");
    }
}

fn metrics(line: &Value, directive: &Value, rule: &mut impl FnMut(bool, &str)) {
    let metrics = directive["Metrics"].as_array().cloned().unwrap_or_default();
    rule((1..=100).contains(&metrics.len()), "Metrics: at most 100, and no directive without one");
    let unit = |metric: &Value| metric["Unit"].as_str().is_some_and(|unit| UNITS.contains(&unit));
    rule(metrics.iter().all(unit), "Unit: one that CloudWatch knows");
    let value = |metric: &Value| line[metric["Name"].as_str().unwrap_or_default()].is_number();
    rule(metrics.iter().all(value), "a metric's value: a member of the line, and a number");
}
