//! Stands in for Lambda, SQS and STS as a pipe calls them. Tests set the results and read the recorded calls.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::eventually::eventually;

/// The access key of the assumed role.
pub const ROLE_KEY: &str = "ASIAROLEROLEROLEROLE";

/// The result of a function call: a response, or the status and the type of an error.
pub type CallResult = Result<Value, (u16, &'static str)>;
type Function = Arc<dyn Fn(usize, &Value) -> CallResult + Send + Sync>;

/// The server stops when the value is dropped.
pub struct AwsStub {
    url: String,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    enrich: Function,
    target: Function,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    enrichment_calls: Vec<Value>,
    target_calls: Vec<Value>,
    dead_letters: Vec<Value>,
    /// The operation and the access key of each call.
    calls: Vec<(String, String)>,
}

impl AwsStub {
    /// Starts the server. Each function receives the number of its call, from 0, and the payload.
    pub async fn start(
        enrich: impl Fn(usize, &Value) -> CallResult + Send + Sync + 'static,
        target: impl Fn(usize, &Value) -> CallResult + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared { enrich: Arc::new(enrich), target: Arc::new(target), seen: Mutex::default() };
        let shared = Arc::new(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(respond).with_state(shared.clone());
        let server = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, server }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn enrichment_calls(&self) -> Vec<Value> {
        self.shared.seen.lock().unwrap().enrichment_calls.clone()
    }

    pub fn target_calls(&self) -> Vec<Value> {
        self.shared.seen.lock().unwrap().target_calls.clone()
    }

    /// Waits for `count` dead letters and returns all.
    pub async fn dead_letters(&self, count: usize) -> Vec<Value> {
        eventually("the dead letters", async || {
            let dead_letters = self.shared.seen.lock().unwrap().dead_letters.clone();
            (dead_letters.len() >= count).then_some(dead_letters)
        })
        .await
    }

    /// Returns the access keys of all calls of an operation.
    pub fn access_keys(&self, operation: &str) -> Vec<String> {
        let calls = &self.shared.seen.lock().unwrap().calls;
        let matching = calls.iter().filter(|(name, _)| name == operation);
        matching.map(|(_, key)| key.clone()).collect()
    }

    /// Waits until the target has received records with these ids, in any batches.
    pub async fn wait_for_target(&self, ids: &[&str]) {
        eventually(&format!("{ids:?} at the target"), async || {
            let seen: Vec<_> = self.target_calls().iter().flat_map(record_ids).collect();
            ids.iter().all(|id| seen.iter().any(|other| other == id)).then_some(())
        })
        .await;
    }
}

/// Returns the `userId` of each record in a payload.
pub fn record_ids(payload: &Value) -> Vec<String> {
    let id =
        |record: &Value| record["dynamodb"]["Keys"]["userId"]["S"].as_str().unwrap_or_default().to_owned();
    payload.as_array().into_iter().flatten().map(id).collect()
}

impl Drop for AwsStub {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn respond(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = access_key(header("authorization")).to_owned();
    match (uri.path(), header("x-amz-target")) {
        ("/", "AmazonSQS.GetQueueUrl") => shared.queue_url(key, &body),
        ("/", "AmazonSQS.SendMessage") => shared.dead_letter(key, &body),
        ("/", _) => shared.assume_role(key),
        (path, _) => shared.invoke(key, path, &body),
    }
}

impl Shared {
    fn record_call(&self, operation: &str, key: String) {
        self.seen.lock().unwrap().calls.push((operation.to_owned(), key));
    }

    fn assume_role(&self, key: String) -> Response {
        self.record_call("AssumeRole", key);
        let credentials = format!(
            "<AccessKeyId>{ROLE_KEY}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
             <SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>"
        );
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials>{credentials}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )
        .into_response()
    }

    fn queue_url(&self, key: String, body: &Bytes) -> Response {
        self.record_call("GetQueueUrl", key);
        let request: Value = serde_json::from_slice(body).unwrap();
        let name = request["QueueName"].as_str().unwrap();
        json!({"QueueUrl": format!("http://queues.example/{name}")}).to_string().into_response()
    }

    fn dead_letter(&self, key: String, body: &Bytes) -> Response {
        self.record_call("SendMessage", key);
        let message: Value = serde_json::from_slice(body).unwrap();
        let body: Value = serde_json::from_str(message["MessageBody"].as_str().unwrap()).unwrap();
        self.seen.lock().unwrap().dead_letters.push(json!({"queue": message["QueueUrl"], "body": body}));
        json!({"MessageId": "1"}).to_string().into_response()
    }

    fn invoke(&self, key: String, path: &str, body: &Bytes) -> Response {
        self.record_call("Invoke", key);
        let payload: Value = serde_json::from_slice(body).unwrap();
        let (function, number) = {
            let mut seen = self.seen.lock().unwrap();
            let (function, payloads) = match path.contains("enrich") {
                true => (&self.enrich, &mut seen.enrichment_calls),
                false => (&self.target, &mut seen.target_calls),
            };
            payloads.push(payload.clone());
            (function, payloads.len() - 1)
        };
        to_response(function(number, &payload))
    }
}

fn to_response(result: CallResult) -> Response {
    match result {
        Ok(response) => response.to_string().into_response(),
        Err((200, kind)) => {
            let error = json!({"errorType": kind, "errorMessage": "on purpose"});
            ([("x-amz-function-error", "Unhandled")], error.to_string()).into_response()
        }
        Err((status, kind)) => {
            let error = json!({"Message": "on purpose"}).to_string();
            (StatusCode::from_u16(status).unwrap(), [("x-amzn-errortype", kind)], error).into_response()
        }
    }
}

/// Reads the key from `AWS4-HMAC-SHA256 Credential=KEY/20260101/...`
fn access_key(authorization: &str) -> &str {
    let after = authorization.split("Credential=").nth(1).unwrap_or_default();
    after.split('/').next().unwrap_or_default()
}
