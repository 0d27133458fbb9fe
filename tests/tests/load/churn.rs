//! No tenant receives an event of another while clients of 20 tenants reconnect, subscribe to foreign subjects,
//! resume after positions of foreign logs, and functions are killed.
//!
//! Each of the 40 clients takes 20 steps, with channels of one, two and three segments. With one segment, all
//! tenants share a log. `TABLECAST_STEPS=500` sets another number.

use std::collections::BTreeMap;
use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::PipeFiles;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

use crate::MACHINE;

const TENANTS: usize = 20;
const CLIENTS: usize = 2 * TENANTS;
/// Time between two writes and between two kills. This is load, not a wait for a result.
const WRITE_INTERVAL: Duration = Duration::from_millis(10);
const KILL_INTERVAL: Duration = Duration::from_millis(300);

fn name(tenant: usize) -> String {
    format!("tenant{tenant:02}")
}

/// Returns the id of an order. It contains the tenant, so every event shows whose it is.
fn canary(tenant: usize, number: usize) -> String {
    format!("canary-{}-{number}", name(tenant))
}

/// Random numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

struct Client {
    local: Arc<LocalMode>,
    tenant: usize,
    token: String,
    protocol: &'static str,
    random: Random,
    socket: Socket,
    requests: usize,
    /// The newest known position of each source.
    positions: BTreeMap<String, Value>,
    /// Number of received events of its own tenant.
    seen: usize,
}

impl Client {
    async fn new(local: Arc<LocalMode>, number: usize) -> Self {
        let tenant = number % TENANTS;
        let claim = format!("tenant={}", name(tenant));
        let token = local.token(&["--subject", "ada", "--claim", &claim]).await;
        let protocol = if number < TENANTS { "cloudevents.json" } else { "cloudevents-batch.json" };
        let socket = connect(&local, &token, protocol).await;
        let (random, positions) = (Random(number as u64), BTreeMap::new());
        Self { local, tenant, token, protocol, random, socket, requests: 0, positions, seen: 0 }
    }

    async fn step(&mut self) {
        match self.random.below(10) {
            0..5 => _ = self.subscribe().await,
            5 | 6 => self.unsubscribe().await,
            7 => _ = self.request(json!({"action": "ping"})).await,
            end => self.reconnect(end == 8).await,
        }
    }

    /// Subscribes to its own and to foreign subjects. Returns false if a killed function sent no reply.
    async fn subscribe(&mut self) -> bool {
        let (own, other) =
            (name(self.tenant), name((self.tenant + 1 + self.random.below(TENANTS - 1)) % TENANTS));
        let subjects =
            [format!("orders/{own}/*"), format!("orders/{other}/*"), "orders/*".to_owned(), "*".to_owned()];
        let mut message = json!({"action": "subscribe", "subjects": subjects});
        if self.random.below(2) == 0 {
            message["after"] = json!(self.positions);
            // The origin of a foreign log.
            message["after"][format!("tablecast/orders/{other}")] = json!("0000000000000000-0");
        }
        let reply = self.request(message).await;
        let results = reply["data"]["subjects"].as_array().cloned().unwrap_or_default();
        let granted: Vec<_> = results.iter().map(|result| result["granted"] == true).collect();
        assert!(granted.is_empty() || granted == [true, false, false, false], "{reply}");
        !granted.is_empty()
    }

    async fn unsubscribe(&mut self) {
        let own = format!("orders/{}/*", name(self.tenant));
        self.request(json!({"action": "unsubscribe", "subjects": [own]})).await;
    }

    async fn reconnect(&mut self, closes: bool) {
        let socket = connect(&self.local, &self.token, self.protocol).await;
        let old = std::mem::replace(&mut self.socket, socket);
        if closes {
            old.close().await.iter().for_each(|text| _ = self.read(text));
        }
    }

    /// Sends a message and returns the reply, or the error of API Gateway for a killed function. Skips late
    /// replies, and the announcement of a replay.
    async fn request(&mut self, mut message: Value) -> Value {
        self.requests += 1;
        let id = self.requests.to_string();
        message["id"] = json!(id);
        self.socket.send_json(message).await;
        loop {
            let text = self.socket.text().await;
            let reply = self.read(&text).filter(|one| one["type"] != "tablecast.resumed.v1");
            if let Some(reply) = reply.filter(|one| one["type"].is_null() || one["data"]["request"] == id) {
                self.positions.extend(sources(&reply));
                return reply;
            }
        }
    }

    /// Checks that a frame has events of its own tenant only. Returns the frame if it is a reply.
    fn read(&mut self, text: &str) -> Option<Value> {
        let own = format!("canary-{}-", name(self.tenant));
        assert_eq!(
            text.matches("canary-").count(),
            text.matches(&own).count(),
            "{} received {text}",
            self.tenant
        );
        self.seen += text.matches(&format!("\"orderId\":\"{own}")).count();
        let frame: Value = serde_json::from_str(text).unwrap();
        let first = if frame.is_array() { &frame[0] } else { &frame };
        let is_event = first["type"].as_str().is_some_and(|name| name.starts_with("order."));
        (!is_event).then(|| first.clone())
    }

    /// Waits for a last event, after the last kill. Returns the number of received events.
    async fn finish(mut self, number: usize) -> usize {
        while !self.subscribe().await {}
        let last = canary(self.tenant, number);
        self.local.dynamodb().put("orders", order_of(&name(self.tenant), &last, "PLACED")).await;
        loop {
            let text = self.socket.text().await;
            self.read(&text);
            if text.contains(&last) {
                return self.seen;
            }
        }
    }
}

/// The positions in a reply, by source.
fn sources(reply: &Value) -> BTreeMap<String, Value> {
    let sources = reply["data"]["sources"].as_object().into_iter().flatten();
    sources.map(|(source, position)| (source.clone(), position.clone())).collect()
}

/// Retries, because `authorize` or `connect` can be killed.
async fn connect(local: &LocalMode, token: &str, protocol: &str) -> Socket {
    let url = &local.addresses().clients;
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Sec-WebSocket-Protocol", protocol)];
    loop {
        match Socket::with_headers(url, &headers).await {
            Ok(socket) => return socket,
            Err(_) => tokio::time::sleep(WRITE_INTERVAL).await,
        }
    }
}

async fn write(local: Arc<LocalMode>, stopped: Arc<AtomicBool>) {
    let mut random = Random(7);
    for number in 0.. {
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        let tenant = random.below(TENANTS);
        local.dynamodb().put("orders", order_of(&name(tenant), &canary(tenant, number), "PLACED")).await;
        tokio::time::sleep(WRITE_INTERVAL).await;
    }
}

async fn kill(local: Arc<LocalMode>, stopped: Arc<AtomicBool>) -> usize {
    let mut killed = 0;
    let functions = ["dispatch", "subscribe", "connect", "enrich", "authorize", "disconnect"];
    for function in functions.iter().cycle() {
        if stopped.load(Ordering::SeqCst) {
            return killed;
        }
        let victim = local.processes_of(function).into_iter().next();
        killed += usize::from(victim.is_some_and(|victim| processes::signal(victim.id, "KILL")));
        tokio::time::sleep(KILL_INTERVAL).await;
    }
    killed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_tenant_receives_events_of_another_with_channels_of_one_segment() {
    no_tenant_receives_events_of_another_during_churn_and_kills(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_tenant_receives_events_of_another_with_channels_of_two_segments() {
    no_tenant_receives_events_of_another_during_churn_and_kills(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_tenant_receives_events_of_another_with_channels_of_three_segments() {
    no_tenant_receives_events_of_another_during_churn_and_kills(3).await;
}

async fn no_tenant_receives_events_of_another_during_churn_and_kills(segments: u8) {
    let _shared = MACHINE.read().await;
    processes::allow_many_open_files();
    let steps: usize = env::var("TABLECAST_STEPS").map_or(20, |count| count.parse().unwrap());
    let pipes = PipeFiles::with_channels(segments);
    let local = Arc::new(LocalMode::start_with_auth(&pipes.arguments()).await);
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        clients.push(Client::new(local.clone(), number).await);
    }
    let stopped = Arc::new(AtomicBool::default());
    let writing = tokio::spawn(write(local.clone(), stopped.clone()));
    let killing = tokio::spawn(kill(local.clone(), stopped.clone()));
    let running = clients.into_iter().map(|mut client| async move {
        for _ in 0..steps {
            client.step().await;
        }
        client
    });
    let clients = running.collect::<JoinSet<_>>().join_all().await;
    stopped.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    let killed = killing.await.unwrap();
    let finishing = clients.into_iter().enumerate().map(|(number, client)| client.finish(1_000_000 + number));
    let seen: usize = finishing.collect::<JoinSet<_>>().join_all().await.into_iter().sum();
    println!("{CLIENTS} clients, {steps} steps each; {seen} received events; {killed} killed functions");
    assert!(killed > 3 && seen > CLIENTS, "the test had too few faults: {killed} kills, {seen} events");
}
