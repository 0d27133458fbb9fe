//! What a function takes from its surroundings: the configuration of its AWS clients, how they wait, and its environment
//! variables.

use std::env;
use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::timeout::TimeoutConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

pub use aws_config::SdkConfig;

/// For every client of a function: one HTTP connection pool, and no call without a time limit
/// (the SDK's own default is to wait for ever).
pub async fn configuration() -> SdkConfig {
    let http =
        aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .build();
    aws_config::defaults(BehaviorVersion::latest()).http_client(http).timeout_config(timeouts).load().await
}

/// Before a retry, where our own rules say when to try again: between a half and the whole of a wait that doubles with each,
/// so that those who failed together do not return together.
pub fn wait(backoff: Duration, retry: u32) -> Duration {
    let whole = backoff * 2_u32.saturating_pow(retry.min(8));
    whole.mul_f64(0.5 + fastrand::f64() / 2.0)
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the environment variable {0} is not set: every function is given it by Terraform, or by the local mode"
)]
pub struct MissingVariable(&'static str);

pub fn variable(name: &'static str) -> Result<String, MissingVariable> {
    env::var(name).map_err(|_| MissingVariable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_is_named() {
        let error = variable("TABLECAST_NO_SUCH_VARIABLE").unwrap_err();
        assert!(error.to_string().contains("TABLECAST_NO_SUCH_VARIABLE"), "{error}");
    }
}
