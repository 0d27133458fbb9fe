use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tablecast_doctor::facts::{Facts, PipeFile};
use tablecast_doctor::{CannotRun, Target, read_facts};
use tokio::net::TcpListener;

use crate::deployment::respond;

/// A request that the stub received.
#[derive(Debug, Clone)]
pub struct Received {
    pub operation: String,
    /// The path and the query, for services with paths.
    pub path: String,
    pub body: Value,
    pub authorization: String,
}

/// A planned response: the status, the headers and the body.
type Planned = (u16, Vec<(&'static str, String)>, Value);

#[derive(Clone, Default)]
pub struct Stub {
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    /// Responses by operation, before those of the deployment. The last one stays.
    planned: Arc<Mutex<BTreeMap<String, Vec<Planned>>>>,
}

impl Stub {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let stub = Self { url, ..Self::default() };
        let router = Router::new().fallback(handle).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        stub
    }

    /// Plans the next responses of an operation. The last one stays.
    pub fn plan(&self, operation: &str, responses: Vec<(u16, Value)>) {
        let planned = responses.into_iter().map(|(status, body)| (status, Vec::new(), body)).collect();
        self.planned.lock().unwrap().insert(operation.to_owned(), planned);
    }

    pub fn plan_with_header(&self, operation: &str, header: (&'static str, String), body: Value) {
        self.planned.lock().unwrap().insert(operation.to_owned(), vec![(200, vec![header], body)]);
    }

    /// Refuses an operation, as without the permission.
    pub fn deny(&self, operation: &str) {
        let body = json!({ "__type": "AccessDeniedException", "message": format!("no {operation}") });
        self.plan(operation, vec![(400, body)]);
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub fn operations(&self) -> BTreeSet<String> {
        self.received().into_iter().map(|received| received.operation).collect()
    }

    pub fn configuration(&self) -> SdkConfig {
        let credentials = Credentials::new("AKID", "secret", None, None, "test");
        SdkConfig::builder()
            .region(Region::new("eu-central-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(&self.url)
            .build()
    }

    pub async fn examine(&self) -> Result<Facts, CannotRun> {
        let file = PipeFile { name: "orders".to_owned(), table: "orders".to_owned(), bus: true };
        self.examine_with(Some(vec![file])).await
    }

    pub async fn examine_with(&self, files: Option<Vec<PipeFile>>) -> Result<Facts, CannotRun> {
        let wanted = Target { name: "acme".to_owned(), files, packages: Vec::new(), lag_limit: 60 };
        read_facts(self.configuration(), &wanted).await
    }

    /// The code and subject of each finding, except that there are no packages.
    pub async fn found(&self) -> Vec<String> {
        let findings = tablecast_doctor::diagnose(&self.examine().await.unwrap());
        let findings = findings.iter().filter(|finding| finding.code.name() != "package-unknown");
        findings.map(|finding| format!("{} {}", finding.code.name(), finding.subject)).collect()
    }

    fn next(&self, operation: &str) -> Option<Planned> {
        let mut planned = self.planned.lock().unwrap();
        let responses = planned.get_mut(operation)?;
        Some(if responses.len() > 1 { responses.remove(0) } else { responses.first()?.clone() })
    }
}

async fn handle(State(stub): State<Stub>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let received = Received {
        operation: operation(uri.path(), &header("x-amz-target")),
        path: uri.to_string(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
        authorization: header("authorization"),
    };
    stub.received.lock().unwrap().push(received.clone());
    let planned = stub.next(&received.operation);
    let (status, own, body) = planned.unwrap_or_else(|| {
        let (status, body) = respond(&received);
        (status, Vec::new(), body)
    });
    let own = own.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let headers: HeaderMap = own.collect();
    (StatusCode::from_u16(status).unwrap(), headers, body.to_string()).into_response()
}

fn operation(path: &str, target: &str) -> String {
    let by_path = [
        ("/configuration", "GetFunctionConfiguration"),
        ("/aliases/live", "GetAlias"),
        ("/concurrency", "GetFunctionConcurrency"),
        ("/account-settings", "GetAccountSettings"),
        ("/v1/pipes", "ListPipes"),
        ("/v2/apis", "GetApis"),
        ("/stages/live", "GetStage"),
    ];
    match target.split_once('.') {
        Some((_, operation)) => operation.to_owned(),
        None if path.starts_with("/v1/pipes/") => "DescribePipe".to_owned(),
        None => by_path.iter().find(|(end, _)| path.ends_with(end)).map_or(path, |(_, name)| name).to_owned(),
    }
}
