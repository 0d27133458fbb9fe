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

use crate::invoke::{Invoke, InvokeError};

/// EventBridge Pipes allows five minutes for an execution, that is enrichment and target together.
const EXECUTION: Duration = Duration::from_secs(300);

/// Invokes functions through the Lambda API.
#[derive(Clone)]
pub struct Lambda(Client);

impl Lambda {
    /// Disables the retries of the SDK, because the pipe counts its own retries.
    pub fn new(config: &SdkConfig) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_timeout(EXECUTION)
            // Replaces the short attempt timeout of the shared configuration.
            .operation_attempt_timeout(EXECUTION);
        let config = aws_sdk_lambda::config::Builder::from(config)
            .timeout_config(timeouts.build())
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        Self(Client::from_conf(config.build()))
    }
}

impl Invoke for Lambda {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let call = self.0.invoke().function_name(function).payload(Blob::new(payload));
        let response = call.send().await.map_err(|error| invoke_error(function, error))?;
        payload_of(function, response)
    }
}

fn payload_of(function: &str, response: InvokeOutput) -> Result<Bytes, InvokeError> {
    let payload = response.payload.map(Blob::into_inner).unwrap_or_default();
    let Some(kind) = response.function_error else { return Ok(payload.into()) };
    let error: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let text = |name: &str| error[name].as_str().map(str::to_owned);
    Err(InvokeError::Failed {
        function: function.to_owned(),
        error_type: text("errorType").unwrap_or(kind),
        message: text("errorMessage").unwrap_or_default(),
    })
}

/// Separates failures of the request, which count as retries, from failures of the service.
fn invoke_error(function: &str, error: SdkError<LambdaError>) -> InvokeError {
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
        true => InvokeError::Unreachable { function, reason: tablecast_aws::reason(&error) },
        false => InvokeError::Refused { function, reason: tablecast_aws::reason(&error) },
    }
}

/// Returns whether the role cannot be assumed, or there are no credentials to assume it with.
fn is_about_credentials(error: &(dyn Error + 'static)) -> bool {
    error.is::<CredentialsError>() || error.source().is_some_and(is_about_credentials)
}

#[cfg(test)]
mod tests;
