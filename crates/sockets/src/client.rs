use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::error::{DisplayErrorContext, SdkError};
use aws_sdk_apigatewaymanagement::primitives::Blob;
use tablecast_aws::SdkConfig;

use crate::{Outcome, Progress, Recipient, SocketPolicy};

/// The `@connections` API of one WebSocket API.
#[derive(Debug, Clone)]
pub struct Sockets {
    client: Client,
    policy: SocketPolicy,
}

impl Sockets {
    /// Disables the SDK's retries. All connections of a process share their budget, so a few bad connections
    /// would use it up.
    ///
    /// `endpoint` is `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, or the address of the local
    /// gateway.
    pub fn new(aws: &SdkConfig, endpoint: String, policy: SocketPolicy) -> Self {
        let timeouts = aws.timeout_config().map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let timeouts = timeouts.operation_attempt_timeout(policy.retry.attempt_timeout).build();
        let config = aws_sdk_apigatewaymanagement::config::Builder::from(aws)
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts);
        Self { client: Client::from_conf(config.build()), policy }
    }

    /// Posts a frame. `progress` counts the retries.
    pub async fn post(&self, to: Recipient<'_>, frame: &str, progress: &mut Progress) -> Outcome {
        self.retry(to, progress, || self.try_post(to, frame)).await
    }

    /// Posts a frame without retries.
    pub async fn post_once(&self, to: Recipient<'_>, frame: &str) -> Outcome {
        let status = self.try_post(to, frame).await;
        self.policy.outcome(status, to.age())
    }

    /// Closes a connection. API Gateway sends close code 1000 without a reason.
    pub async fn close(&self, to: Recipient<'_>, progress: &mut Progress) -> Outcome {
        self.retry(to, progress, || self.try_close(to)).await
    }

    /// Repeats `attempt` until its result is final. It returns a status, or none if there was no response.
    async fn retry<Attempt: Future<Output = Option<u16>>>(
        &self,
        to: Recipient<'_>,
        progress: &mut Progress,
        attempt: impl Fn() -> Attempt,
    ) -> Outcome {
        loop {
            let (status, age) = (attempt().await, to.age());
            let Some(wait) = self.policy.retry_after(status, age, progress.retries) else {
                return self.policy.outcome(status, age);
            };
            tokio::time::sleep(wait).await;
            progress.retries += 1;
        }
    }

    async fn try_post(&self, to: Recipient<'_>, frame: &str) -> Option<u16> {
        let data = Blob::new(frame.as_bytes());
        let request = self.client.post_to_connection().connection_id(to.id).data(data);
        request.send().await.map_or_else(|error| status("post", to, &error), |_| Some(200))
    }

    /// A 404 means the same as a 410: the connection is not there.
    async fn try_close(&self, to: Recipient<'_>) -> Option<u16> {
        let request = self.client.delete_connection().connection_id(to.id);
        let status = request.send().await.map_or_else(|error| status("close", to, &error), |_| Some(200));
        if status == Some(404) { Some(410) } else { status }
    }
}

/// The status of the response. The SDK's own error is not enough: it does not recognise a bare 410.
fn status<E: std::error::Error + 'static>(
    request: &str,
    to: Recipient<'_>,
    error: &SdkError<E>,
) -> Option<u16> {
    let status = error.raw_response().map(|response| response.status().as_u16());
    tracing::debug!(request, connection = to.id, status, error = %DisplayErrorContext(error), "an attempt failed");
    status
}
