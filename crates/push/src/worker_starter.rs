use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use serde_json::json;
use tablecast_aws::SdkConfig;

/// Lambda accepts an asynchronous invocation with this status.
const ACCEPTED: i32 = 202;

const ATTEMPT: Duration = Duration::from_secs(1);
const OPERATION: Duration = Duration::from_secs(3);

/// Starts workers: asynchronous invocations of the function `fanout`.
#[derive(Debug, Clone)]
pub struct WorkerStarter {
    client: Client,
    function: String,
}

/// Why a worker was not started. Its channel waits for its next event, or for the sweep.
#[derive(Debug, thiserror::Error)]
#[error("could not invoke {function} for part {part} of {source_name}: {reason}")]
pub struct StartError {
    function: String,
    source_name: String,
    part: usize,
    reason: String,
}

impl StartError {
    /// The source of the channel.
    pub fn source_name(&self) -> &str {
        &self.source_name
    }
}

impl WorkerStarter {
    /// `function` is a name or an ARN.
    pub fn new(aws: &SdkConfig, function: String) -> Self {
        let timeouts = aws.timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let timeouts = timeouts.operation_attempt_timeout(ATTEMPT).operation_timeout(OPERATION).build();
        let config = aws_sdk_lambda::config::Builder::from(aws).timeout_config(timeouts).build();
        Self { client: Client::from_conf(config), function }
    }

    /// Starts a worker for a part of a channel. It does not wait for the worker.
    pub async fn start(&self, source: &str, part: usize) -> Result<(), StartError> {
        let failed = |reason: String| StartError {
            function: self.function.clone(),
            source_name: source.to_owned(),
            part,
            reason,
        };
        let payload = Blob::new(json!({ "source": source, "part": part }).to_string());
        let request = self.client.invoke().function_name(&self.function).payload(payload);
        let request = request.invocation_type(InvocationType::Event);
        let response = request.send().await.map_err(|error| failed(tablecast_aws::reason(&error)))?;
        match response.status_code() {
            ACCEPTED => Ok(()),
            other => Err(failed(format!("Lambda responded with {other} and not with {ACCEPTED}"))),
        }
    }
}
