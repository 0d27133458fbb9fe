//! The tablecast that the black-box suite tests: the local mode, or a deployment that the environment names.
//!
//! All tests share a deployment, and it keeps their items. So each test writes under unique names
//! ([`Deployment::name`]) and reads no others. Clients need tokens in both cases.

mod bus_reader;
mod token_source;

use std::collections::BTreeSet;
use std::env;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::aws::Aws;
use crate::eventually::eventually;
use crate::items::{order, profile};
use crate::local_mode::LocalMode;
use crate::socket::{HandshakeError, Socket, with_query};

pub use bus_reader::BusReader;
use token_source::TokenSource;

/// The variable with the socket URL of a deployment. If it is not set, the suite starts the local mode.
const SOCKET_URL: &str = "TABLECAST_SOCKET_URL";

pub struct Deployment {
    pub clients: String,
    pub aws: Aws,
    pub connections_table: String,
    pub rejected_table: String,
    pub bus: BusReader,
    tokens: TokenSource,
    /// The processes of the local mode, which end with this value.
    local: Option<LocalMode>,
}

impl Deployment {
    pub async fn find() -> Self {
        match env::var(SOCKET_URL) {
            Ok(clients) => Self::deployed(clients),
            Err(_) => Self::local_mode().await,
        }
    }

    async fn local_mode() -> Self {
        let local = LocalMode::start_with_auth(&[]).await;
        let addresses = local.addresses();
        Self {
            clients: addresses.clients.clone(),
            aws: Aws::local(&addresses.dynamodb),
            connections_table: "connections".into(),
            rejected_table: "rejected".into(),
            bus: BusReader::local_mode(local.bus()),
            tokens: TokenSource::local_mode(&local),
            local: Some(local),
        }
    }

    fn deployed(clients: String) -> Self {
        Self {
            clients,
            aws: Aws::from_environment(),
            connections_table: variable("TABLECAST_CONNECTIONS_TABLE"),
            rejected_table: variable("TABLECAST_REJECTED_TABLE"),
            bus: BusReader::queue(Aws::from_environment(), variable("TABLECAST_QUEUE_URL")),
            tokens: TokenSource::command(variable("TABLECAST_TOKEN_COMMAND")),
            local: None,
        }
    }

    /// Returns a unique name.
    pub fn name(&self, what: &str) -> String {
        static NAMES: AtomicUsize = AtomicUsize::new(1);
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        format!("{what}-{started}-{}", NAMES.fetch_add(1, Ordering::Relaxed))
    }

    pub async fn put(&self, table: &str, item: &Value) {
        let item = item.to_string();
        self.aws.run(&["dynamodb", "put-item", "--table-name", table, "--item", &item]).await;
    }

    /// Writes at most 25 items in one call. Items with one partition key become events in this order.
    pub async fn put_all(&self, table: &str, items: &[Value]) {
        let puts: Vec<_> = items.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        let request = json!({ table: puts }).to_string();
        let response = self.aws.run(&["dynamodb", "batch-write-item", "--request-items", &request]).await;
        assert_eq!(response["UnprocessedItems"], json!({}));
    }

    pub async fn scan(&self, table: &str) -> Vec<Value> {
        let found = self.aws.run(&["dynamodb", "scan", "--consistent-read", "--table-name", table]).await;
        found["Items"].as_array().unwrap().clone()
    }

    /// Returns the items of the subscriptions to a pattern.
    pub async fn subscriptions(&self, pattern: &str) -> Vec<Value> {
        let key = format!("subscription#{pattern}");
        let items = self.scan(&self.connections_table).await;
        items.into_iter().filter(|item| item["pk"]["S"] == key.as_str()).collect()
    }

    /// Waits until a pattern has `count` subscriptions. wscat does not print when it is connected.
    pub async fn wait_for_subscriptions(&self, pattern: &str, count: usize) {
        let what = format!("{count} subscriptions to {pattern}");
        eventually(&what, async || (self.subscriptions(pattern).await.len() == count).then_some(())).await;
    }

    /// Returns a token of a user of a tenant.
    pub async fn token(&self, user: &str, tenant: &str) -> String {
        self.tokens.token(user, tenant).await
    }

    /// Connects as a user of the tenant acme. Grants cover the orders of the tenant and the profile of the
    /// user.
    pub async fn connect(
        &self,
        user: &str,
        query: &str,
        protocols: &[&str],
    ) -> Result<Socket, HandshakeError> {
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

    /// Returns when all earlier changes of these items are dispatched: a user's profile, and orders of acme.
    ///
    /// A pipe handles several batches at once, but the changes of an item one after another. So each item changes
    /// twice: the first change may share a batch with an earlier one.
    pub async fn wait_until_dispatched(&self, user: &str, orders: &[&str]) {
        let subjects = orders.iter().map(|id| format!("orders/acme/{id}"));
        let subjects: Vec<_> = subjects.chain([format!("profiles/{user}")]).collect();
        let mut client = self.subscribe(user, &subjects.iter().map(String::as_str).collect::<Vec<_>>()).await;
        for status in ["PAID", "SHIPPED"] {
            self.put("profiles", &profile(user, status)).await;
            for id in orders {
                self.put("orders", &order(id, status)).await;
            }
            let mut missing: BTreeSet<_> = subjects.iter().cloned().collect();
            while !missing.is_empty() {
                let event = client.event().await;
                if *new_status(&event) == status {
                    missing.remove(text(&event["subject"]));
                }
            }
        }
    }

    /// Returns the log of the local mode. A deployment has none here.
    pub fn log(&self) -> String {
        self.local.as_ref().map(LocalMode::log).unwrap_or_default()
    }
}

/// The status of a changed order, or the name of a changed profile.
fn new_status(event: &Value) -> &Value {
    let data = &event["data"];
    data.get("to").unwrap_or(&data["profile"]["displayName"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn variable(name: &str) -> String {
    env::var(name)
        .unwrap_or_else(|_| panic!("{SOCKET_URL} is set, but {name} is not. Set both to test a deployment"))
}
