//! The whole history of the items of findings, for people.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::Verdict;
use super::observations::{Entry, Observations, Received};

/// The largest number of histories.
const MOST: usize = 8;

/// Returns a history for the subject of each of the first findings.
pub fn histories(all: &Observations, verdict: &Verdict) -> Vec<String> {
    let findings: Vec<_> = verdict.findings().collect();
    let subjects: BTreeSet<_> = all.writes.iter().map(|write| write.subject.as_str()).collect();
    let concerns = |subject: &str| {
        let name = format!("{subject} version");
        findings.iter().any(|finding| finding.contains(&name))
    };
    subjects
        .into_iter()
        .filter(|subject| concerns(subject))
        .take(MOST)
        .map(|subject| history(all, subject))
        .collect()
}

fn history(all: &Observations, subject: &str) -> String {
    let mut text = format!("history of {subject}\n");
    for write in all.writes.iter().filter(|write| write.subject == subject) {
        let _ = writeln!(text, "  written: {write:?}");
    }
    for event in all.bus.iter().filter(|event| event.subject == subject) {
        let _ = writeln!(text, "  bus: {}", line(event));
    }
    for client in &all.clients {
        for subscription in &client.subscriptions {
            add_entries(
                &mut text,
                &format!("{} {}", client.name, subscription.name),
                &subscription.entries,
                subject,
            );
        }
    }
    text
}

/// Events of the subject, and what happened between them.
fn add_entries(text: &mut String, name: &str, entries: &[Entry], subject: &str) {
    let is_of = |event: &Received| event.subject == subject;
    if !entries.iter().any(|entry| matches!(entry, Entry::Event(event) | Entry::Late(event) if is_of(event)))
    {
        return;
    }
    for entry in entries {
        let _ = match entry {
            Entry::Event(event) if is_of(event) => writeln!(text, "  {name}: {}", line(event)),
            Entry::Late(event) if is_of(event) => writeln!(text, "  {name}: late: {}", line(event)),
            Entry::Event(_) | Entry::Late(_) => Ok(()),
            other => writeln!(text, "  {name}: {other:?}"),
        };
    }
}

fn line(event: &Received) -> String {
    let Received { at, version, event_type, id, position, sequence, is_late, .. } = event;
    format!("{at} ms: version {version} {event_type} {id} {position:?} sequence {sequence} late {is_late}")
}
