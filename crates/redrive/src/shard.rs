//! The records of dead letters, as far as the stream still has them.
//!
//! # Layout
//! - `range`: the places of the records of a dead letter; `ranges`: gives the records of a shard to its dead letters
//! - `requests`: finds the place of a dead letter in its shard; `error`: why a shard cannot be read

mod error;
mod range;
mod ranges;
mod requests;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use tablecast_pipes::{ShardPage, ShardReadError, shard_page};
use tokio::time::{Instant, sleep_until};

use crate::error::RecordError;
use ranges::OpenRanges;
use requests::{first_iterator, oldest};

pub use error::ShardError;
pub use range::{LetterRange, ShardRange, number};
pub use ranges::{LetterResult, RangeRecords, RangeResult};

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
        ranges: Vec<LetterRange>,
        mut add: impl FnMut(LetterResult) -> Result<(), RecordError>,
    ) -> Result<(), RecordError> {
        for mut ranges in OpenRanges::by_shard(ranges) {
            while let Some(range) = ranges.next() {
                let read = self.read_from(&range, &mut ranges).await;
                read.into_iter().try_for_each(&mut add)?;
            }
        }
        Ok(())
    }

    /// Reads from the first record of this dead letter to its last one, and further as long as another one has begun.
    /// If the shard fails, the rest of its dead letters is unread.
    async fn read_from(&mut self, range: &ShardRange, ranges: &mut OpenRanges) -> Vec<LetterResult> {
        let mut read = Vec::new();
        if let Err(error) = self.read_pages(range, ranges, &mut read).await {
            read.extend(ranges.fail(&error));
        }
        read
    }

    async fn read_pages(
        &mut self,
        range: &ShardRange,
        ranges: &mut OpenRanges,
        read: &mut Vec<LetterResult>,
    ) -> Result<(), ShardError> {
        let mut empty = 0;
        let mut iterator = first_iterator(&self.client, range).await?;
        while let Some(current) = iterator {
            let Some(page) = self.read_page(range, ranges, current).await? else { break };
            empty = if page.records.is_empty() { empty + 1 } else { 0 };
            if empty == EMPTY_PAGES {
                return Err(silent(&range.shard_id));
            }
            read.extend(ranges.add(page.records)?);
            if !ranges.has_begun() {
                return Ok(());
            }
            iterator = page.next;
        }
        read.extend(ranges.end());
        Ok(())
    }

    /// `None` if the shard has left the stream.
    async fn read_page(
        &mut self,
        range: &ShardRange,
        ranges: &mut OpenRanges,
        iterator: String,
    ) -> Result<Option<ShardPage>, ShardError> {
        self.wait(&range.shard_id).await;
        match shard_page(&self.client, iterator).await {
            Ok(page) => Ok(Some(page)),
            Err(ShardReadError::NotFound(_)) => Ok(None),
            Err(ShardReadError::Trimmed(_)) => {
                ranges.lose();
                Ok(Some(ShardPage { records: Vec::new(), next: oldest(&self.client, range).await? }))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until the shard can be read, also after a read for another dead letter.
    async fn wait(&mut self, shard: &str) {
        let free_at = self.free_at.entry(shard.to_owned()).or_insert_with(Instant::now);
        sleep_until(*free_at).await;
        *free_at = Instant::now() + PAUSE;
    }
}

/// Nothing proves that the records have left the stream.
fn silent(shard: &str) -> ShardError {
    ShardError::new(format!(
        "{shard} returned no records in {EMPTY_PAGES} reads, although dead letters have some"
    ))
}
