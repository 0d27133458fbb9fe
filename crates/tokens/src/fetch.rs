//! Gets a key set over HTTP: one request, no redirects, bounded in time and size.

use std::error::Error;
use std::iter::successors;
use std::time::Duration;

use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use http_body_util::{BodyExt, Limited};
use tokio::time::timeout;

/// From the look-up of the name to the last byte. A client waits for it.
const TIME: Duration = Duration::from_secs(3);

/// Large issuers' key sets have some 20 KB, most of it certificates.
pub const MAX_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub struct Endpoint {
    url: String,
    connector: Connector,
}

#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    #[error("it did not answer within {TIME:?}")]
    Slow,
    #[error("it cannot be asked: {0}")]
    Unreachable(String),
    #[error("it answered with status {0}")]
    Status(u16),
    #[error("its answer broke off, or is longer than {MAX_BYTES} bytes")]
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
        timeout(TIME, self.get()).await.unwrap_or(Err(FetchError::Slow))
    }

    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let mut request =
            HttpRequest::get(&self.url).map_err(|error| FetchError::Unreachable(error.to_string()))?;
        request.headers_mut().insert("accept", "application/json");
        let answer = self.connector.call(request).await;
        let answer = answer.map_err(|error| FetchError::Unreachable(with_causes(&error)))?;
        match answer.status().as_u16() {
            200 => body(answer).await,
            status => Err(FetchError::Status(status)),
        }
    }
}

/// What happened is the last of the causes; the first only says that something did.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let causes = successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

async fn body(answer: HttpResponse) -> Result<Vec<u8>, FetchError> {
    let body = Limited::new(answer.into_body(), MAX_BYTES).collect().await;
    Ok(body.map_err(|_| FetchError::Body)?.to_bytes().to_vec())
}
