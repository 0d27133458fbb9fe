mod rules;

use std::time::{Duration, UNIX_EPOCH};

use super::*;
use rules::broken_rules;

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

/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>
#[test]
fn lambda_drops_no_metrics_at_any_log_level() {
    const LEVELS: [&str; 6] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level).unwrap();
    for lambda in LEVELS {
        assert!(rank(level(lambda)) >= rank(lambda), "{lambda}: {}", level(lambda));
    }
    assert_eq!(["", "DEBUG", "INFO"].map(level), ["INFO"; 3]);
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
