//! Lambda, SQS and STS as far as a pipe calls them: it answers what a test says, and remembers who asked for what.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::patience::eventually;

/// The access key of whoever has assumed the role.
pub const ROLE_KEY: &str = "ASIAROLEROLEROLEROLE";

/// What a function does with its payload: an answer, or an error's status and type.
pub type Outcome = Result<Value, (u16, &'static str)>;
type Function = Arc<dyn Fn(usize, &Value) -> Outcome + Send + Sync>;

/// Dropped, it answers nobody.
pub struct Cloud {
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
    enriched: Vec<Value>,
    targeted: Vec<Value>,
    letters: Vec<Value>,
    /// Operations, with the access key of who asked.
    calls: Vec<(String, String)>,
}

impl Cloud {
    /// The functions get the number of their call, from 0, and the payload.
    pub async fn start(
        enrich: impl Fn(usize, &Value) -> Outcome + Send + Sync + 'static,
        target: impl Fn(usize, &Value) -> Outcome + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared { enrich: Arc::new(enrich), target: Arc::new(target), seen: Mutex::default() };
        let shared = Arc::new(shared);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer).with_state(shared.clone());
        let server = tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        Self { url, shared, server }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn enriched(&self) -> Vec<Value> {
        self.shared.seen.lock().unwrap().enriched.clone()
    }

    pub fn targeted(&self) -> Vec<Value> {
        self.shared.seen.lock().unwrap().targeted.clone()
    }

    /// Returns when so many dead letters have arrived.
    pub async fn letters(&self, count: usize) -> Vec<Value> {
        eventually("the dead letters", async || {
            let letters = self.shared.seen.lock().unwrap().letters.clone();
            (letters.len() >= count).then_some(letters)
        })
        .await
    }

    /// The access keys with which this was asked for.
    pub fn keys_of(&self, operation: &str) -> Vec<String> {
        let calls = &self.shared.seen.lock().unwrap().calls;
        let of = calls.iter().filter(|(name, _)| name == operation);
        of.map(|(_, key)| key.clone()).collect()
    }

    /// Returns when the target has taken records with these ids, in whatever batches.
    pub async fn until_targeted(&self, ids: &[&str]) {
        eventually(&format!("{ids:?} at the target"), async || {
            let seen: Vec<_> = self.targeted().iter().flat_map(ids_of).collect();
            ids.iter().all(|id| seen.iter().any(|other| other == id)).then_some(())
        })
        .await;
    }
}

/// The keys of the items in a payload of records.
pub fn ids_of(payload: &Value) -> Vec<String> {
    let id =
        |record: &Value| record["dynamodb"]["Keys"]["userId"]["S"].as_str().unwrap_or_default().to_owned();
    payload.as_array().into_iter().flatten().map(id).collect()
}

impl Drop for Cloud {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = access_key(header("authorization")).to_owned();
    match (uri.path(), header("x-amz-target")) {
        ("/", "AmazonSQS.GetQueueUrl") => shared.queue_url(key, &body),
        ("/", "AmazonSQS.SendMessage") => shared.letter(key, &body),
        ("/", _) => shared.role(key),
        (path, _) => shared.invoke(key, path, &body),
    }
}

impl Shared {
    fn called(&self, operation: &str, key: String) {
        self.seen.lock().unwrap().calls.push((operation.to_owned(), key));
    }

    fn role(&self, key: String) -> Response {
        self.called("AssumeRole", key);
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
        self.called("GetQueueUrl", key);
        let request: Value = serde_json::from_slice(body).unwrap();
        let name = request["QueueName"].as_str().unwrap();
        json!({"QueueUrl": format!("http://queues.example/{name}")}).to_string().into_response()
    }

    fn letter(&self, key: String, body: &Bytes) -> Response {
        self.called("SendMessage", key);
        let message: Value = serde_json::from_slice(body).unwrap();
        let letter: Value = serde_json::from_str(message["MessageBody"].as_str().unwrap()).unwrap();
        self.seen.lock().unwrap().letters.push(json!({"queue": message["QueueUrl"], "letter": letter}));
        json!({"MessageId": "1"}).to_string().into_response()
    }

    fn invoke(&self, key: String, path: &str, body: &Bytes) -> Response {
        self.called("Invoke", key);
        let payload: Value = serde_json::from_slice(body).unwrap();
        let (function, number) = {
            let mut seen = self.seen.lock().unwrap();
            let (function, payloads) = match path.contains("enrich") {
                true => (&self.enrich, &mut seen.enriched),
                false => (&self.target, &mut seen.targeted),
            };
            payloads.push(payload.clone());
            (function, payloads.len() - 1)
        };
        invoked(function(number, &payload))
    }
}

fn invoked(outcome: Outcome) -> Response {
    match outcome {
        Ok(answer) => answer.to_string().into_response(),
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

/// `AWS4-HMAC-SHA256 Credential=KEY/20260101/...`
fn access_key(authorization: &str) -> &str {
    let after = authorization.split("Credential=").nth(1).unwrap_or_default();
    after.split('/').next().unwrap_or_default()
}
