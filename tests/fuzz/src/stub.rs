//! AWS as a stranger could have filled it: every answer is an input.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::Value as Json;
use tablecast_aws::SdkConfig;

/// More requests of one operation than any call needs.
const MAX_REQUESTS: usize = 200;

/// A table, a queue or a shard that never ends is none.
const MAX_ANSWERS: usize = 4;

/// By operation: the answer, and the number of requests so far.
type Answers = BTreeMap<String, (String, usize)>;

thread_local! {
    static ANSWERS: RefCell<Answers> = const { RefCell::new(Answers::new()) };
    /// The operations of the last call, with their bodies.
    static REQUESTS: RefCell<Vec<(String, String)>> = const { RefCell::new(Vec::new()) };
    static RUNTIME: tokio::runtime::Runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    static CONFIG: SdkConfig = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("local", "local", None, None, "fuzz")))
        .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Stub)))
        .retry_config(RetryConfig::disabled())
        .endpoint_url("http://stub")
        .build();
}

struct Stub;

impl fmt::Debug for Stub {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Stub")
    }
}

impl HttpConnector for Stub {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let sent = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        REQUESTS.with_borrow_mut(|requests| requests.push((operation.to_owned(), sent)));
        let body = ANSWERS.with_borrow_mut(|answers| answer(answers, operation));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(body))))
    }
}

fn answer(answers: &mut Answers, operation: &str) -> String {
    let (answer, requests) = answers.entry(operation.to_owned()).or_default();
    *requests += 1;
    assert!(*requests < MAX_REQUESTS, "{operation} does not end");
    if *requests <= MAX_ANSWERS && !answer.is_empty() { answer.clone() } else { EMPTY.to_owned() }
}

const EMPTY: &str =
    r#"{"Items":[],"Count":0,"ScannedCount":0,"ConsumedCapacity":{},"Messages":[],"Records":[]}"#;

/// Runs a call with a configuration whose clients get these answers, by operation, to their first requests.
pub fn answered<F: Future>(answers: &[(&str, String)], call: impl FnOnce(&SdkConfig) -> F) -> F::Output {
    let answers = answers.iter().map(|(operation, answer)| ((*operation).to_owned(), (answer.clone(), 0)));
    ANSWERS.set(answers.collect());
    REQUESTS.take();
    CONFIG.with(|config| RUNTIME.with(|runtime| runtime.block_on(call(config))))
}

/// The requests of the last call: their operations and bodies.
pub fn requests() -> Vec<(String, Json)> {
    let parsed =
        |(operation, body): &(String, String)| (operation.clone(), serde_json::from_str(body).unwrap());
    REQUESTS.with_borrow(|requests| requests.iter().map(parsed).collect())
}

/// The configuration of the stub, for clients that live longer than a call.
pub fn configuration() -> SdkConfig {
    CONFIG.with(SdkConfig::clone)
}
