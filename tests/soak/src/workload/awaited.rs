//! The events that the bus or an application does not have yet. Only the lag is measured with it: the oracle finds
//! what was lost.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::journal::{Place, key_of};
use crate::oracle::observations::{ClientLog, Expected, Received, SubscriptionLog, Write};

#[derive(Default)]
pub struct Awaited {
    bus: Receiver,
    clients: Vec<Vec<Receiver>>,
    /// The events that may be too large for a client, by id.
    documents: HashMap<String, u64>,
}

#[derive(Default)]
struct Receiver {
    patterns: Vec<String>,
    types: Vec<String>,
    is_durable: bool,
    is_ready: bool,
    received: HashSet<u64>,
    /// With their subjects.
    missing: HashMap<u64, String>,
    /// The ids of notices whose events are unknown yet.
    notices: Vec<String>,
}

impl Awaited {
    pub fn new(clients: &[ClientLog]) -> Self {
        let of = |log: &SubscriptionLog| Receiver {
            patterns: log.patterns.clone(),
            types: log.types.clone(),
            is_durable: log.is_durable,
            ..Receiver::default()
        };
        let bus = Receiver { patterns: vec!["*".to_owned()], is_ready: true, ..Receiver::default() };
        let clients = clients.iter().map(|client| client.subscriptions.iter().map(of).collect()).collect();
        Self { bus, clients, documents: HashMap::new() }
    }

    fn receivers(&mut self) -> impl Iterator<Item = &mut Receiver> {
        std::iter::once(&mut self.bus).chain(self.clients.iter_mut().flatten())
    }

    pub fn write(&mut self, write: &Write, events: &[Expected]) {
        for expected in events {
            let key = key_of(&write.subject, expected);
            for receiver in
                self.receivers().filter(|receiver| receiver.wants(&write.subject, expected.event_type))
            {
                if !receiver.received.contains(&key) {
                    receiver.missing.insert(key, write.subject.clone());
                }
            }
        }
    }

    pub fn publish(&mut self, event: &Received, key: u64) {
        self.bus.receive(key);
        if event.event_type.starts_with("document.") {
            self.documents.insert(event.id.clone(), key);
            for receiver in self.clients.iter_mut().flatten() {
                if receiver.notices.contains(&event.id) {
                    receiver.receive(key);
                }
            }
        }
    }

    pub fn receive(&mut self, place: Place, event: &Received, key: u64) {
        let receiver = &mut self.clients[place.client][place.subscription];
        match self.documents.get(&event.id) {
            _ if !event.is_notice => receiver.receive(key),
            Some(key) => receiver.receive(*key),
            None => receiver.notices.push(event.id.clone()),
        }
    }

    pub fn ready(&mut self, place: Place) {
        self.clients[place.client][place.subscription].is_ready = true;
    }

    /// Without a store, a process begins anew.
    pub fn restart(&mut self, place: Place) {
        let receiver = &mut self.clients[place.client][place.subscription];
        if !receiver.is_durable {
            receiver.is_ready = false;
            receiver.missing.clear();
        }
    }

    /// Removes the missing events of this source, which may be in the gap.
    pub fn gap(&mut self, place: Place, source: &str) {
        let table = source.split('/').nth(1).unwrap_or_default();
        let missing = &mut self.clients[place.client][place.subscription].missing;
        missing.retain(|_, subject| subject.split('/').next() != Some(table));
    }

    pub fn is_ready(&self) -> bool {
        self.clients.iter().flatten().all(|receiver| receiver.is_ready)
    }

    /// The number of different events that are missing.
    pub fn len(&self) -> usize {
        let all = std::iter::once(&self.bus).chain(self.clients.iter().flatten());
        all.flat_map(|receiver| receiver.missing.keys()).collect::<HashSet<_>>().len()
    }

    pub fn of_table(&self, table: &str) -> usize {
        let all = std::iter::once(&self.bus).chain(self.clients.iter().flatten());
        let missing = all.flat_map(|receiver| &receiver.missing);
        let of_table = missing.filter(|(_, subject)| subject.split('/').next() == Some(table));
        of_table.map(|(key, _)| key).collect::<HashSet<_>>().len()
    }

    pub fn describe(&self) -> Vec<String> {
        let describe = |name: String, receiver: &Receiver| {
            let subjects: BTreeSet<_> = receiver.missing.values().take(5).collect();
            format!(
                "{name} lacks {} events of {subjects:?}, ready: {}",
                receiver.missing.len(),
                receiver.is_ready
            )
        };
        let clients = self.clients.iter().enumerate().flat_map(|(client, receivers)| {
            receivers
                .iter()
                .enumerate()
                .map(move |(number, receiver)| (format!("client {client}.{number}"), receiver))
        });
        let all = std::iter::once(("bus".to_owned(), &self.bus)).chain(clients);
        let behind = all.filter(|(_, receiver)| !receiver.missing.is_empty() || !receiver.is_ready);
        behind.map(|(name, receiver)| describe(name, receiver)).collect()
    }
}

impl Receiver {
    fn wants(&self, subject: &str, event_type: &str) -> bool {
        let has_type = self.types.is_empty() || self.types.iter().any(|known| known == event_type);
        let has_subject = self.patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
            Some(prefix) => subject.starts_with(prefix),
            None => subject == pattern,
        });
        self.is_ready && has_type && has_subject
    }

    fn receive(&mut self, key: u64) {
        self.received.insert(key);
        self.missing.remove(&key);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::oracle::observations::Outcome;

    const PLACE: Place = Place { client: 0, subscription: 0 };

    fn awaited() -> Awaited {
        let patterns = vec!["orders/acme/*".to_owned()];
        let subscription = SubscriptionLog { patterns, ..SubscriptionLog::default() };
        let client = ClientLog { subscriptions: vec![subscription], ..ClientLog::default() };
        let mut awaited = Awaited::new(&[client]);
        awaited.ready(PLACE);
        awaited
    }

    fn event(version: u64) -> (Received, u64) {
        let expected = Expected { event_type: "order.v1", version, data: Value::Null };
        let (subject, event_type) = ("orders/acme/1".to_owned(), "order.v1".to_owned());
        let key = key_of(&subject, &expected);
        (Received { subject, event_type, version, ..Received::default() }, key)
    }

    fn write(awaited: &mut Awaited, version: u64) {
        let events = vec![Expected { event_type: "order.v1", version, data: Value::Null }];
        let write = Write {
            kind: "put",
            subject: "orders/acme/1".to_owned(),
            version,
            started: 0,
            is_certain: true,
            may_be_late: false,
            outcome: Outcome::Events(Vec::new()),
        };
        awaited.write(&write, &events);
    }

    #[test]
    fn an_event_is_awaited_until_it_is_everywhere() {
        let mut awaited = awaited();
        write(&mut awaited, 1);
        assert_eq!(awaited.len(), 1);
        let (received, key) = event(1);
        awaited.publish(&received, key);
        assert_eq!(awaited.len(), 1);
        awaited.receive(PLACE, &received, key);
        assert_eq!(awaited.len(), 0);
    }

    #[test]
    fn an_event_can_arrive_before_the_answer_to_its_write() {
        let mut awaited = awaited();
        let (received, key) = event(1);
        awaited.publish(&received, key);
        awaited.receive(PLACE, &received, key);
        write(&mut awaited, 1);
        assert_eq!(awaited.len(), 0);
    }

    #[test]
    fn a_gap_ends_the_wait_for_its_source() {
        let mut awaited = awaited();
        write(&mut awaited, 1);
        let (received, key) = event(1);
        awaited.publish(&received, key);
        awaited.gap(PLACE, "tablecast/documents/acme");
        assert_eq!(awaited.len(), 1);
        awaited.gap(PLACE, "tablecast/orders/acme");
        assert_eq!(awaited.len(), 0);
    }
}
