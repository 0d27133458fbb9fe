use std::thread;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpClient, SharedHttpClient, http_client_fn};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_types::config_bag::ConfigBag;

/// The time of a request with its retries. A hanging table takes less than the shortest timeout of a function, which
/// then still reports the failure.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(6);

/// Configures every SDK client of a function: one HTTP connection pool, and a time limit for each call.
/// The SDK itself has no limit by default.
pub async fn configuration() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let http = http_client();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts).load().await
}

/// Reads the certificates of the system once, in a thread of its own. They are most of the work of a start, and the first
/// request waits for them. Each SDK client would read them before the function polls for its first invocation.
fn http_client() -> SharedHttpClient {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let reader = http.clone();
    thread::spawn(move || {
        let (components, layers) = (RuntimeComponentsBuilder::new("certificates"), ConfigBag::base());
        HttpClient::validate_base_client_config(&reader, &components, &layers)
    });
    http_client_fn(move |settings, components| http.http_connector(settings, components))
}
