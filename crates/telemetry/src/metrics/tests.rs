//! Lines of metrics follow the format of CloudWatch, and Lambda keeps them.
//!
//! # Layout
//! - `rules`: the rules of the Embedded Metric Format; `lambda`: which lines Lambda keeps

mod lambda;
mod rules;

use std::collections::BTreeSet;
use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::refusals;
use lambda::{LEVELS, keeps};
use rules::broken_rules;
use tablecast_protocol::ConnectionRefusal;

fn invocation() -> Context {
    let mut invocation = Context::default();
    invocation.request_id = "6f7f0961".to_owned();
    invocation.xray_trace_id = Some("Root=1-5bef4de7".to_owned());
    invocation
}

fn line(metrics: &Metrics) -> Value {
    metrics.line("shop", &invocation(), UNIX_EPOCH + Duration::from_millis(1_795_410_000_500))
}

fn batch() -> Metrics {
    let metrics = Metrics::of_pipe("orders", "batch dispatched").count("Records", 3).count("Gone", 0);
    metrics.property("connections", 7).milliseconds("Lag", 120)
}

#[test]
fn metrics_are_members_of_the_line_with_their_units() {
    let line = line(&batch());
    assert_eq!([&line["Records"], &line["Gone"], &line["Lag"], &line["connections"]], [3, 0, 120, 7]);
    let expected = json!({
        "Timestamp": 1_795_410_000_500_u64,
        "CloudWatchMetrics": [{
            "Namespace": "shop",
            "Dimensions": [["Pipe"]],
            "Metrics": [
                { "Name": "Records", "Unit": "Count" },
                { "Name": "Gone", "Unit": "Count" },
                { "Name": "Lag", "Unit": "Milliseconds" },
            ],
        }],
    });
    assert_eq!(line["_aws"], expected);
    assert_eq!(line["Pipe"], "orders");
}

#[test]
fn the_line_has_the_fields_of_a_log_line() {
    let line = line(&Metrics::of_function("connect", "connected").count("Connected", 1));
    assert_eq!([&line["level"], &line["message"], &line["Function"]], ["INFO", "connected", "connect"]);
    assert_eq!(line["span"], json!({ "requestId": "6f7f0961", "xrayTraceId": "Root=1-5bef4de7" }));
    let time = line["timestamp"].as_str().unwrap();
    assert!(time.starts_with("20") && time.find('T') == Some(10) && time.ends_with('Z'), "{time}");
}

#[test]
fn lambda_keeps_the_metrics_at_each_of_its_log_levels() {
    for lambda in LEVELS.map(Some).into_iter().chain([None, Some("LOUD")]) {
        let variable = |name: &str| lambda.filter(|_| name == "AWS_LAMBDA_LOG_LEVEL").map(str::to_owned);
        let line = batch().printed(variable, &invocation());
        assert!(keeps(lambda.unwrap_or("INFO"), &line), "{lambda:?}: {line}");
        assert_eq!(broken_rules(&line), [""; 0]);
    }
}

/// Proves that the test above can fail.
#[test]
fn lambda_drops_lines_of_lower_levels_and_lines_without_a_level_or_a_time() {
    let line = |change: fn(&mut Value)| {
        let mut line = batch().printed(|_| Some("ERROR".to_owned()), &invocation());
        change(&mut line);
        line
    };
    assert!(keeps("ERROR", &line(|_| ())));
    let changes: [fn(&mut Value); 4] = [
        |line| line["level"] = json!("INFO"),
        |line| line["level"] = Value::Null,
        |line| line["timestamp"] = Value::Null,
        |line| line["timestamp"] = json!("yesterday"),
    ];
    for change in changes {
        let line = line(change);
        assert!(!keeps("ERROR", &line) && keeps("INFO", &line), "{line}");
    }
}

#[test]
fn rare_metrics_are_emitted_only_above_0() {
    let metrics = Metrics::of_function("connect", "handled").count_some("Failed", 0).count_some("Gone", 2);
    let line = line(&metrics.duration(Duration::from_micros(3900)));
    assert_eq!([&line["Failed"], &line["Gone"], &line["Duration"]], [&Value::Null, &json!(2), &json!(3)]);
}

#[test]
fn refusals_are_counted_by_reason_and_a_success_has_none() {
    let names: BTreeSet<_> = ConnectionRefusal::ALL.map(refusals::metric).into();
    assert_eq!(names.len(), ConnectionRefusal::ALL.len());
    for reason in ConnectionRefusal::ALL {
        let line = line(&Metrics::of_function("authorize", "checked").refused(Some(reason)));
        assert_eq!([&line["Refused"], &line[refusals::metric(reason)]], [1, 1]);
    }
    let line = line(&Metrics::of_function("authorize", "checked").refused(None));
    assert_eq!(
        line["_aws"]["CloudWatchMetrics"][0]["Metrics"],
        json!([{ "Name": "Refused", "Unit": "Count" }])
    );
    assert_eq!(line["Refused"], 0);
}

#[test]
fn the_line_follows_the_rules_of_the_format() {
    assert_eq!(broken_rules(&line(&batch())), [""; 0]);
    const NAMES: [&str; 4] = ["A", "B", "C", "D"];
    let many = NAMES.iter().fold(Metrics::of_pipe("p", "m"), |metrics, name| metrics.count(name, usize::MAX));
    assert_eq!(broken_rules(&line(&many)), [""; 0]);
}

/// Proves that the test above can fail.
#[test]
fn a_line_that_breaks_a_rule_is_detected() {
    let metrics = |count: usize| json!(vec![json!({ "Name": "Records", "Unit": "Count" }); count]);
    for (pointer, value) in [
        ("/_aws/Timestamp", json!("now")),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("")),
        ("/_aws/CloudWatchMetrics/0/Namespace", json!("n".repeat(1025))),
        ("/_aws/CloudWatchMetrics/0/Dimensions", json!([])),
        ("/_aws/CloudWatchMetrics/0/Dimensions/0/0", json!("Nobody")),
        ("/_aws/CloudWatchMetrics/0/Dimensions/0", json!(vec!["Pipe"; 31])),
        ("/_aws/CloudWatchMetrics/0/Metrics", metrics(101)),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Name", json!("Nothing")),
        ("/_aws/CloudWatchMetrics/0/Metrics/0/Unit", json!("Pieces")),
        ("/Records", json!("3")),
        ("/Pipe", json!(7)),
        ("/Pipe", json!("")),
    ] {
        let mut line = line(&batch());
        *line.pointer_mut(pointer).unwrap() = value.clone();
        assert_eq!(broken_rules(&line).len(), 1, "{pointer}: {value}: {:?}", broken_rules(&line));
    }
    let mut full = line(&batch());
    full["_aws"]["CloudWatchMetrics"][0]["Metrics"] = metrics(100);
    assert_eq!(broken_rules(&full), [""; 0]);
}
