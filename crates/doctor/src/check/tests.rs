//! Each check finds its problem in the facts of a deployment that is otherwise healthy.
//!
//! # Layout
//! - `healthy`: the facts of a healthy deployment
//! - `deployed`: pipes, streams, tables, functions and packages
//! - `measured`: metrics; `alarmed`: alarms
//! - `connected`: tokens, the API and the bus
//! - `stored`: dead letters and rejected records

mod alarmed;
mod connected;
mod deployed;
mod healthy;
mod measured;
mod stored;

use super::diagnose;
use crate::facts::Facts;
use healthy::healthy;

/// The code, severity and subject of each finding.
fn found(facts: &Facts) -> Vec<String> {
    let line = |it: &crate::Finding| format!("{} {} {}", it.severity.name(), it.code.name(), it.subject);
    diagnose(facts).iter().map(line).collect()
}

/// Changes the facts, and returns the findings.
fn with(change: impl FnOnce(&mut Facts)) -> Vec<String> {
    let mut facts = healthy();
    change(&mut facts);
    found(&facts)
}

#[test]
fn nothing_is_found_in_a_healthy_deployment() {
    assert_eq!(found(&healthy()), [""; 0]);
}

#[test]
fn every_placeholder_of_a_fix_is_filled() {
    let mut facts = healthy();
    healthy::break_everything(&mut facts);
    let findings = diagnose(&facts);
    assert!(findings.len() > 30, "{}", findings.len());
    for finding in findings {
        let fix = finding.fix.replace("'{ $.", "'$.");
        assert!(!fix.contains('{'), "{}: {fix}", finding.code.name());
    }
}
