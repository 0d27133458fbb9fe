//! Functions that do what a test says, and remember what they were asked.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::{Value, json};

use crate::invoke::{Invoke, InvokeError};

type Answer = Result<Value, InvokeError>;
/// Gets the number of its call, from 0, and the elements of the payload.
type Function = Arc<dyn Fn(usize, &[Value]) -> Answer + Send + Sync>;

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
    /// The enrichment hands records on; the target takes them all.
    pub fn new() -> Self {
        let enrich: Function = Arc::new(|_, records| Ok(records.into()));
        Self { enrich, target: Arc::new(|_, _| Ok(Value::Null)), calls: Arc::default() }
    }

    pub fn enrich(mut self, function: impl Fn(usize, &[Value]) -> Answer + Send + Sync + 'static) -> Self {
        self.enrich = Arc::new(function);
        self
    }

    pub fn target(mut self, function: impl Fn(usize, &[Value]) -> Answer + Send + Sync + 'static) -> Self {
        self.target = Arc::new(function);
        self
    }

    /// The ids of the items in each call of the enrichment.
    pub fn enriched(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().enrich.iter().map(|call| ids(call)).collect()
    }

    /// The ids of the items in each call of the target.
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
        run(number, &payload).map(|answer| answer.to_string().into())
    }
}

pub fn id(record: &Value) -> String {
    record["dynamodb"]["Keys"]["id"]["S"].as_str().unwrap_or_default().to_owned()
}

pub fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(id).collect()
}

/// The partial answer of a target: the records that are not taken.
pub fn failures<'a>(records: impl IntoIterator<Item = &'a Value>) -> Value {
    let failed = records.into_iter().map(|record| json!({"itemIdentifier": record["eventID"]}));
    json!({"batchItemFailures": failed.collect::<Vec<_>>()})
}

pub fn broken() -> Answer {
    Err(InvokeError::Failed {
        function: "f".into(),
        error_type: "Broken".into(),
        message: "on purpose".into(),
    })
}

pub fn crashed() -> Answer {
    Err(InvokeError::Ended { function: "f".into(), how: "signal 9".into() })
}

pub fn throttled() -> Answer {
    Err(InvokeError::Throttled("f".into()))
}
