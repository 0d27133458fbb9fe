//! Where the black-box suite finds tablecast: the one-machine mode, or a deployment that the environment names.
//!
//! A deployment is shared by all tests and keeps what they wrote, so a test writes under names of its own
//! ([`Place::name`]) and looks at no others. Its clients bring tokens, as everybody's do.

mod arrivals;
mod tokens;

use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::aws::Aws;
use crate::items::{order, profile};
use crate::machine::Machine;
use crate::patience::eventually;
use crate::socket::{Refusal, Socket, with_query};

pub use arrivals::Arrivals;
use tokens::Tokens;

/// The address for clients of a deployment. Unset, the suite starts the one-machine mode.
const SOCKET_URL: &str = "TABLECAST_SOCKET_URL";

pub struct Place {
    pub clients: String,
    pub aws: Aws,
    pub connections_table: String,
    pub rejected_table: String,
    pub bus: Arrivals,
    tokens: Tokens,
    /// Ends with the place.
    machine: Option<Machine>,
}

impl Place {
    pub async fn find() -> Self {
        match env::var(SOCKET_URL) {
            Ok(clients) => Self::deployed(clients),
            Err(_) => Self::on_this_machine().await,
        }
    }

    async fn on_this_machine() -> Self {
        let machine = Machine::start_authorized(&[]).await;
        let addresses = machine.addresses();
        Self {
            clients: addresses.clients.clone(),
            aws: Aws::local(&addresses.dynamodb),
            connections_table: "connections".into(),
            rejected_table: "rejected".into(),
            bus: Arrivals::on(machine.bus()),
            tokens: Tokens::of(&machine),
            machine: Some(machine),
        }
    }

    fn deployed(clients: String) -> Self {
        Self {
            clients,
            aws: Aws::of_the_environment(),
            connections_table: variable("TABLECAST_CONNECTIONS_TABLE"),
            rejected_table: variable("TABLECAST_REJECTED_TABLE"),
            bus: Arrivals::in_queue(Aws::of_the_environment(), variable("TABLECAST_QUEUE_URL")),
            tokens: Tokens::by(variable("TABLECAST_TOKEN_COMMAND")),
            machine: None,
        }
    }

    /// A name that nobody has used.
    pub fn name(&self, what: &str) -> String {
        static NAMES: AtomicUsize = AtomicUsize::new(1);
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        format!("{what}-{started}-{}", NAMES.fetch_add(1, Ordering::Relaxed))
    }

    pub async fn put(&self, table: &str, item: &Value) {
        let item = item.to_string();
        self.aws.run(&["dynamodb", "put-item", "--table-name", table, "--item", &item]).await;
    }

    /// At most 25 items, in one call. They come in order where they are of one partition key.
    pub async fn put_all(&self, table: &str, items: &[Value]) {
        let puts: Vec<_> = items.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        let request = json!({ table: puts }).to_string();
        let answer = self.aws.run(&["dynamodb", "batch-write-item", "--request-items", &request]).await;
        assert_eq!(answer["UnprocessedItems"], json!({}));
    }

    pub async fn scan(&self, table: &str) -> Vec<Value> {
        let found = self.aws.run(&["dynamodb", "scan", "--consistent-read", "--table-name", table]).await;
        found["Items"].as_array().unwrap().clone()
    }

    /// The items of connections that listen to this pattern.
    pub async fn listeners(&self, pattern: &str) -> Vec<Value> {
        let key = format!("subscription#{pattern}");
        let items = self.scan(&self.connections_table).await;
        items.into_iter().filter(|item| item["pk"]["S"] == key.as_str()).collect()
    }

    /// Returns when so many listen to this pattern: wscat does not say that it is connected.
    pub async fn listened_to(&self, pattern: &str, listeners: usize) {
        let what = format!("{listeners} listeners to {pattern}");
        eventually(&what, async || (self.listeners(pattern).await.len() == listeners).then_some(())).await;
    }

    /// A token of somebody who is of this tenant.
    pub async fn token(&self, user: &str, tenant: &str) -> String {
        self.tokens.make(user, tenant).await
    }

    /// Somebody of the tenant acme connects, who may see what is the tenant's and their own.
    pub async fn connect(&self, user: &str, query: &str, protocols: &[&str]) -> Result<Socket, Refusal> {
        let bearer = format!("Bearer {}", self.token(user, "acme").await);
        let offers = protocols.join(", ");
        let offered = (!offers.is_empty()).then_some(("Sec-WebSocket-Protocol", offers.as_str()));
        let headers: Vec<_> = [("Authorization", bearer.as_str())].into_iter().chain(offered).collect();
        Socket::with_headers(&with_query(&self.clients, query), &headers).await
    }

    pub async fn subscribe(&self, user: &str, patterns: &[&str]) -> Socket {
        let query = format!("subscribe={}", patterns.join("&subscribe="));
        let socket = self.connect(user, &query, &[]).await;
        socket.unwrap_or_else(|refusal| panic!("cannot subscribe to {patterns:?}: {refusal:?}"))
    }

    /// Returns when everything that was written before has been dispatched, as in [`crate::fence`].
    pub async fn everything_is_dispatched(&self) {
        for _ in 0..2 {
            let id = self.name("fence");
            let subjects = [format!("profiles/{id}"), format!("orders/acme/{id}")];
            let mut client = self.subscribe(&id, &subjects.each_ref().map(String::as_str)).await;
            self.put("profiles", &profile(&id, "Fence")).await;
            self.put("orders", &order(&id, "PLACED")).await;
            client.subjects(2).await;
        }
    }

    /// What was logged, where it can be seen.
    pub fn log(&self) -> String {
        self.machine.as_ref().map(Machine::log).unwrap_or_default()
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{SOCKET_URL} names a deployment: set {name} too"))
}
