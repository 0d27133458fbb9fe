use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use tablecast_aws::SdkConfig;
use tablecast_benches::dynamodb::StandIn;
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::sleep;

use crate::gateway::Gateway;

/// The time in which the bus responds.
const BUS: Duration = Duration::from_millis(10);

/// The time in which Lambda accepts an asynchronous invocation.
const INVOKE: Duration = Duration::from_millis(5);

/// AWS: the HTTP client of every SDK client.
#[derive(Debug, Clone)]
pub struct Services {
    pub database: StandIn,
    pub gateway: Gateway,
    /// The payloads of asynchronous invocations.
    pub invocations: UnboundedSender<Vec<u8>>,
}

impl Services {
    /// The configuration of one process, as the functions have it. Processes do not share a budget of retries:
    /// the SDK has one for each region.
    pub fn config(&self, process: &str) -> SdkConfig {
        let connector = SharedHttpConnector::new(self.clone());
        let credentials = Credentials::new("bench", "bench", None, None, "bench");
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(3)).build();
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(process.to_owned()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts)
            .endpoint_url("http://aws")
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }
}

impl HttpConnector for Services {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        if target.starts_with("DynamoDB") {
            return self.database.call(request);
        }
        if target.starts_with("AWSEvents") {
            return HttpConnectorFuture::new(async move { Ok(published(&request).await) });
        }
        if request.uri().contains("/functions/") {
            return self.invoke(&request);
        }
        let gateway = self.gateway.clone();
        HttpConnectorFuture::new(async move { Ok(gateway.respond(&request).await) })
    }
}

impl Services {
    fn invoke(&self, request: &HttpRequest) -> HttpConnectorFuture {
        let (invocations, payload) = (self.invocations.clone(), request.body().bytes().unwrap().to_vec());
        HttpConnectorFuture::new(async move {
            sleep(INVOKE).await;
            // Without a receiver, the measurement has ended.
            drop(invocations.send(payload));
            Ok(response(202, String::new()))
        })
    }
}

async fn published(request: &HttpRequest) -> HttpResponse {
    sleep(BUS).await;
    let request: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
    let entries = request["Entries"].as_array().unwrap().len();
    let entries = vec![json!({ "EventId": "1" }); entries];
    response(200, json!({ "FailedEntryCount": 0, "Entries": entries }).to_string())
}

pub fn response(status: u16, body: String) -> HttpResponse {
    HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body))
}
