use std::collections::HashMap;

use serde_json::Value;

use crate::aws::Aws;
use crate::bus::{Arrival, Bus};
use crate::patience::eventually;

/// What arrived on the bus, as another team sees it.
pub struct Arrivals {
    from: From,
    /// CloudEvents by their id; of those that came twice, one.
    arrived: HashMap<String, Value>,
}

enum From {
    /// The bus of the one-machine mode.
    Bus(Box<Bus>),
    /// A queue that gets the `detail` of what a rule lets through.
    Queue { aws: Aws, url: String },
}

impl Arrivals {
    pub fn on(bus: Bus) -> Self {
        Self { from: From::Bus(Box::new(bus)), arrived: HashMap::new() }
    }

    pub fn in_queue(aws: Aws, url: String) -> Self {
        Self { from: From::Queue { aws, url }, arrived: HashMap::new() }
    }

    /// The CloudEvents with these ids, in this order, once they are there.
    pub async fn of(&mut self, ids: &[&str]) -> Vec<Value> {
        eventually("the events on the bus", async || {
            self.read().await;
            ids.iter().all(|id| self.arrived.contains_key(*id)).then_some(())
        })
        .await;
        ids.iter().map(|id| self.arrived[*id].clone()).collect()
    }

    async fn read(&mut self) {
        let events = match &mut self.from {
            From::Bus(bus) => bus.read().await.iter().map(cloud_event).collect(),
            From::Queue { aws, url } => receive(aws, url).await,
        };
        self.arrived.extend(events.into_iter().map(|event| (text(&event["id"]).to_owned(), event)));
    }
}

/// Its envelope says the same as the event.
fn cloud_event(arrival: &Arrival) -> Value {
    let event: Value = serde_json::from_str(arrival.detail.get()).unwrap();
    assert_eq!(event["type"], arrival.detail_type);
    assert_eq!(event["source"], arrival.source.replace('.', "/"));
    event
}

/// Takes what is there, ten messages at most.
async fn receive(aws: &Aws, url: &str) -> Vec<Value> {
    let receive = ["sqs", "receive-message", "--max-number-of-messages", "10", "--wait-time-seconds", "1"];
    let answer = aws.run(&[&receive[..], &["--queue-url", url]].concat()).await;
    let mut arrived = Vec::new();
    for message in answer["Messages"].as_array().into_iter().flatten() {
        arrived.push(serde_json::from_str(text(&message["Body"])).unwrap());
        let receipt = text(&message["ReceiptHandle"]);
        aws.run(&["sqs", "delete-message", "--queue-url", url, "--receipt-handle", receipt]).await;
    }
    arrived
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
