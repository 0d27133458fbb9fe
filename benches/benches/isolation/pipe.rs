//! A pipe: ten sub-shards, each with one batch at a time.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tablecast_protocol::element::Element;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::spawn_local;
use tokio::time::sleep;

use crate::lambda::Lambda;

const SUB_SHARDS: usize = 10;
const BATCH: usize = 100;

/// The wait before a batch is sent again.
const RETRY: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub struct Pipe(Vec<UnboundedSender<String>>);

impl Pipe {
    pub fn start(lambda: &Lambda) -> Self {
        let start = |_| {
            let (sender, receiver) = unbounded_channel();
            spawn_local(run(receiver, lambda.clone()));
            sender
        };
        Self((0..SUB_SHARDS).map(start).collect())
    }

    /// The hash of the item's key decides over the sub-shard.
    pub fn put(&self, item: usize, element: String) {
        let mut hasher = DefaultHasher::new();
        item.hash(&mut hasher);
        self.0[hasher.finish() as usize % SUB_SHARDS].send(element).unwrap();
    }
}

async fn run(mut records: UnboundedReceiver<String>, lambda: Lambda) {
    let mut batch = VecDeque::new();
    loop {
        if batch.is_empty() {
            let Some(record) = records.recv().await else { return };
            batch.push_back(record);
        }
        while let (true, Ok(record)) = (batch.len() < BATCH, records.try_recv()) {
            batch.push_back(record);
        }
        let done = send(&mut batch, &lambda).await;
        if done < batch.len() {
            sleep(RETRY).await;
        }
        batch.drain(..done);
    }
}

/// Returns how many records are done: those before the first that failed.
async fn send(batch: &mut VecDeque<String>, lambda: &Lambda) -> usize {
    let elements = format!("[{}]", batch.make_contiguous().join(","));
    let elements: Vec<Element> = serde_json::from_str(&elements).unwrap();
    let ids: Vec<String> = elements.iter().map(|element| element.event_id.clone()).collect();
    let Ok(response) = lambda.dispatch(elements).await else { return 0 };
    let failed = response.failed();
    ids.iter().position(|id| failed.contains(id)).unwrap_or(ids.len())
}
