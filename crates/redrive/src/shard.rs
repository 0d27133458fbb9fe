//! The records of dead letters, as far as the stream still has them.
//!
//! # Layout
//! - `letters`: gives the records of a shard to its dead letters
//! - `requests`: reads a page of a shard

mod letters;
mod requests;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use tokio::time::{Instant, sleep_until};

use crate::error::RedriveError;
use crate::letter::Batch;
use letters::Letters;
use requests::{Page, first_iterator, oldest, page, silent};

pub use letters::Found;

/// An open shard can have empty pages between its records.
const EMPTY_PAGES: usize = 20;

/// DynamoDB allows five reads a second for each shard, and the pipe makes four of them. A read has at most half of the
/// bytes that DynamoDB allows in a second.
const PAUSE: Duration = Duration::from_secs(1);

/// Reads shards beside their pipes.
#[derive(Debug)]
pub struct Shards {
    client: Client,
    /// When each shard can be read again.
    free_at: HashMap<String, Instant>,
}

impl Shards {
    pub fn new(client: Client) -> Self {
        Self { client, free_at: HashMap::new() }
    }

    /// Reads the records of these dead letters, and calls `add` with those of each one. Dead letters of one shard share
    /// the pages that have records of several.
    pub async fn read(
        &mut self,
        batches: Vec<(usize, Batch)>,
        mut add: impl FnMut(usize, Found) -> Result<(), RedriveError>,
    ) -> Result<(), RedriveError> {
        for mut letters in Letters::by_shard(batches) {
            while let Some(batch) = letters.next() {
                let found = self.read_from(&batch, &mut letters).await?;
                found.into_iter().try_for_each(|(index, found)| add(index, found))?;
            }
        }
        Ok(())
    }

    /// Reads from the first record of this dead letter to its last one, and further as long as another one has begun.
    async fn read_from(
        &mut self,
        batch: &Batch,
        letters: &mut Letters,
    ) -> Result<Vec<(usize, Found)>, RedriveError> {
        let (mut found, mut empty) = (Vec::new(), 0);
        let mut iterator = first_iterator(&self.client, batch).await?;
        while let Some(current) = iterator {
            self.wait(&batch.shard_id).await;
            let (records, next) = match page(&self.client, batch, current).await? {
                Page::Records(records, next) => (records, next),
                Page::Trimmed => {
                    letters.lose();
                    (Vec::new(), oldest(&self.client, batch).await?)
                }
                Page::Gone => break,
            };
            empty = if records.is_empty() { empty + 1 } else { 0 };
            if empty == EMPTY_PAGES {
                return Err(silent(batch));
            }
            found.extend(letters.add(records)?);
            if !letters.has_begun() {
                return Ok(found);
            }
            iterator = next;
        }
        found.extend(letters.end());
        Ok(found)
    }

    /// Waits until the shard can be read, also after a read for another dead letter.
    async fn wait(&mut self, shard: &str) {
        let free_at = self.free_at.entry(shard.to_owned()).or_insert_with(Instant::now);
        sleep_until(*free_at).await;
        *free_at = Instant::now() + PAUSE;
    }
}
