//! Fifty tenants come and go, ask for what is not theirs, and functions die: no tenant ever receives another's event.
//!
//! `TABLECAST_STEPS=500` makes it more than 30 for each of the 100 clients.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tests::items::order_of;
use tablecast_tests::machine::Machine;
use tablecast_tests::processes;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

const TENANTS: usize = 50;
const CLIENTS: usize = 2 * TENANTS;
/// Between two writes, and between two deaths: load, not a wait for anything.
const WRITING: Duration = Duration::from_millis(10);
const KILLING: Duration = Duration::from_millis(700);

fn name(tenant: usize) -> String {
    format!("tenant{tenant:02}")
}

/// An order's id, which is in its events: whose they are can be seen in whatever a client receives.
fn canary(tenant: usize, number: usize) -> String {
    format!("canary-{}-{number}", name(tenant))
}

/// The same steps in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

struct Client {
    machine: Arc<Machine>,
    tenant: usize,
    token: String,
    protocol: &'static str,
    random: Random,
    socket: Socket,
    asked: usize,
    /// Events of its own tenant.
    seen: usize,
}

impl Client {
    async fn new(machine: Arc<Machine>, place: usize) -> Self {
        let tenant = place % TENANTS;
        let claim = format!("tenant={}", name(tenant));
        let token = machine.token(&["--subject", "ada", "--claim", &claim]).await;
        let protocol = if place < TENANTS { "cloudevents.json" } else { "cloudevents-batch.json" };
        let socket = connect(&machine, &token, protocol).await;
        Self { machine, tenant, token, protocol, random: Random(place as u64), socket, asked: 0, seen: 0 }
    }

    async fn step(&mut self) {
        match self.random.below(10) {
            0..5 => _ = self.subscribe().await,
            5 | 6 => self.unsubscribe().await,
            7 => _ = self.ask(json!({"action": "ping"})).await,
            leaving => self.come_back(leaving == 8).await,
        }
    }

    /// To its own, and to what is not its own. A function that died answers nothing.
    async fn subscribe(&mut self) -> bool {
        let (own, other) =
            (name(self.tenant), name((self.tenant + 1 + self.random.below(TENANTS - 1)) % TENANTS));
        let asked =
            [format!("orders/{own}/*"), format!("orders/{other}/*"), "orders/*".to_owned(), "*".to_owned()];
        let answer = self.ask(json!({"action": "subscribe", "subjects": asked})).await;
        let answers = answer["data"]["subjects"].as_array().cloned().unwrap_or_default();
        let granted: Vec<_> = answers.iter().map(|answer| answer["granted"] == true).collect();
        assert!(granted.is_empty() || granted == [true, false, false, false], "{answer}");
        !granted.is_empty()
    }

    async fn unsubscribe(&mut self) {
        let own = format!("orders/{}/*", name(self.tenant));
        self.ask(json!({"action": "unsubscribe", "subjects": [own]})).await;
    }

    async fn come_back(&mut self, politely: bool) {
        let socket = connect(&self.machine, &self.token, self.protocol).await;
        let left = std::mem::replace(&mut self.socket, socket);
        if politely {
            left.hang_up().await.iter().for_each(|text| _ = self.read(text));
        }
    }

    /// The answer, or what API Gateway says when a function died: that one may have answered before, and late.
    async fn ask(&mut self, mut message: Value) -> Value {
        self.asked += 1;
        let id = self.asked.to_string();
        message["id"] = json!(id);
        self.socket.say(message).await;
        loop {
            let text = self.socket.text().await;
            let answer = self.read(&text);
            if let Some(answer) = answer.filter(|one| one["type"].is_null() || one["data"]["request"] == id) {
                return answer;
            }
        }
    }

    /// Every canary is its own; what is no event of a table is an answer.
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

    /// When nobody dies any more, it gets its own.
    async fn settle(mut self, number: usize) -> usize {
        while !self.subscribe().await {}
        let last = canary(self.tenant, number);
        self.machine.dynamodb().put("orders", order_of(&name(self.tenant), &last, "PLACED")).await;
        loop {
            let text = self.socket.text().await;
            self.read(&text);
            if text.contains(&last) {
                return self.seen;
            }
        }
    }
}

/// Again and again: the functions that let it in may die.
async fn connect(machine: &Machine, token: &str, protocol: &str) -> Socket {
    let url = &machine.addresses().clients;
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Sec-WebSocket-Protocol", protocol)];
    loop {
        match Socket::with_headers(url, &headers).await {
            Ok(socket) => return socket,
            Err(_) => tokio::time::sleep(WRITING).await,
        }
    }
}

async fn write(machine: Arc<Machine>, ended: Arc<AtomicBool>) {
    let mut random = Random(7);
    for number in 0.. {
        if ended.load(Ordering::SeqCst) {
            return;
        }
        let tenant = random.below(TENANTS);
        machine.dynamodb().put("orders", order_of(&name(tenant), &canary(tenant, number), "PLACED")).await;
        tokio::time::sleep(WRITING).await;
    }
}

async fn kill(machine: Arc<Machine>, ended: Arc<AtomicBool>) -> usize {
    let mut killed = 0;
    let functions = ["dispatch", "subscribe", "connect", "enrich", "authorize", "disconnect"];
    for function in functions.iter().cycle() {
        if ended.load(Ordering::SeqCst) {
            return killed;
        }
        let victim = machine.processes_of(function).into_iter().next();
        killed += usize::from(victim.is_some_and(|victim| processes::signal(victim.id, "KILL")));
        tokio::time::sleep(KILLING).await;
    }
    killed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_tenant_ever_receives_anothers_event_however_they_come_and_go() {
    processes::allow_many_open_files();
    let steps: usize = env::var("TABLECAST_STEPS").map_or(30, |count| count.parse().unwrap());
    let machine = Arc::new(Machine::start_authorized(&[]).await);
    let mut clients = Vec::new();
    for place in 0..CLIENTS {
        clients.push(Client::new(machine.clone(), place).await);
    }
    let ended = Arc::new(AtomicBool::default());
    let writing = tokio::spawn(write(machine.clone(), ended.clone()));
    let killing = tokio::spawn(kill(machine.clone(), ended.clone()));
    let churning = clients.into_iter().map(|mut client| async move {
        for _ in 0..steps {
            client.step().await;
        }
        client
    });
    let clients = churning.collect::<JoinSet<_>>().join_all().await;
    ended.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    let killed = killing.await.unwrap();
    let settling = clients.into_iter().enumerate().map(|(place, client)| client.settle(1_000_000 + place));
    let seen: usize = settling.collect::<JoinSet<_>>().join_all().await.into_iter().sum();
    println!(
        "{CLIENTS} clients, {steps} steps each; {seen} events came to their own; {killed} functions were killed"
    );
    assert!(killed > 3 && seen > CLIENTS, "the faults did not fire: {killed} kills, {seen} events");
}
