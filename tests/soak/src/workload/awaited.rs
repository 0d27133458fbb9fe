//! The events that the bus or an application does not have yet. Only the lag is measured with it: the oracle finds
//! what was lost.

mod receiver;

use std::collections::{HashMap, HashSet};

use super::journal::{Place, key_of};
use crate::oracle::observations::{ClientLog, Expected, Received, Write};
use receiver::Receiver;

#[derive(Default)]
pub struct Awaited {
    bus: Receiver,
    clients: Vec<Vec<Receiver>>,
    /// The events that may be too large for a client, by id.
    documents: HashMap<String, u64>,
}

impl Awaited {
    pub fn new(clients: &[ClientLog]) -> Self {
        let clients = clients.iter().map(|client| client.subscriptions.iter().map(Receiver::of).collect());
        Self { bus: Receiver::bus(), clients: clients.collect(), documents: HashMap::new() }
    }

    fn receivers(&mut self) -> impl Iterator<Item = &mut Receiver> {
        std::iter::once(&mut self.bus).chain(self.clients.iter_mut().flatten())
    }

    pub fn write(&mut self, write: &Write, events: &[Expected]) {
        for expected in events {
            let key = key_of(&write.subject, expected);
            for receiver in self.receivers() {
                receiver.expect(key, &write.subject, expected.event_type);
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
        self.all().flat_map(|receiver| receiver.missing.keys()).collect::<HashSet<_>>().len()
    }

    pub fn of_table(&self, table: &str) -> usize {
        let missing = self.all().flat_map(|receiver| &receiver.missing);
        let of_table = missing.filter(|(_, subject)| subject.split('/').next() == Some(table));
        of_table.map(|(key, _)| key).collect::<HashSet<_>>().len()
    }

    fn all(&self) -> impl Iterator<Item = &Receiver> {
        std::iter::once(&self.bus).chain(self.clients.iter().flatten())
    }

    /// Describes each receiver that is behind.
    pub fn describe(&self) -> Vec<String> {
        let bus = self.bus.describe("bus");
        let clients = self.clients.iter().enumerate().flat_map(|(client, receivers)| {
            let named = move |(number, receiver): (usize, &Receiver)| {
                receiver.describe(&format!("client {client}.{number}"))
            };
            receivers.iter().enumerate().filter_map(named)
        });
        bus.into_iter().chain(clients).collect()
    }
}

#[cfg(test)]
mod tests;
