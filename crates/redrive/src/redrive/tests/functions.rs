use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};
use tablecast_pipes::invoke::{Invoke, InvokeError};
use tokio::sync::Notify;

/// A point at which a run can be killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Enrich,
    Enriched,
    Dispatch,
    Dispatched,
    /// A write of the table.
    Table,
}

/// `enrich` and `dispatch`, as a test wants them.
#[derive(Clone, Default)]
pub struct Fake(Arc<State>);

#[derive(Default)]
struct State {
    rejected: Option<(String, String)>,
    failing: Option<String>,
    response: Option<String>,
    crashes: Mutex<u32>,
    /// `enrich` fails on more records than this.
    most: Option<usize>,
    delivered: Mutex<Vec<String>>,
    /// The step at which the run hangs, after so many of them.
    hanging: Mutex<Option<(Step, usize)>>,
    hangs: Notify,
    dispatching: Notify,
    goes_on: Mutex<Option<Arc<Notify>>>,
}

impl Fake {
    pub fn rejecting(id: &str, reason: &str) -> Self {
        Self(Arc::new(State { rejected: Some((id.to_owned(), reason.to_owned())), ..State::default() }))
    }

    pub fn failing(id: &str) -> Self {
        Self(Arc::new(State { failing: Some(id.to_owned()), ..State::default() }))
    }

    pub fn responding(response: &str) -> Self {
        Self(Arc::new(State { response: Some(response.to_owned()), ..State::default() }))
    }

    /// The first calls fail.
    pub fn crashing(calls: u32) -> Self {
        Self(Arc::new(State { crashes: Mutex::new(calls), ..State::default() }))
    }

    /// `enrich` fails on more records, as it does with `bisect` if their response would be too large.
    pub fn enriching_at_most(records: usize) -> Self {
        Self(Arc::new(State { most: Some(records), ..State::default() }))
    }

    pub fn hang_at(&self, at: Option<(Step, usize)>) {
        *self.0.hanging.lock().unwrap() = at;
    }

    pub async fn hung(&self) {
        self.0.hangs.notified().await;
    }

    pub fn delivered(&self) -> Vec<String> {
        self.0.delivered.lock().unwrap().clone()
    }

    /// Dispatch waits for the notification after it began.
    pub fn pause_dispatch(&self) -> (Arc<Notify>, Self) {
        let notify = Arc::new(Notify::new());
        *self.0.goes_on.lock().unwrap() = Some(notify.clone());
        (notify, self.clone())
    }

    pub async fn dispatching(&self) {
        self.0.dispatching.notified().await;
    }

    async fn step(&self, step: Step) {
        let hangs = {
            let mut hanging = self.0.hanging.lock().unwrap();
            match &mut *hanging {
                Some((at, 0)) if *at == step => true,
                Some((at, left)) if *at == step => {
                    *left -= 1;
                    false
                }
                _ => false,
            }
        };
        if hangs {
            self.0.hangs.notify_one();
            std::future::pending::<()>().await;
        }
    }

    fn is_too_much(&self, function: &str, records: usize) -> bool {
        function == "enrich" && self.0.most.is_some_and(|most| records > most)
    }

    fn crashes(&self) -> bool {
        let mut left = self.0.crashes.lock().unwrap();
        let crashes = *left > 0;
        *left = left.saturating_sub(1);
        crashes
    }

    fn enrich(&self, records: &[Value]) -> Value {
        records.iter().map(|record| self.element(record)).collect()
    }

    fn element(&self, record: &Value) -> Value {
        let id = record["eventID"].as_str().unwrap();
        match &self.0.rejected {
            Some((rejected, reason)) if rejected == id => {
                json!({ "eventID": id, "pipe": "orders", "rejected": { "path": "p", "reason": reason, "record": record } })
            }
            _ => {
                let event = json!({ "id": format!("{id}.t"), "source": "tablecast/orders", "type": "t", "subject": "orders/1", "time": "2026-11-23T05:00:00Z" });
                json!({ "eventID": id, "pipe": "orders", "events": [event], "traced": true })
            }
        }
    }

    fn dispatch(&self, elements: &[Value]) -> Value {
        assert!(elements.iter().all(|it| it["traced"] == true), "members of newer versions are kept");
        let ids = elements.iter().map(|it| it["eventID"].as_str().unwrap().to_owned());
        let (failed, good): (Vec<_>, Vec<_>) = ids.partition(|id| Some(id) == self.0.failing.as_ref());
        self.0.delivered.lock().unwrap().extend(good);
        let failures: Vec<_> = failed.iter().map(|id| json!({ "itemIdentifier": id })).collect();
        json!({ "batchItemFailures": failures })
    }
}

impl Invoke for Fake {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let values: Vec<Value> = serde_json::from_slice(&payload).unwrap();
        if self.crashes() || self.is_too_much(function, values.len()) {
            let (error_type, message) = ("Crash".to_owned(), "planned".to_owned());
            return Err(InvokeError::Failed { function: function.to_owned(), error_type, message });
        }
        if function == "enrich" {
            self.step(Step::Enrich).await;
            let elements = self.enrich(&values);
            self.step(Step::Enriched).await;
            return Ok(elements.to_string().into());
        }
        self.step(Step::Dispatch).await;
        let goes_on = self.0.goes_on.lock().unwrap().clone();
        if let Some(goes_on) = goes_on {
            self.0.dispatching.notify_one();
            goes_on.notified().await;
        }
        if let Some(response) = &self.0.response {
            return Ok(response.clone().into());
        }
        let response = self.dispatch(&values);
        self.step(Step::Dispatched).await;
        Ok(response.to_string().into())
    }
}
