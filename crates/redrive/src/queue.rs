use std::collections::BTreeMap;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message, QueueAttributeName,
};
use tablecast_aws::reason;

use crate::dead_letter::DeadLetter;
use crate::deployment::{Pipe, QueueName};
use crate::error::RedriveError;

/// SQS handles at most ten messages in a request.
const MESSAGES: usize = 10;

/// Seconds. Less than the time limit of a request.
const WAIT: i32 = 1;

/// Without messages in so many responses, there are none. A response may be empty although there are some.
const EMPTY_RESPONSES: usize = 2;

/// The queue of a pipe's dead letters.
#[derive(Debug, Clone)]
pub struct Queue {
    client: Client,
    url: String,
    name: String,
}

/// The messages of a queue.
#[derive(Debug, Default)]
pub struct Received {
    pub letters: Vec<DeadLetter>,
    /// Messages that the pipe did not send: their receipts, by id.
    pub foreign: BTreeMap<String, String>,
}

impl Queue {
    pub async fn open(client: &Client, queue: &QueueName) -> Result<Self, RedriveError> {
        let QueueName { name, account } = queue;
        let call = client.get_queue_url().queue_name(name).set_queue_owner_aws_account_id(account.clone());
        let failed = |reason| RedriveError::Queue { queue: name.clone(), reason };
        let found = call.send().await.map_err(|error| failed(reason(&error)))?;
        let url = found.queue_url.ok_or_else(|| failed("GetQueueUrl returned no URL".to_owned()))?;
        Ok(Self { client: client.clone(), url, name: name.clone() })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Receives all messages, and hides them from others for so many seconds. A large queue returns the first ones again
    /// before it has returned the last one, so a response without a new message counts as an empty one.
    pub async fn receive(&self, pipe: &Pipe, hidden: i32) -> Result<Received, RedriveError> {
        let (mut received, mut empty) = (Received::default(), 0);
        while empty < EMPTY_RESPONSES {
            let known = received.len();
            self.page(hidden).await?.into_iter().for_each(|message| received.add_message(pipe, message));
            empty = if received.len() == known { empty + 1 } else { 0 };
        }
        Ok(received)
    }

    async fn page(&self, hidden: i32) -> Result<Vec<Message>, RedriveError> {
        let call = self.client.receive_message().queue_url(&self.url).max_number_of_messages(MESSAGES as i32);
        let call = call.visibility_timeout(hidden).wait_time_seconds(WAIT);
        let page = call.send().await.map_err(|error| self.failed(reason(&error)))?;
        Ok(page.messages.unwrap_or_default())
    }

    /// Returns the number of messages that are hidden, from this process or from others.
    pub async fn hidden(&self) -> Result<usize, RedriveError> {
        let name = QueueAttributeName::ApproximateNumberOfMessagesNotVisible;
        let call = self.client.get_queue_attributes().queue_url(&self.url).attribute_names(name.clone());
        let found = call.send().await.map_err(|error| self.failed(reason(&error)))?;
        let count = found.attributes.and_then(|all| all.get(&name)?.parse().ok());
        count.ok_or_else(|| self.failed(format!("GetQueueAttributes returned no {name}")))
    }

    /// Hides messages for so many seconds from now on. With 0, everybody can receive them at once.
    pub async fn hide(&self, receipts: &[String], seconds: i32) -> Result<(), RedriveError> {
        for some in receipts.chunks(MESSAGES) {
            let entry = |(index, receipt): (usize, &String)| {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(index.to_string());
                entry.receipt_handle(receipt).visibility_timeout(seconds).build()
            };
            let entries: Result<Vec<_>, _> = some.iter().enumerate().map(entry).collect();
            let entries = entries.map_err(|error| self.failed(error.to_string()))?;
            let call = self.client.change_message_visibility_batch().queue_url(&self.url);
            call.set_entries(Some(entries)).send().await.map_err(|error| self.failed(reason(&error)))?;
        }
        Ok(())
    }

    /// Deletes a message. Its id is in the response, or it may still be there.
    pub async fn delete(&self, receipt: &str) -> Result<(), RedriveError> {
        let entry = DeleteMessageBatchRequestEntry::builder().id("0").receipt_handle(receipt).build();
        let entry = entry.map_err(|error| self.failed(error.to_string()))?;
        let call = self.client.delete_message_batch().queue_url(&self.url).entries(entry);
        let deleted = call.send().await.map_err(|error| self.failed(reason(&error)))?;
        match deleted.failed.first() {
            Some(failed) => Err(self.failed(failed.message.clone().unwrap_or_else(|| failed.code.clone()))),
            None if deleted.successful.is_empty() => {
                Err(self.failed("the response names no message".to_owned()))
            }
            None => Ok(()),
        }
    }

    fn failed(&self, reason: String) -> RedriveError {
        RedriveError::Queue { queue: self.name.clone(), reason }
    }
}

impl Received {
    pub fn len(&self) -> usize {
        self.letters.len() + self.foreign.len()
    }

    pub fn receipts(&self) -> Vec<String> {
        let letters = self.letters.iter().map(|letter| &letter.receipt);
        letters.chain(self.foreign.values()).cloned().collect()
    }

    pub fn extend(&mut self, other: Self) {
        other.letters.into_iter().for_each(|letter| self.add(letter));
        self.foreign.extend(other.foreign);
    }

    fn add_message(&mut self, pipe: &Pipe, message: Message) {
        let (Some(id), Some(receipt)) = (message.message_id, message.receipt_handle) else { return };
        let body = message.body.unwrap_or_default();
        match DeadLetter::read(&pipe.name, &pipe.resource, id.clone(), receipt.clone(), &body) {
            Some(letter) => self.add(letter),
            None => _ = self.foreign.insert(id, receipt),
        }
    }

    /// SQS can deliver a message twice. The last receipt is the valid one.
    fn add(&mut self, letter: DeadLetter) {
        match self.letters.iter_mut().find(|known| known.id == letter.id) {
            Some(known) => known.receipt = letter.receipt,
            None => self.letters.push(letter),
        }
    }
}

#[cfg(test)]
pub mod tests;
