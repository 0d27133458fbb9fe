use aws_sdk_sqs::Client;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use tablecast_aws::SdkConfig;
use tokio::sync::OnceCell;

use super::failure;
use crate::pipes::dead_letters::DeadLetters;
use crate::pipes_api::arn::Arn;

/// A queue for dead letters. Its address is asked for with our own credentials: a pipe's role need only send.
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
        let answer = call.send().await.map_err(failure::line)?;
        answer.queue_url.ok_or_else(|| "GetQueueUrl answers no address".to_owned())
    }

    async fn send(&self, letter: &Value) -> Result<(), String> {
        let url = self.url.get_or_try_init(|| self.url()).await?;
        let call = self.role.send_message().queue_url(url).message_body(letter.to_string());
        call.send().await.map(drop).map_err(failure::line)
    }
}

impl DeadLetters for Queue {
    fn keep<'a>(&'a self, letter: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        self.send(letter).boxed()
    }

    fn place(&self) -> String {
        self.arn.text.clone()
    }
}

/// A pipe without a dead-letter queue: what it gives up is gone, as on AWS.
pub struct Nowhere;

impl DeadLetters for Nowhere {
    fn keep<'a>(&'a self, _: &'a Value) -> BoxFuture<'a, Result<(), String>> {
        async { Ok(()) }.boxed()
    }

    fn place(&self) -> String {
        "no dead-letter queue: the pipe has none".to_owned()
    }
}
