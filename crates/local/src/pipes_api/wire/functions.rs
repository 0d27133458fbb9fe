use std::error::Error;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::StalledStreamProtectionConfig;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::invoke::{InvokeError as LambdaError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use bytes::Bytes;
use serde_json::Value;
use tablecast_aws::SdkConfig;

use super::failure;
use crate::invoke::{Invoke, InvokeError};

/// EventBridge Pipes: an execution, enrichment and target together, takes at most five minutes.
const EXECUTION: Duration = Duration::from_secs(300);

/// Lambda over the wire.
#[derive(Clone)]
pub struct Functions(Client);

impl Functions {
    /// A call that fails is the pipe's to repeat: the SDK would repeat it where nobody counts.
    pub fn new(config: &SdkConfig) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_timeout(EXECUTION)
            // Else that of the other calls is inherited, which are short.
            .operation_attempt_timeout(EXECUTION);
        let config = aws_sdk_lambda::config::Builder::from(config)
            .timeout_config(timeouts.build())
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        Self(Client::from_conf(config.build()))
    }
}

impl Invoke for Functions {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let call = self.0.invoke().function_name(function).payload(Blob::new(payload));
        let answer = call.send().await.map_err(|error| called(function, error))?;
        answered(function, answer)
    }
}

fn answered(function: &str, answer: InvokeOutput) -> Result<Bytes, InvokeError> {
    let payload = answer.payload.map(Blob::into_inner).unwrap_or_default();
    let Some(kind) = answer.function_error else { return Ok(payload.into()) };
    let told: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let text = |name: &str| told[name].as_str().map(str::to_owned);
    Err(InvokeError::Failed {
        function: function.to_owned(),
        error_type: text("errorType").unwrap_or(kind),
        message: text("errorMessage").unwrap_or_default(),
    })
}

/// Told apart by whose fault it is: only the customer's is counted.
fn called(function: &str, error: SdkError<LambdaError>) -> InvokeError {
    let function = function.to_owned();
    let is_internal = error.raw_response().is_none_or(|response| response.status().is_server_error());
    match &error {
        SdkError::TimeoutError(_) => return InvokeError::TimedOut { function, after: EXECUTION },
        SdkError::ServiceError(refused) => match refused.err() {
            LambdaError::TooManyRequestsException(_) => return InvokeError::Throttled(function),
            LambdaError::ResourceNotFoundException(_) => return InvokeError::Unknown(function),
            _ => (),
        },
        _ => (),
    }
    match is_internal && !is_about_credentials(&error) {
        true => InvokeError::Unreachable { function, reason: failure::line(error) },
        false => InvokeError::Refused { function, reason: failure::line(error) },
    }
}

/// The role cannot be assumed, or there is nobody to assume it.
fn is_about_credentials(error: &(dyn Error + 'static)) -> bool {
    error.is::<CredentialsError>() || error.source().is_some_and(is_about_credentials)
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials;
    use aws_sdk_lambda::config::{BehaviorVersion, Region, SharedCredentialsProvider};
    use axum::Router;
    use tokio::net::TcpListener;

    use super::*;

    /// As the command line's: its calls of DynamoDB are short.
    const SHORT: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn a_function_may_take_longer_than_other_calls() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answer = || async { tokio::time::sleep(5 * SHORT).await };
        let router = Router::new().fallback(answer);
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        let credentials = Credentials::new("key", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(SHORT).build())
            .endpoint_url(url)
            .build();
        let answered = Functions::new(&config).invoke("dispatch", Bytes::from("[]")).await;
        assert_eq!(answered.unwrap(), "");
    }
}
