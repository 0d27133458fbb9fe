//! Checks one subscription of an application: each event once, in order by subject, and nothing of others.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Verdict;
use super::bus::Published;
use super::gaps::Gaps;
use super::observations::{ClientLog, Entry, Received, Start, SubscriptionLog, Time};
use super::position::Position;
use super::truth::{True, Truth, name};

/// The events of an application since the start of its progress.
struct Progress<'a, 'b> {
    truth: &'b Truth<'a>,
    published: &'b Published<'a>,
    client: &'a ClientLog,
    subscription: &'a SubscriptionLog,
    verdict: &'b mut Verdict,
    ready: Option<Time>,
    /// The events since the start of the process.
    of_process: HashSet<&'a str>,
    start: Start,
    of_all: HashMap<&'a str, Vec<&'a Option<Position>>>,
    events: HashSet<usize>,
    newest: BTreeMap<&'a str, usize>,
}

pub fn check<'a>(
    truth: &Truth<'a>,
    published: &Published<'a>,
    client: &'a ClientLog,
    subscription: &'a SubscriptionLog,
    verdict: &mut Verdict,
) {
    let start = Start::First;
    let (of_process, of_all, events, newest) = Default::default();
    #[rustfmt::skip]
    let mut progress = Progress {
        truth, published, client, subscription, verdict, ready: None, of_process, start, of_all, events, newest,
    };
    for entry in &subscription.entries {
        progress.add(entry);
    }
    progress.find_lost();
}

impl<'a> Progress<'a, '_> {
    fn label(&self) -> String {
        format!("{} {}", self.client.name, self.subscription.name)
    }

    fn add(&mut self, entry: &'a Entry) {
        match entry {
            Entry::Started(start) => self.restart(*start),
            Entry::Ready(at) => _ = self.ready.get_or_insert(*at),
            Entry::Event(event) => self.receive(event, false),
            Entry::Late(event) => self.receive(event, true),
            Entry::Gap { reason, .. } => self.verdict.count(&format!("clients: gaps: {reason}"), 1),
            Entry::Problem(problem) => self.verdict.invalid.push(format!("{}: {problem}", self.label())),
        }
    }

    /// Without a store, a new process begins anew.
    fn restart(&mut self, start: Start) {
        self.start = start;
        self.of_process.clear();
        if !self.subscription.is_durable {
            self.ready = None;
            self.of_all.clear();
            self.events.clear();
            self.newest.clear();
        }
    }

    fn receive(&mut self, event: &'a Received, is_late: bool) {
        self.verdict.count("clients: events", 1);
        self.verdict.count("clients: late events", usize::from(is_late));
        let found = match event.is_notice {
            true => self.published.with_id(&event.id),
            false => self.truth.find(event),
        };
        if !self.may_see(event) {
            self.verdict.foreign.push(format!("{}: {}", self.label(), name(event)));
        }
        let Some(index) = found else {
            self.verdict.foreign.push(format!("{}: nobody wrote {}", self.label(), name(event)));
            return;
        };
        let fault = self.truth.events[index].fault_of(event);
        let label = self.label();
        self.verdict.invalid.extend(fault.map(|fault| format!("{label}: {}: {fault}", name(event))));
        self.events.insert(index);
        if !self.is_repeated(event) && !is_late {
            self.follow(index);
        }
    }

    fn may_see(&self, event: &Received) -> bool {
        event.subject.split('/').nth(1) == Some(&self.client.tenant) && self.subscription.selects(event)
    }

    /// A process that was killed may not have stored its last events. The store has the positions of events and not
    /// their ids, so that an event can come again with another position.
    fn is_repeated(&mut self, event: &'a Received) -> bool {
        let in_process = !self.of_process.insert(&event.id);
        let positions = self.of_all.entry(&event.id).or_default();
        let (is_known, is_stored) = (!positions.is_empty(), positions.contains(&&event.position));
        positions.push(&event.position);
        if in_process || (is_stored && self.start == Start::AfterClose) {
            let start = self.start;
            self.verdict.repeated.push(format!("{}: {} ({start:?})", self.label(), name(event)));
        } else if is_known {
            self.verdict.count(&format!("clients: again {:?}", self.start), 1);
        }
        is_known
    }

    fn follow(&mut self, index: usize) {
        let event = &self.truth.events[index];
        let newest = self.newest.entry(&event.write.subject).or_insert(index);
        let before = &self.truth.events[*newest];
        if before.order > event.order && !event.write.may_be_late {
            self.verdict.reordered.push(format!("{}: {event} came after {before}", self.label()));
        }
        if before.order < event.order {
            self.newest.insert(&event.write.subject, index);
        }
    }

    /// The application must have every event that was written since it was ready, or a gap in its place.
    fn find_lost(&mut self) {
        let label = self.label();
        let Some(ready) = self.ready else {
            self.verdict.lost.push(format!("{label} was never ready"));
            return;
        };
        let gaps = Gaps::new(&self.subscription.entries);
        let must_have = |event: &True<'_>| event.write.is_certain && event.write.started > ready;
        for (index, event) in self.truth.events.iter().enumerate() {
            let wants = must_have(event) && self.subscription.wants(event);
            // The check of the bus finds what the bus lacks.
            let Some(copies) = self.published.get(index).filter(|_| wants && !self.events.contains(&index))
            else {
                continue;
            };
            match gaps.cover(copies.source(), &copies.positions) {
                true => self.verdict.count("clients: events in gaps", 1),
                false => self.verdict.lost.push(format!("{label}: {event}, at {:?}", copies.positions)),
            }
        }
    }
}

impl SubscriptionLog {
    fn selects(&self, event: &Received) -> bool {
        self.has_type(&event.event_type) && self.has_subject(&event.subject)
    }

    fn wants(&self, event: &True<'_>) -> bool {
        self.has_type(event.expected.event_type) && self.has_subject(&event.write.subject)
    }

    fn has_type(&self, event_type: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|known| known == event_type)
    }

    fn has_subject(&self, subject: &str) -> bool {
        self.patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => subject.starts_with(prefix) && subject.len() > prefix.len(),
            None => subject == pattern,
        })
    }
}
