use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use tablecast_protocol::element::Element;

use super::*;

fn line(elements: Value) -> Value {
    let elements: Vec<Element> = serde_json::from_str(&elements.to_string()).unwrap();
    let started = SystemTime::now() - Duration::from_millis(40);
    let report = Report::new(Batch::sort(elements), Ok(Delivered::default()), started);
    report.metrics.line("tablecast", &Default::default(), SystemTime::now())
}

fn changed(times: &[&str]) -> Value {
    let events =
        times.iter().map(|time| json!({ "id": "1", "source": "tablecast/orders", "type": "a.v1", "subject": "orders/1", "time": time }));
    json!([{ "eventID": "1", "pipe": "orders", "events": events.collect::<Vec<_>>() }])
}

fn names(line: &Value) -> Vec<&str> {
    let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
    metrics.iter().map(|metric| metric["Name"].as_str().unwrap()).collect()
}

/// docs/reference/metrics.md lists the metrics, and alarms use them.
#[test]
fn every_batch_emits_every_metric_even_when_it_is_0() {
    let line = line(changed(&["2026-11-23T05:00:00Z"]));
    let counts = "Records Events Unmatched Rejected Deferred Published BusRetried BusFailures Delivered Gone Expired TooLarge \
                  Refused CutOff FannedOut HandedOver StartFailures HandOverFailures Late LogFailures LookupFailures ClockSkew";
    let expected: Vec<_> = counts.split(' ').chain(["PushDuration", "Duration", "Lag"]).collect();
    assert_eq!(names(&line), expected);
    assert!(expected.iter().all(|name| line[name].is_u64()), "{line}");
    assert_eq!([&line["Records"], &line["Events"], &line["Gone"]], [1, 1, 0]);
}

#[test]
fn the_lag_counts_from_the_oldest_change() {
    let line = line(changed(&["2026-11-23T05:00:02Z", "2026-11-23T05:00:00Z", "2026-11-23T05:00:01Z"]));
    let oldest = UNIX_EPOCH + Duration::from_secs(1_795_410_000);
    let lag = SystemTime::now().duration_since(oldest).unwrap_or_default().as_millis() as u64;
    assert!((lag.saturating_sub(60_000)..=lag).contains(&line["Lag"].as_u64().unwrap()), "{lag}: {line}");
    assert!(line["Duration"].as_u64().unwrap() >= 40);
}

#[test]
fn a_change_from_a_clock_that_is_ahead_has_no_lag() {
    assert_eq!(line(changed(&["2999-01-01T00:00:00Z"]))["Lag"], 0);
}

#[test]
fn a_batch_without_events_has_no_lag() {
    let line = line(json!([{ "eventID": "1", "pipe": "orders", "events": [] }]));
    assert!(line.get("Lag").is_none() && !names(&line).contains(&"Lag"), "{line}");
}
