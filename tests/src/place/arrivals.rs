use std::collections::HashSet;

use serde_json::Value;

use crate::aws::Aws;
use crate::bus::{Arrival, Bus};
use crate::patience::eventually;

/// What arrived on the bus, as another team sees it.
pub enum Arrivals {
    /// The bus of the one-machine mode.
    Here(Box<Bus>),
    /// A queue that a rule of the bus fills.
    There { aws: Aws, queue: String, arrived: Vec<Arrival> },
}

impl Arrivals {
    pub fn in_queue(aws: Aws, queue: String) -> Self {
        Self::There { aws, queue, arrived: Vec::new() }
    }

    /// The first arrival of each of these events, in their order.
    pub async fn of(&mut self, ids: &[&str]) -> Vec<&Arrival> {
        eventually("the events on the bus", async || {
            self.read().await;
            let known: HashSet<_> = self.arrived().iter().map(|arrival| arrival.about().id).collect();
            ids.iter().all(|id| known.contains(*id)).then_some(())
        })
        .await;
        let first = |id: &&str| self.arrived().iter().find(|arrival| arrival.about().id == *id).unwrap();
        ids.iter().map(first).collect()
    }

    fn arrived(&self) -> &[Arrival] {
        match self {
            Self::Here(bus) => bus.arrived(),
            Self::There { arrived, .. } => arrived,
        }
    }

    async fn read(&mut self) {
        match self {
            Self::Here(bus) => {
                bus.read().await;
            }
            Self::There { aws, queue, arrived } => arrived.append(&mut receive(aws, queue).await),
        }
    }
}

/// Takes what is there, ten messages at most.
async fn receive(aws: &Aws, queue: &str) -> Vec<Arrival> {
    let receive = ["sqs", "receive-message", "--max-number-of-messages", "10", "--wait-time-seconds", "1"];
    let answer = aws.run(&[&receive[..], &["--queue-url", queue]].concat()).await;
    let mut arrived = Vec::new();
    for message in answer["Messages"].as_array().into_iter().flatten() {
        arrived.push(serde_json::from_str(text(&message["Body"])).unwrap());
        let receipt = text(&message["ReceiptHandle"]);
        aws.run(&["sqs", "delete-message", "--queue-url", queue, "--receipt-handle", receipt]).await;
    }
    arrived
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
