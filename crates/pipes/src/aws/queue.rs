use aws_sdk_sqs::Client;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tablecast_aws::SdkConfig;
use tokio::sync::OnceCell;

use super::response::sent;
use crate::arn::Arn;
use crate::dead_letters::DeadLetters;

/// An SQS queue for dead letters. The process's own credentials look up its URL: the pipe's role needs only
/// `sqs:SendMessage`.
pub struct Queue {
    own: Client,
    role: Client,
    arn: Arn,
    url: OnceCell<String>,
}

impl Queue {
    pub fn new(own: &SdkConfig, role: &SdkConfig, arn: Arn) -> Self {
        Self { own: Client::new(own), role: Client::new(role), arn, url: OnceCell::new() }
    }

    async fn url(&self) -> Result<String, String> {
        let name = self.arn.standard_queue().unwrap_or_default();
        let call = self.own.get_queue_url().queue_name(name).queue_owner_aws_account_id(&self.arn.account);
        let response = call.send().await.map_err(|error| tablecast_aws::reason(&error))?;
        response.queue_url.ok_or_else(|| "GetQueueUrl returned no URL".to_owned())
    }

    async fn send(&self, letter: &Value) -> Result<(), String> {
        let url = self.url.get_or_try_init(|| self.url()).await?;
        let call = self.role.send_message().queue_url(url).message_body(letter.to_string());
        let response = call.send().await.map_err(|error| tablecast_aws::reason(&error))?;
        sent(&response)
    }
}

impl DeadLetters for Queue {
    fn store<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        self.send(letter).boxed()
    }

    fn location(&self) -> String {
        self.arn.text.clone()
    }
}

/// Discards dead letters, as AWS does for a pipe without a dead-letter queue.
pub struct Discard;

impl DeadLetters for Discard {
    fn store<'a>(&'a self, _: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        async { Ok(()) }.boxed()
    }

    fn location(&self) -> String {
        "none, because the pipe has no dead-letter queue".to_owned()
    }
}
