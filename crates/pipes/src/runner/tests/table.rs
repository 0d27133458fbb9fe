//! The seams of the runner in memory: the stream of a table, and its dead letters.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::dead_letters::DeadLetters;
use crate::source::{Page, Read, Record, Shard, SourceError, Stream};

/// Small, so that a test reads several pages.
const PAGE: usize = 64;

/// A stream with one shard. Clones share its records and its checkpoint.
#[derive(Clone)]
pub struct Table(Arc<Mutex<State>>);

struct State {
    exists: bool,
    records: Vec<Value>,
    checkpoint: Option<usize>,
}

impl Table {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(State { exists: true, records: Vec::new(), checkpoint: None })))
    }

    pub fn put(&self, item: Value) {
        let mut state = self.0.lock().unwrap();
        let number = state.records.len() + 1;
        state.records.push(json!({
            "eventID": format!("e{number}"), "eventName": "INSERT",
            "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/1",
            "dynamodb": {
                "Keys": {"id": item["id"]}, "NewImage": item, "SequenceNumber": number.to_string(),
                "ApproximateCreationDateTime": SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs(),
            },
        }));
    }

    pub fn exists(&self, exists: bool) {
        self.0.lock().unwrap().exists = exists;
    }
}

impl Stream for Table {
    type Shard = Self;

    async fn shards(&self) -> Result<Vec<Self>, SourceError> {
        Ok(vec![self.clone()])
    }
}

impl Shard for Table {
    type Position = usize;

    fn id(&self) -> String {
        "shard".to_owned()
    }

    async fn wait_for_records(&self) {
        sleep(Duration::from_millis(5)).await;
    }

    async fn start_position(&self) -> Result<usize, SourceError> {
        Ok(self.0.lock().unwrap().checkpoint.unwrap_or(0))
    }

    async fn read(&self, position: &usize) -> Result<Read<usize>, SourceError> {
        let state = self.0.lock().unwrap();
        if !state.exists {
            return Ok(Read::NotFound);
        }
        let records = state.records.iter().enumerate().skip(*position).take(PAGE);
        let records: Vec<_> = records.map(|(position, json)| record(position, json)).collect();
        let next = position + records.len();
        Ok(Read::Page(Page { records, next }))
    }

    async fn save(&self, position: &usize) -> Result<(), SourceError> {
        self.0.lock().unwrap().checkpoint = Some(*position);
        Ok(())
    }
}

fn record(position: usize, json: &Value) -> Record<usize> {
    let change = &json["dynamodb"];
    let seconds = change["ApproximateCreationDateTime"].as_u64().unwrap();
    Record {
        position,
        event_id: json["eventID"].as_str().unwrap().to_owned(),
        sequence: change["SequenceNumber"].as_str().unwrap().to_owned(),
        created: UNIX_EPOCH + Duration::from_secs(seconds),
        partition: change["Keys"].to_string(),
        json: json.clone(),
    }
}

/// Dead letters in memory. It can be made to fail.
#[derive(Default)]
pub struct Letters {
    stored: Mutex<Vec<Value>>,
    is_full: Mutex<bool>,
    refused: watch::Sender<usize>,
}

impl Letters {
    pub fn stored(&self) -> Vec<Value> {
        self.stored.lock().unwrap().clone()
    }

    pub fn set_full(&self, is_full: bool) {
        *self.is_full.lock().unwrap() = is_full;
    }

    /// Waits until a dead letter was not stored.
    pub async fn wait_for_refusal(&self) {
        let mut refused = self.refused.subscribe();
        timeout(Duration::from_secs(60), refused.wait_for(|refused| *refused > 0)).await.unwrap().unwrap();
    }
}

impl DeadLetters for Letters {
    fn store<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        async move {
            if *self.is_full.lock().unwrap() {
                self.refused.send_modify(|refused| *refused += 1);
                return Err("disk full".to_owned());
            }
            self.stored.lock().unwrap().push(letter.clone());
            Ok(())
        }
        .boxed()
    }

    fn location(&self) -> String {
        "memory".to_owned()
    }
}
