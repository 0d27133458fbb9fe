//! Plants faults into what was observed, so that each run proves that the oracle finds them.

use super::history::histories;
use super::observations::{Entry, Observations, Received};
use super::{Verdict, judge};

/// A fault, and the kind of findings whose number must grow.
struct Planted {
    name: &'static str,
    plant: fn(&mut Observations) -> Option<()>,
    findings: fn(&Verdict) -> usize,
}

const FAULTS: [Planted; 7] = [
    Planted { name: "the bus lacks an event", plant: lose_at_bus, findings: |verdict| verdict.lost.len() },
    Planted {
        name: "a client lacks an event",
        plant: lose_at_client,
        findings: |verdict| verdict.lost.len(),
    },
    Planted {
        name: "two versions change places",
        plant: reorder,
        findings: |verdict| verdict.reordered.len(),
    },
    Planted { name: "an event comes twice", plant: repeat, findings: |verdict| verdict.repeated.len() },
    Planted { name: "a client has a foreign event", plant: leak, findings: |verdict| verdict.foreign.len() },
    Planted { name: "an event has other data", plant: corrupt, findings: |verdict| verdict.invalid.len() },
    Planted { name: "a collection lacks an item", plant: hide, findings: |verdict| verdict.lost.len() },
];

/// Judges, and then plants one fault after the other. A fault that the oracle misses is a finding.
pub fn judge_and_check(mut observations: Observations) -> Verdict {
    let mut verdict = judge(&observations);
    verdict.histories = histories(&observations, &verdict);
    let mut before = judge(&observations);
    for Planted { name, plant, findings } in FAULTS {
        if plant(&mut observations).is_none() {
            continue;
        }
        let after = judge(&observations);
        match findings(&after) > findings(&before) {
            true => verdict.count("planted faults that the oracle found", 1),
            false => verdict.invalid.push(format!("the oracle does not see a planted fault: {name}")),
        }
        before = after;
    }
    verdict
}

/// All copies of the event in the middle.
fn lose_at_bus(all: &mut Observations) -> Option<()> {
    let lost = all.bus.get(all.bus.len() / 2)?.id.clone();
    all.bus.retain(|event| event.id != lost);
    Some(())
}

/// The longest entries of an application with a store and without a gap.
fn entries(all: &mut Observations) -> Option<&mut Vec<Entry>> {
    let subscriptions = all.clients.iter_mut().flat_map(|client| &mut client.subscriptions);
    let without_gap = subscriptions.filter(|subscription| {
        subscription.is_durable
            && !subscription.entries.iter().any(|entry| matches!(entry, Entry::Gap { .. }))
    });
    without_gap.map(|subscription| &mut subscription.entries).max_by_key(|entries| entries.len())
}

fn event(entry: &Entry) -> Option<&Received> {
    match entry {
        Entry::Event(event) => Some(event),
        _ => None,
    }
}

/// The places of the events among the entries.
fn places(entries: &[Entry]) -> Vec<usize> {
    (0..entries.len()).filter(|place| event(&entries[*place]).is_some()).collect()
}

fn lose_at_client(all: &mut Observations) -> Option<()> {
    let entries = entries(all)?;
    let places = places(entries);
    // The event in the middle is the one that the bus lacks.
    let id = event(&entries[*places.get(places.len() / 3)?])?.id.clone();
    entries.retain(|entry| event(entry).is_none_or(|event| event.id != id));
    Some(())
}

/// Two neighbours of one subject. Odd ones may change places.
fn reorder(all: &mut Observations) -> Option<()> {
    let entries = entries(all)?;
    let usual = |place: usize| event(&entries[place]).filter(|event| event.subject.contains("/a-"));
    let pair = places(entries).windows(2).find_map(|pair| {
        let [first, second] = [usual(pair[0])?, usual(pair[1])?];
        (first.subject == second.subject && first.id != second.id).then_some((pair[0], pair[1]))
    })?;
    entries.swap(pair.0, pair.1);
    Some(())
}

fn repeat(all: &mut Observations) -> Option<()> {
    let entries = entries(all)?;
    let last = entries.iter().rev().find_map(event)?.clone();
    entries.push(Entry::Event(last));
    Some(())
}

fn leak(all: &mut Observations) -> Option<()> {
    let foreign = entries(all)?.iter().find_map(event)?.clone();
    let tenant = foreign.subject.split('/').nth(1)?.to_owned();
    let other = all.clients.iter_mut().find(|client| client.tenant != tenant)?;
    other.subscriptions.first_mut()?.entries.push(Entry::Event(foreign));
    Some(())
}

fn corrupt(all: &mut Observations) -> Option<()> {
    let middle = all.bus.len() / 2;
    all.bus.get_mut(middle)?.data = "other".into();
    Some(())
}

fn hide(all: &mut Observations) -> Option<()> {
    let end = all.collections.iter_mut().find(|end| !end.items.is_empty())?;
    end.items.pop_first();
    Some(())
}
