use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::date_time::{DateTime, Format};
use aws_types::SdkConfig;
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use tablecast_aws::{causes, now_in_milliseconds};
use tokio::time::{sleep, timeout};

use super::endpoint::endpoint;
use super::failure::{ErrorResponse, Failure};
use super::operation::Operation;
use super::wire::{Request, Wire};

const ATTEMPTS: u32 = 3;
const TIMEOUT: Duration = Duration::from_secs(5);
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// No response had a date.
const UNKNOWN: i64 = i64::MIN;

/// Sends signed requests with the credentials of the configuration.
pub struct Client {
    config: SdkConfig,
    region: String,
    credentials: Credentials,
    connector: Connector,
    /// The seconds by which the clock of this machine is ahead.
    skew: AtomicI64,
}

impl Client {
    /// Fails without credentials or a region.
    pub async fn new(config: SdkConfig) -> Result<Self, String> {
        let region =
            config.region().ok_or("no AWS region: set AWS_REGION, or a region in the profile")?.to_string();
        let missing = "no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        let provider = config.credentials_provider().ok_or(missing)?;
        let credentials = provider.provide_credentials().await.map_err(|error| causes(&error))?;
        let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::Ring)).build();
        let skew = AtomicI64::new(UNKNOWN);
        Ok(Self { config, region, credentials, connector, skew })
    }

    pub fn region(&self) -> &str {
        &self.region
    }

    pub fn clock_skew(&self) -> Option<i64> {
        Some(self.skew.load(Ordering::Relaxed)).filter(|skew| *skew != UNKNOWN)
    }

    /// Sends a request, and repeats it if the service is busy.
    pub async fn call(&self, operation: &'static Operation, request: &Request) -> Result<Value, Failure> {
        let address = endpoint(&self.config, operation.service, &self.region);
        let wire = Wire::new(&address, operation, request);
        let mut attempt = 1;
        loop {
            match self.attempt(operation, &wire).await {
                Ok(Ok(value)) => return Ok(value),
                Ok(Err(error)) if !error.is_temporary() || attempt == ATTEMPTS => return Err(error.failure()),
                Err(reason) if attempt == ATTEMPTS => return Err(Failure::Unreachable(reason)),
                _ => sleep(Duration::from_millis(200) * attempt).await,
            }
            attempt += 1;
        }
    }

    /// `Err` if there is no response.
    async fn attempt(
        &self,
        operation: &Operation,
        wire: &Wire,
    ) -> Result<Result<Value, ErrorResponse>, String> {
        let (_, signer) = operation.service.host_and_signer();
        let request = wire.signed(&self.credentials, (&self.region, signer))?;
        let late = |_| format!("no response within {TIMEOUT:?} from {}", wire.url);
        timeout(TIMEOUT, self.exchange(request))
            .await
            .map_err(late)?
            .map_err(|error| format!("{}: {error}", wire.url))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<Result<Value, ErrorResponse>, String> {
        let response = self.connector.call(request).await.map_err(|error| causes(&error))?;
        self.compare_clocks(&response);
        let status = response.status().as_u16();
        let code = response.headers().get("x-amzn-errortype").map(str::to_owned);
        let body = Limited::new(response.into_body(), MAX_BYTES).collect().await;
        let body = body.map_err(|error| format!("the response is incomplete: {error}"))?.to_bytes();
        if !(200..300).contains(&status) {
            return Ok(Err(ErrorResponse::read(status, code.as_deref(), &body)));
        }
        serde_json::from_slice(&body).map(Ok).map_err(|error| format!("the response is no JSON: {error}"))
    }

    fn compare_clocks(&self, response: &HttpResponse) {
        let date =
            response.headers().get("date").and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date {
            self.skew.store(now_in_milliseconds() / 1000 - date.secs(), Ordering::Relaxed);
        }
    }
}
