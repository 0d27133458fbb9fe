//! Checks the bus: every event at least once, with one id and one content. The bus keeps no order, so `sequence`
//! gives it.

use std::collections::{BTreeMap, HashMap};

use super::observations::{Observations, Received};
use super::truth::{Truth, name};
use super::{Position, Verdict};

/// The copies of each event on the bus.
#[derive(Default)]
pub struct Published<'a> {
    events: HashMap<usize, Copies<'a>>,
    by_id: HashMap<&'a str, usize>,
}

pub struct Copies<'a> {
    first: &'a Received,
    /// The positions of all copies. A copy that the pipe sends again after a minute has another position.
    pub positions: Vec<Position>,
}

impl Copies<'_> {
    pub fn source(&self) -> &str {
        &self.first.source
    }
}

impl<'a> Published<'a> {
    pub fn get(&self, event: usize) -> Option<&Copies<'a>> {
        self.events.get(&event)
    }

    pub fn with_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    fn add(&mut self, event: usize, received: &'a Received, verdict: &mut Verdict) {
        let positions = Vec::new();
        let copies = self.events.entry(event).or_insert(Copies { first: received, positions });
        if copies.first.id != received.id {
            verdict.repeated.push(format!("bus: {} also has the id {}", name(received), copies.first.id));
        }
        let position = received.position.clone();
        copies.positions.extend(position.filter(|position| !copies.positions.contains(position)));
        let known = self.by_id.insert(&received.id, event);
        verdict.count("bus: repeated with the same id", usize::from(known == Some(event)));
        if known.is_some_and(|known| known != event) {
            verdict.invalid.push(format!("bus: another event has the id of {}", name(received)));
        }
    }
}

pub fn check<'a>(truth: &Truth<'_>, all: &'a Observations, verdict: &mut Verdict) -> Published<'a> {
    let mut published = Published::default();
    for received in &all.bus {
        verdict.count("bus: events", 1);
        verdict.count("bus: late events", usize::from(received.is_late));
        let Some(event) = truth.find(received) else {
            verdict.foreign.push(format!("bus: nobody wrote {}", name(received)));
            continue;
        };
        let fault = truth.events[event].fault_of(received);
        verdict.invalid.extend(fault.map(|fault| format!("bus: {}: {fault}", name(received))));
        published.add(event, received, verdict);
    }
    find_lost(truth, all, &published, verdict);
    find_reordered(truth, &published, verdict);
    published
}

/// A rejected record is not lost while the table of rejected records has it.
fn find_lost(truth: &Truth<'_>, all: &Observations, published: &Published<'_>, verdict: &mut Verdict) {
    let is_rejected = |subject: &str, version| all.rejected.contains(&(subject.to_owned(), version));
    for (index, event) in truth.events.iter().enumerate() {
        let write = event.write;
        let has_arrived = published.get(index).is_some() || is_rejected(&write.subject, write.version);
        if write.is_certain && !has_arrived {
            verdict.lost.push(format!("bus: {event}"));
        }
    }
    for write in truth.rejected.iter().filter(|write| write.is_certain) {
        verdict.count("rejected records", 1);
        if !is_rejected(&write.subject, write.version) {
            let (subject, version) = (&write.subject, write.version);
            verdict.lost.push(format!("the rejected record of {subject} version {version}"));
        }
    }
}

fn find_reordered(truth: &Truth<'_>, published: &Published<'_>, verdict: &mut Verdict) {
    let mut by_subject: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for (&event, copies) in &published.events {
        let sequence = copies.first.sequence.as_str();
        by_subject.entry(&copies.first.subject).or_default().push((sequence, event));
    }
    for mut events in by_subject.into_values() {
        // The events of one record have one sequence.
        events.sort_by_key(|(sequence, event)| (*sequence, truth.events[*event].order.1));
        for pair in events.windows(2) {
            let [before, after] = [&truth.events[pair[0].1], &truth.events[pair[1].1]];
            if before.order > after.order {
                verdict.reordered.push(format!("bus: by sequence, {before} comes before {after}"));
            }
        }
    }
}
