//! Downloads a key set over HTTP: one request, no redirects, limited time and size.

use std::error::Error;
use std::iter::successors;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

/// From the DNS lookup to the last byte. A client waits for the download.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Key sets of large issuers have about 20 KB, most of it certificates.
pub const MAX_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub struct Endpoint {
    url: String,
    connector: Connector,
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("the server did not respond within {TIMEOUT:?}")]
    Timeout,
    #[error("the server is unreachable: {0}")]
    Unreachable(String),
    #[error("the server responded with status {0} instead of 200")]
    Status(u16),
    #[error("the response is incomplete or longer than {MAX_BYTES} bytes")]
    Body,
}

impl Endpoint {
    pub fn new(url: String) -> Self {
        let connector = Connector::builder().tls_provider(Provider::Rustls(CryptoMode::Ring)).build();
        Self { url, connector }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub async fn fetch(&self) -> Result<Vec<u8>, FetchError> {
        timeout(TIMEOUT, self.get()).await.unwrap_or(Err(FetchError::Timeout))
    }

    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let mut request =
            HttpRequest::get(&self.url).map_err(|error| FetchError::Unreachable(error.to_string()))?;
        request.headers_mut().insert("accept", "application/json");
        let response = self.connector.call(request).await;
        let response = response.map_err(|error| FetchError::Unreachable(error_chain(&error)))?;
        match response.status().as_u16() {
            200 => body(response).await,
            status => Err(FetchError::Status(status)),
        }
    }
}

/// Joins an error with its sources. The connector's own error names no cause.
fn error_chain(error: &(dyn Error + 'static)) -> String {
    let sources = successors(Some(error), |error| (*error).source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

async fn body(response: HttpResponse) -> Result<Vec<u8>, FetchError> {
    let body = Limited::new(response.into_body(), MAX_BYTES).collect().await;
    Ok(body.map_err(|_| FetchError::Body)?.to_bytes().to_vec())
}
