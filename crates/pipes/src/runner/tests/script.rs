//! Functions that a test defines. They record their payloads.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::invoke::{Invoke, InvokeError};

type Response = Result<Value, InvokeError>;
/// Receives the number of its call, from 0, and the elements of the payload.
type Function = Arc<dyn Fn(usize, &[Value]) -> Response + Send + Sync>;

#[derive(Clone)]
pub struct Script {
    enrich: Function,
    target: Function,
    calls: Arc<Mutex<Calls>>,
}

#[derive(Default)]
struct Calls {
    enrich: Vec<Vec<Value>>,
    target: Vec<Vec<Value>>,
}

impl Script {
    /// The enrichment returns its records. The target accepts them all.
    pub fn new() -> Self {
        let enrich: Function = Arc::new(|_, records| Ok(records.into()));
        Self { enrich, target: Arc::new(|_, _| Ok(Value::Null)), calls: Arc::default() }
    }

    pub fn enrich(mut self, function: impl Fn(usize, &[Value]) -> Response + Send + Sync + 'static) -> Self {
        self.enrich = Arc::new(function);
        self
    }

    pub fn target(mut self, function: impl Fn(usize, &[Value]) -> Response + Send + Sync + 'static) -> Self {
        self.target = Arc::new(function);
        self
    }

    /// The item ids in each call of the enrichment.
    pub fn enriched(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().enrich.iter().map(|call| ids(call)).collect()
    }

    /// The item ids in each call of the target.
    pub fn targeted(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().target.iter().map(|call| ids(call)).collect()
    }

    pub fn target_payloads(&self) -> Vec<Vec<Value>> {
        self.calls.lock().unwrap().target.clone()
    }
}

impl Invoke for Script {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let payload: Vec<Value> = serde_json::from_slice(&payload).unwrap();
        let (number, run) = {
            let mut calls = self.calls.lock().unwrap();
            let (calls, run) = match function {
                "enrich" => (&mut calls.enrich, &self.enrich),
                _ => (&mut calls.target, &self.target),
            };
            calls.push(payload.clone());
            (calls.len() - 1, run)
        };
        run(number, &payload).map(|response| response.to_string().into())
    }
}

pub fn id(record: &Value) -> String {
    record["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap_or_default().to_owned()
}

pub fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(id).collect()
}

/// The response of a target that rejects these records.
pub fn failures<'a>(records: impl IntoIterator<Item = &'a Value>) -> Value {
    let failed = records.into_iter().map(|record| json!({"itemIdentifier": record["eventID"]}));
    json!({"batchItemFailures": failed.collect::<Vec<_>>()})
}

pub fn broken() -> Response {
    Err(InvokeError::Failed {
        function: "f".into(),
        error_type: "Broken".into(),
        message: "on purpose".into(),
    })
}

pub fn crashed() -> Response {
    Err(InvokeError::Exited { function: "f".into(), how: "signal 9".into() })
}

pub fn throttled() -> Response {
    Err(InvokeError::Throttled("f".into()))
}
