//! A thousand clients and a thousand changes: each client receives exactly its subscriptions, in order.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;
use tablecast_tests::barrier::wait_until_dispatched;
use tablecast_tests::dynamodb::BATCH;
use tablecast_tests::inbox::{Inbox, Received};
use tablecast_tests::items::{order, profile};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::PipeFiles;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

use crate::MACHINE;

const SUBJECTS: usize = 100;
const STATUSES: [&str; 5] = ["PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"];
const CHANGES: usize = 2 * SUBJECTS * STATUSES.len();

/// Numbers of clients without a subscription, with `*`, and with `profiles/*`. Each other client has one
/// subject.
const CLIENTS: usize = 1000;
const WITHOUT_SUBSCRIPTION: usize = 50;
const WITH_EVERYTHING: usize = 10;
const WITH_ALL_PROFILES: usize = 100;

struct Client {
    pattern: Option<String>,
    socket: Socket,
    inbox: Inbox,
}

/// The changes of each subject, oldest first.
type History = BTreeMap<String, Vec<String>>;

fn pattern(client: usize) -> Option<String> {
    let one = client % SUBJECTS;
    match client {
        _ if client < WITHOUT_SUBSCRIPTION => None,
        _ if client < WITHOUT_SUBSCRIPTION + WITH_EVERYTHING => Some("*".to_owned()),
        _ if client < WITHOUT_SUBSCRIPTION + WITH_EVERYTHING + WITH_ALL_PROFILES => {
            Some("profiles/*".to_owned())
        }
        _ if client < CLIENTS / 2 => Some(format!("profiles/{one}")),
        _ => Some(format!("orders/acme/{one}")),
    }
}

/// Connects 20 clients at a time, so that `connect` runs in several processes.
async fn connect_all(local: &LocalMode) -> Vec<Client> {
    let mut clients = Vec::new();
    for start in (0..CLIENTS).step_by(20) {
        let connecting = (start..start + 20).map(|client| connect(local.addresses().clients.clone(), client));
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

/// Four dispatchers for each table. Ten of them and a thousand clients exceed two busy cores: dispatch then closes
/// clients, because its requests to the gateway time out after three seconds.
fn pipes() -> PipeFiles {
    PipeFiles::changed(|text| {
        let changed = text.replace("max_age: 6h }", "max_age: 6h, parallel: 4 }");
        assert_ne!(changed, text);
        changed
    })
}

/// Changes every subject in every round.
async fn write_all(local: &LocalMode) -> History {
    let dynamodb = local.dynamodb();
    let mut written = History::new();
    for status in STATUSES {
        for start in (0..SUBJECTS).step_by(BATCH) {
            let ids: Vec<_> = (start..start + BATCH).map(|id| id.to_string()).collect();
            // The name of a profile is the status.
            dynamodb.put_all("profiles", ids.iter().map(|id| profile(id, status)).collect()).await;
            dynamodb.put_all("orders", ids.iter().map(|id| order(id, status)).collect()).await;
            for subject in ids.iter().flat_map(|id| [format!("profiles/{id}"), format!("orders/acme/{id}")]) {
                written.entry(subject).or_default().push(status.to_owned());
            }
        }
    }
    written
}

/// Returns the status in an event.
fn status(event: &Received) -> String {
    let data = &event.data;
    let names = [&data["displayName"], &data["profile"]["displayName"], &data["to"]];
    match names.into_iter().find_map(Value::as_str) {
        Some(name) => name.to_owned(),
        None if data.get("total").is_some() => STATUSES[0].to_owned(),
        None => "CANCELLED".to_owned(),
    }
}

fn history(inbox: &Inbox) -> History {
    let mut history = History::new();
    for event in &inbox.events {
        history.entry(event.subject.clone()).or_default().push(status(event));
    }
    history
}

impl Client {
    fn matches(&self, subject: &str) -> bool {
        match self.pattern.as_deref().map(|pattern| (pattern, pattern.strip_suffix('*'))) {
            None => false,
            Some((_, Some(prefix))) => subject.starts_with(prefix),
            Some((pattern, None)) => subject == pattern,
        }
    }

    fn expected_events(&self) -> usize {
        match self.pattern.as_deref() {
            None => 0,
            Some("*") => CHANGES,
            Some("profiles/*") => CHANGES / 2,
            Some(_) => STATUSES.len(),
        }
    }

    async fn receive(mut self) -> Self {
        while self.inbox.events.len() < self.expected_events() {
            self.inbox.add(&self.socket.text().await);
        }
        self
    }

    /// Closes the connection, adds the remaining frames, and checks all received events.
    async fn assert_received_exactly_its_subscriptions(mut self, written: &History) {
        let expected = written.iter().filter(|(subject, _)| self.matches(subject));
        let expected: History =
            expected.map(|(subject, changes)| (subject.clone(), changes.clone())).collect();
        for text in self.socket.close().await {
            self.inbox.add(&text);
        }
        assert_eq!(history(&self.inbox), expected, "for {:?}", self.pattern);
        assert!(self.inbox.is_in_order(), "for {:?}: {:?}", self.pattern, self.inbox.events);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_clients_receive_exactly_their_subscriptions() {
    let _alone = MACHINE.write().await;
    processes::allow_many_open_files();
    let pipes = pipes();
    let local = LocalMode::start_with(&pipes.arguments()).await;
    let start = Instant::now();
    let clients = connect_all(&local).await;
    println!("{CLIENTS} clients connected in {:.1?}", start.elapsed());
    let start = Instant::now();
    let receiving: JoinSet<_> = clients.into_iter().map(Client::receive).collect();
    let written = write_all(&local).await;
    let clients = receiving.join_all().await;
    println!("{CHANGES} changes with all their deliveries in {:.1?}", start.elapsed());
    wait_until_dispatched(&local).await;
    for client in clients {
        client.assert_received_exactly_its_subscriptions(&written).await;
    }
    let mut bus = local.bus();
    bus.wait_for_subjects(&written.into_keys().collect()).await;
    assert_eq!(local.dead_letters(), "");
}
