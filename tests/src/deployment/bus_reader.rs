//! Reads events from the bus as another team does.

use std::collections::HashMap;

use serde_json::Value;

use crate::aws::Aws;
use crate::bus::{Bus, BusEvent};
use crate::eventually::eventually;
use crate::pipe_files::source;

/// The segments of channels in the pipe files of this project.
const CHANNEL: u8 = 2;

pub struct BusReader {
    target: RuleTarget,
    /// CloudEvents by id. A repeated event replaces the first.
    events: HashMap<String, Value>,
}

enum RuleTarget {
    /// The bus of the local mode.
    Bus(Box<Bus>),
    /// A queue that receives every event in EventBridge's envelope.
    Queue { aws: Aws, url: String },
}

impl BusReader {
    pub fn local_mode(bus: Bus) -> Self {
        Self { target: RuleTarget::Bus(Box::new(bus)), events: HashMap::new() }
    }

    pub fn queue(aws: Aws, url: String) -> Self {
        Self { target: RuleTarget::Queue { aws, url }, events: HashMap::new() }
    }

    /// Waits for the events with these ids and returns them in this order.
    pub async fn events(&mut self, ids: &[&str]) -> Vec<Value> {
        eventually("the events on the bus", async || {
            self.read().await;
            ids.iter().all(|id| self.events.contains_key(*id)).then_some(())
        })
        .await;
        ids.iter().map(|id| self.events[*id].clone()).collect()
    }

    async fn read(&mut self) {
        let events = match &mut self.target {
            RuleTarget::Bus(bus) => bus.read_new().await.iter().map(cloud_event).collect(),
            RuleTarget::Queue { aws, url } => receive(aws, url).await,
        };
        self.events.extend(events.into_iter().map(|event| (text(&event["id"]).to_owned(), event)));
    }
}

/// Returns the CloudEvent, and checks that the envelope has the same type and the pipe of the subject.
fn cloud_event(bus_event: &BusEvent) -> Value {
    let event: Value = serde_json::from_str(bus_event.detail.get()).unwrap();
    assert_eq!(event["type"], bus_event.detail_type);
    let subject = text(&event["subject"]);
    assert_eq!(subject.split('/').next(), bus_event.source.strip_prefix("tablecast."));
    assert_eq!(event["source"], source(subject, CHANNEL));
    event
}

/// Receives and deletes up to ten messages.
async fn receive(aws: &Aws, url: &str) -> Vec<Value> {
    let receive = ["sqs", "receive-message", "--max-number-of-messages", "10", "--wait-time-seconds", "1"];
    let response = aws.run(&[&receive[..], &["--queue-url", url]].concat()).await;
    let mut events = Vec::new();
    for message in response["Messages"].as_array().into_iter().flatten() {
        let mut envelope: Value = serde_json::from_str(text(&message["Body"])).unwrap();
        events.push(envelope["detail"].take());
        let receipt = text(&message["ReceiptHandle"]);
        aws.run(&["sqs", "delete-message", "--queue-url", url, "--receipt-handle", receipt]).await;
    }
    events
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
