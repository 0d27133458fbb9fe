mod definitions;

use std::ops::Deref;
use std::pin::Pin;

use serde_json::{Value, json};
use subscribe::{Definitions, Endpoints, Subscribe};
use tablecast_config::Access;
use tablecast_connections::Identity;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::sources::Sources;
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::{Position, Protocol};

use crate::resuming::append_all;
use crate::stand_in::{StandIn, StatusCode, Trusting, deadline, event, identity, now};
use definitions::pipes;

pub use definitions::compiled;

/// The channel of the orders of acme.
pub const ACME: &str = "tablecast/orders/acme";

/// A stand-in for AWS with the tables of a shop, and Ada of acme, who is connected.
#[derive(Clone)]
pub struct Shop(pub StandIn);

impl Deref for Shop {
    type Target = StandIn;

    fn deref(&self) -> &StandIn {
        &self.0
    }
}

impl Shop {
    pub async fn open(protocol: Protocol) -> Self {
        Self::open_with(protocol, identity("ada", "acme", now() + 3600)).await
    }

    pub async fn open_with(protocol: Protocol, identity: Identity) -> Self {
        Self::of(StandIn::start().await, protocol, identity).await
    }

    /// In virtual time.
    pub async fn open_in_process(protocol: Protocol) -> Self {
        Self::of(StandIn::in_process(), protocol, identity("ada", "acme", now() + 3600)).await
    }

    async fn of(stand_in: StandIn, protocol: Protocol, identity: Identity) -> Self {
        let shop = Self(stand_in);
        shop.create_table("orders", &[("tenant", "S"), ("orderId", "S")]);
        shop.create_table("profiles", &[("userId", "S")]);
        shop.create_table("left", &[("tenant", "S"), ("id", "S")]);
        shop.create_table("right", &[("tenant", "S"), ("id", "S")]);
        shop.create_table("single", &[("pk", "S"), ("sk", "S")]);
        shop.create_table("readings", &[("device", "S"), ("at", "N")]);
        shop.connect_with(protocol, Some(identity)).await;
        // Many posts are quicker without a count of the listeners.
        shop.at_each_post(|_| Box::pin(async { StatusCode::OK }));
        shop
    }

    /// Calls `act` at each post, with the number of earlier posts.
    pub fn at_each_post(
        &self,
        act: impl Fn(usize) -> Pin<Box<dyn Future<Output = StatusCode> + Send>> + Send + Sync + 'static,
    ) {
        self.aws().at_each_post(act);
    }

    /// All items of a table of a pipe.
    pub fn table_items(&self, table: &str) -> Vec<Value> {
        self.aws().items(table)
    }

    /// The stand-in itself.
    fn aws(&self) -> &tablecast_stand_in::StandIn {
        &self.0
    }

    pub fn subscribe(&self) -> Subscribe<Trusting> {
        self.subscribe_with(compiled)
    }

    pub fn subscribe_with(
        &self,
        definitions: impl Fn() -> Result<Pipes, String> + Send + Sync + 'static,
    ) -> Subscribe<Trusting> {
        let access = Access::Granted(Grants::compile(&pipes()).unwrap());
        self.subscribe_of(access, definitions)
    }

    /// The function with a clock for its rate limit that stands still.
    pub fn subscribe_at_one_time(&self) -> Subscribe<Trusting> {
        self.subscribe().with_clock(epoch)
    }

    /// The function without tokens.
    pub fn open_to_all(&self) -> Subscribe<Trusting> {
        self.subscribe_of(Access::Open, compiled)
    }

    fn subscribe_of(
        &self,
        access: Access,
        definitions: impl Fn() -> Result<Pipes, String> + Send + Sync + 'static,
    ) -> Subscribe<Trusting> {
        let endpoints = Endpoints {
            connections_table: "connections".to_owned(),
            log_table: "log".to_owned(),
            management_endpoint: self.address.clone(),
        };
        let (sources, definitions) = (Sources::compile(&pipes()).unwrap(), Definitions::new(definitions));
        Subscribe::new(&self.0.aws(), endpoints, sources, definitions, access, Trusting)
    }

    /// Sends one message, and returns all frames that reply to it.
    pub async fn send(&self, message: Value) -> Vec<Value> {
        self.send_to(&self.subscribe(), &message.to_string()).await
    }

    /// Subscribes to the orders of acme, without their state.
    pub async fn subscribed(self) -> Self {
        self.send(json!({ "action": "subscribe", "subjects": ["orders/acme/*"] })).await;
        self
    }

    pub fn order(&self, id: &str, status: &str, version: u64) {
        self.put("orders", &order(id, status, version));
    }

    pub fn remove_order(&self, id: &str) {
        self.delete("orders", &json!({ "tenant": { "S": "acme" }, "orderId": { "S": id } }));
    }

    pub fn orders(&self, count: usize) {
        let items = (0..count).map(|n| order(&format!("{n:05}"), "new", 1));
        self.import("orders", items.collect());
    }

    /// Appends the event of a state, as dispatch does some time after the change.
    pub async fn append_state(&self, id: &str, status: &str) -> Position {
        let text = json!({
            "id": format!("{id} {status}"), "source": ACME, "type": "order.v1", "subject": format!("orders/acme/{id}"),
            "time": "2026-11-23T05:00:00Z", "data": { "orderId": id, "status": status },
        });
        let (id, text) = (format!("{id} {status}"), text.to_string());
        let entries = [tablecast_event_log::NewEvent { id: &id, text: &text }];
        append_all(&self.logs(), ACME, &entries, now() * 1000).await
    }

    /// Runs another message of the connection meanwhile.
    pub async fn also(&self, message: &Value) {
        self.subscribe().handle(event("r2", &message.to_string()), deadline()).await.unwrap();
    }
}

pub fn order(id: &str, status: &str, version: u64) -> Value {
    json!({
        "tenant": { "S": "acme" }, "orderId": { "S": id }, "status": { "S": status },
        "version": { "N": version.to_string() }, "secret": { "S": "not for clients" },
    })
}

pub fn state(subjects: &[&str]) -> Value {
    json!({ "action": "state", "subjects": subjects, "id": "8" })
}

pub fn subscribe_with_state(subjects: &[&str]) -> Value {
    json!({ "action": "subscribe", "subjects": subjects, "id": "7", "state": true })
}

/// The events of all frames.
pub fn events(frames: &[Value]) -> Vec<Value> {
    frames.iter().flat_map(|frame| frame.as_array().cloned().unwrap_or_else(|| vec![frame.clone()])).collect()
}

/// The events of items among all events.
pub fn snapshot(frames: &[Value]) -> Vec<Value> {
    events(frames).into_iter().filter(|event| event.get("snapshot").is_some()).collect()
}

pub fn subjects(frames: &[Value]) -> Vec<String> {
    snapshot(frames).iter().map(|event| event["subject"].as_str().unwrap().to_owned()).collect()
}

/// The data of the reply, which is the last event.
pub fn reply(frames: &[Value]) -> Value {
    let last = events(frames).pop().unwrap();
    assert_eq!(last["type"], "tablecast.state.v1", "{frames:?}");
    last["data"].clone()
}

/// The result for the only subject.
pub fn result(frames: &[Value]) -> Value {
    reply(frames)["subjects"][0].clone()
}

/// The same time, always.
fn epoch() -> std::time::Instant {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    *START.get_or_init(std::time::Instant::now)
}
