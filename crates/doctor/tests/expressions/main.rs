//! The alarms on several metrics ring at the limits that the runbook names.
//!
//! # Layout
//! - `math`: the part of CloudWatch's metric math that the alarms use
#![allow(clippy::unwrap_used)]

mod math;

use std::fs;

use math::evaluate;

const MODULE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../terraform/modules/watch");

/// The expression of Terraform with this metric.
fn expression(metric: &str) -> String {
    let files = fs::read_dir(MODULE).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    let text: String = files.collect();
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("expression")?.split('"').nth(1));
    let found: Vec<_> = lines.filter(|line| line.contains(&format!("FILL({metric}, 0)"))).collect();
    assert_eq!(found.len(), 1, "{metric}: {found:?}");
    found[0].to_owned()
}

/// Returns whether the value of the expression is above the threshold. Other metrics have no data.
fn rings(threshold: f64, metric: &str, values: &[(&str, f64)]) -> bool {
    evaluate(&expression(metric), values) > threshold
}

#[test]
fn a_stream_that_nobody_reads_rings_only_if_the_table_changes() {
    let stopped = |written, reads| rings(0.0, "written", &[("written", written), ("reads", reads)]);
    assert!(stopped(1.0, 0.0));
    assert!(!stopped(1.0, 1.0) && !stopped(0.0, 0.0) && !stopped(0.0, 5.0));
    assert!(rings(0.0, "written", &[("written", 1.0)]), "no data is no read");
}

#[test]
fn each_way_in_which_an_execution_ends_badly_rings() {
    for way in ["executionfailed", "executionthrottled", "executiontimeout"] {
        assert!(rings(0.0, way, &[(way, 1.0)]), "{way}");
    }
    assert!(!rings(0.0, "executionfailed", &[]));
}

#[test]
fn more_than_a_fifth_of_more_than_100_frames_to_closed_connections_rings() {
    let stale = |gone, delivered| rings(20.0, "gone", &[("gone", gone), ("delivered", delivered)]);
    assert!(stale(21.0, 80.0));
    assert!(!stale(20.0, 81.0) && !stale(50.0, 50.0));
}

#[test]
fn more_than_half_of_more_than_100_refused_clients_ring_however_they_are_refused() {
    let refused = |values: &[(&str, f64)]| rings(50.0, "clienterror", values);
    for cause in ["integrationerror", "explained"] {
        assert!(refused(&[(cause, 101.0), ("connectcount", 201.0)]), "{cause}");
        assert!(!refused(&[(cause, 101.0), ("connectcount", 202.0)]), "{cause}");
    }
    assert!(refused(&[("clienterror", 101.0), ("connectcount", 100.0)]));
    assert!(!refused(&[("clienterror", 101.0), ("connectcount", 101.0)]));
    assert!(!refused(&[("clienterror", 100.0)]), "100 are too few");
}

#[test]
fn messages_dilute_refused_messages_and_not_refused_handshakes() {
    let refused = |values: &[(&str, f64)]| rings(50.0, "clienterror", values);
    assert!(!refused(&[("clienterror", 150.0), ("messages", 10_000.0)]), "throttled messages");
    assert!(refused(&[("clienterror", 150.0), ("messages", 149.0)]));
    let handshakes = |denied, connects| {
        refused(&[
            ("clienterror", denied),
            ("denied", denied),
            ("connectcount", connects),
            ("messages", 10_000.0),
        ])
    };
    assert!(handshakes(101.0, 100.0));
    assert!(!handshakes(101.0, 101.0) && !handshakes(100.0, 0.0));
}

/// A client that is refused has a decision, and one whose token cannot be verified too.
#[test]
fn an_authorizer_that_crashes_for_more_than_half_of_its_clients_rings() {
    let unanswered = |invocations, decided: &[(&str, f64)]| {
        rings(50.0, "invocations", &[&[("invocations", invocations)], decided].concat())
    };
    assert!(unanswered(11.0, &[]));
    assert!(!unanswered(10.0, &[]), "10 are too few");
    for decision in ["admitted", "refused", "unavailable"] {
        assert!(unanswered(20.0, &[(decision, 9.0)]), "{decision}");
        assert!(!unanswered(20.0, &[(decision, 10.0)]), "{decision}");
    }
    assert!(!unanswered(0.0, &[]));
}

#[test]
fn more_than_half_of_more_than_100_resumes_without_the_missed_events_ring() {
    let unrecovered = |unrecovered, recovered| {
        rings(50.0, "unrecovered", &[("unrecovered", unrecovered), ("recovered", recovered)])
    };
    assert!(unrecovered(51.0, 50.0));
    assert!(!unrecovered(50.0, 51.0) && !unrecovered(100.0, 0.0));
}
