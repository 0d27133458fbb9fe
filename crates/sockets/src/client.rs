use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use tablecast_aws::SdkConfig;

use crate::empty_body::EmptyBody;
use crate::failure::{Cause, Failure};
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
            .interceptor(EmptyBody)
            .timeout_config(timeouts);
        Self { client: Client::from_conf(config.build()), policy }
    }

    /// Posts a frame. `progress` counts the retries.
    pub async fn post(&self, to: Recipient<'_>, frame: &str, progress: &mut Progress) -> Outcome {
        self.retry(to, progress, || self.try_post(to, frame)).await
    }

    /// Posts a frame without retries.
    pub async fn post_once(&self, to: Recipient<'_>, frame: &str, progress: &mut Progress) -> Outcome {
        let result = self.try_post(to, frame).await;
        self.record(&result, to, progress)
    }

    /// Closes a connection. API Gateway sends close code 1000 without a reason.
    pub async fn close(&self, to: Recipient<'_>, progress: &mut Progress) -> Outcome {
        self.retry(to, progress, || self.try_close(to)).await
    }

    /// Repeats `attempt` until its result is final.
    async fn retry<Attempt: Future<Output = Result<(), Failure>>>(
        &self,
        to: Recipient<'_>,
        progress: &mut Progress,
        attempt: impl Fn() -> Attempt,
    ) -> Outcome {
        loop {
            let result = attempt().await;
            let outcome = self.record(&result, to, progress);
            let wait =
                result.err().and_then(|failure| self.policy.retry_after(failure.cause, progress.retries));
            let Some(wait) = wait else { return outcome };
            tokio::time::sleep(wait).await;
            progress.retries += 1;
        }
    }

    /// The outcome of an attempt. Keeps why it failed.
    fn record(&self, result: &Result<(), Failure>, to: Recipient<'_>, progress: &mut Progress) -> Outcome {
        let failure = result.as_ref().err();
        let is_throttled = failure.is_some_and(|failure| failure.cause == Cause::Status(429));
        progress.throttled += u32::from(is_throttled);
        progress.error = failure.map(|failure| failure.text.clone());
        progress.failure = failure.map(|failure| self.policy.outcome(failure.cause, to.age()));
        progress.failure.unwrap_or(Outcome::Delivered)
    }

    async fn try_post(&self, to: Recipient<'_>, frame: &str) -> Result<(), Failure> {
        let data = Blob::new(frame.as_bytes());
        let request = self.client.post_to_connection().connection_id(to.id).data(data);
        request.send().await.map_err(|error| Failure::new("post", to, &error))?;
        Ok(())
    }

    /// A 404 means the same as a 410: the connection is not there.
    async fn try_close(&self, to: Recipient<'_>) -> Result<(), Failure> {
        let request = self.client.delete_connection().connection_id(to.id);
        let result = request.send().await.map_err(|error| Failure::new("close", to, &error));
        result.map(drop).map_err(|failure| match failure.cause {
            Cause::Status(404) => Failure { cause: Cause::Status(410), ..failure },
            _ => failure,
        })
    }
}
