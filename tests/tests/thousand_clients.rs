//! A thousand clients and a thousand changes: everyone gets exactly what they asked for, in order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use serde::Deserialize;
use serde_json::Value;
use tablecast_tests::dynamodb::BATCH;
use tablecast_tests::barrier::{wait_until_dispatched, is_barrier_subject};
use tablecast_tests::items::{order, profile};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

const SUBJECTS: usize = 100;
const STATUSES: [&str; 5] = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
const CHANGES: usize = 2 * SUBJECTS * STATUSES.len();

/// How many clients want what; the rest of the thousand wants one subject each.
const CLIENTS: usize = 1000;
const NOTHING: usize = 50;
const EVERYTHING: usize = 10;
const ALL_PROFILES: usize = 100;

struct Client {
    pattern: Option<String>,
    socket: Socket,
    inbox: Inbox,
}

/// In the order of arrival, each event once: what comes again, with the same id, is no news.
#[derive(Default)]
struct Inbox {
    known: HashSet<String>,
    events: Vec<Received>,
}

#[derive(Debug, Deserialize)]
struct Received {
    id: String,
    subject: String,
    sequence: String,
    data: Value,
}

/// What changed, subject by subject, oldest first.
type History = BTreeMap<String, Vec<String>>;

fn pattern(client: usize) -> Option<String> {
    let one = client % SUBJECTS;
    match client {
        _ if client < NOTHING => None,
        _ if client < NOTHING + EVERYTHING => Some("*".to_owned()),
        _ if client < NOTHING + EVERYTHING + ALL_PROFILES => Some("profiles/*".to_owned()),
        _ if client < CLIENTS / 2 => Some(format!("profiles/{one}")),
        _ => Some(format!("orders/acme/{one}")),
    }
}

/// Several at once, so that `connect` runs in several processes.
async fn connect_all(local: &LocalMode) -> Vec<Client> {
    let mut clients = Vec::new();
    for start in (0..CLIENTS).step_by(20) {
        let connecting =
            (start..start + 20).map(|client| connect(local.addresses().clients.clone(), client));
        clients.extend(connecting.collect::<JoinSet<_>>().join_all().await);
    }
    clients
}

async fn connect(url: String, client: usize) -> Client {
    let pattern = pattern(client);
    let socket = match &pattern {
        Some(pattern) => Socket::subscribe(&url, &[pattern]).await,
        None => Socket::connect(&url, &[]).await,
    };
    Client { pattern, socket: socket.unwrap(), inbox: Inbox::default() }
}

/// Every subject changes in every round.
async fn write_all(local: &LocalMode) -> History {
    let dynamodb = local.dynamodb();
    let mut written = History::new();
    for status in STATUSES {
        for start in (0..SUBJECTS).step_by(BATCH) {
            let ids: Vec<_> = (start..start + BATCH).map(|id| id.to_string()).collect();
            // A profile's name follows the statuses too.
            dynamodb.put_all("profiles", ids.iter().map(|id| profile(id, status)).collect()).await;
            dynamodb.put_all("orders", ids.iter().map(|id| order(id, status)).collect()).await;
            for subject in ids.iter().flat_map(|id| [format!("profiles/{id}"), format!("orders/acme/{id}")]) {
                written.entry(subject).or_default().push(status.to_owned());
            }
        }
    }
    written
}

/// The status that an event tells of.
fn status(event: &Received) -> String {
    let data = &event.data;
    let names = [&data["displayName"], &data["profile"]["displayName"], &data["to"]];
    match names.into_iter().find_map(Value::as_str) {
        Some(name) => name.to_owned(),
        None if data.get("total").is_some() => STATUSES[0].to_owned(),
        None => "CANCELLED".to_owned(),
    }
}

impl Inbox {
    fn take(&mut self, text: &str) {
        let event: Received = serde_json::from_str(text).unwrap();
        if !is_barrier_subject(&event.subject) && self.known.insert(event.id.clone()) {
            self.events.push(event);
        }
    }

    fn history(&self) -> History {
        let mut history = History::new();
        for event in &self.events {
            history.entry(event.subject.clone()).or_default().push(status(event));
        }
        history
    }

    fn is_in_order(&self) -> bool {
        let mut last: BTreeMap<&str, &str> = BTreeMap::new();
        self.events.iter().all(|event| {
            let before = last.insert(&event.subject, &event.sequence);
            before.is_none_or(|before| *before < *event.sequence)
        })
    }
}

impl Client {
    fn wants(&self, subject: &str) -> bool {
        match self.pattern.as_deref().map(|pattern| (pattern, pattern.strip_suffix('*'))) {
            None => false,
            Some((_, Some(prefix))) => subject.starts_with(prefix),
            Some((pattern, None)) => subject == pattern,
        }
    }

    fn changes_to_come(&self) -> usize {
        match self.pattern.as_deref() {
            None => 0,
            Some("*") => CHANGES,
            Some("profiles/*") => CHANGES / 2,
            Some(_) => STATUSES.len(),
        }
    }

    async fn receive(mut self) -> Self {
        while self.inbox.events.len() < self.changes_to_come() {
            self.inbox.take(&self.socket.text().await);
        }
        self
    }

    /// With what was on its way when nothing more could come.
    async fn assert_got_what_it_wanted(mut self, written: &History) {
        let wanted = written.iter().filter(|(subject, _)| self.wants(subject));
        let wanted: History = wanted.map(|(subject, changes)| (subject.clone(), changes.clone())).collect();
        for text in self.socket.close().await {
            self.inbox.take(&text);
        }
        assert_eq!(self.inbox.history(), wanted, "for {:?}", self.pattern);
        assert!(self.inbox.is_in_order(), "for {:?}: {:?}", self.pattern, self.inbox.events);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_get_of_a_thousand_changes_exactly_what_they_asked_for() {
    processes::allow_many_open_files();
    let local = LocalMode::start().await;
    let began = Instant::now();
    let clients = connect_all(&local).await;
    println!("{CLIENTS} clients connected in {:.1?}", began.elapsed());
    let began = Instant::now();
    let receiving: JoinSet<_> = clients.into_iter().map(Client::receive).collect();
    let written = write_all(&local).await;
    let clients = receiving.join_all().await;
    println!("{CHANGES} changes with all their deliveries in {:.1?}", began.elapsed());
    wait_until_dispatched(&local).await;
    for client in clients {
        client.assert_got_what_it_wanted(&written).await;
    }
    let mut bus = local.bus();
    bus.wait_for_subjects(&written.into_keys().collect()).await;
    assert_eq!(local.dead_letters(), "");
}
