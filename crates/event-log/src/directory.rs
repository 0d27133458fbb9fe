//! The directory of a pipe's channels.

use serde::Serialize;
use tablecast_aws::StorageError;

use crate::condition::Condition;
use crate::destination::Destination;
use crate::end_item::expires_at;
use crate::fields::text;
use crate::key::{DIRECTORIES, directory, directory_of};
use crate::logs::Logs;
use crate::tail::Tail;

/// Items of one page.
const PAGE: i32 = 1000;

/// The entry of one channel.
#[derive(Debug, Serialize)]
struct Entry {
    pk: String,
    /// The channel's source.
    sk: String,
    /// Seconds since the epoch.
    expires_at: i64,
}

/// The sources of a pipe's channels, page by page.
#[derive(Debug)]
pub struct Channels {
    logs: Logs,
    pipe: String,
    /// The next partition of the directory.
    next: u64,
}

impl Logs {
    /// Lists the channels to which a pipe has appended events. Reads only.
    pub fn channels(&self, pipe: &str) -> Channels {
        Channels { logs: self.clone(), pipe: pipe.to_owned(), next: 0 }
    }

    /// Writes a channel's entry, unless it expires later than the channel's end.
    pub(crate) async fn list(&self, to: Destination<'_>, tail: &mut Tail) -> Result<(), StorageError> {
        let Destination { pipe, source, keep, now } = to;
        let end = expires_at(now, keep);
        if tail.listed.get(pipe).is_some_and(|until| *until >= end) {
            return Ok(());
        }
        let expires_at = end + (end - now / 1000);
        let entry = Entry { pk: directory(pipe, directory_of(source)), sk: source.to_owned(), expires_at };
        self.put_if(&entry, Condition::none()).await?;
        tail.listed.insert(pipe.to_owned(), expires_at);
        Ok(())
    }
}

impl Channels {
    /// Returns the next sources. Empty at the end.
    pub async fn next_page(&mut self) -> Result<Vec<String>, StorageError> {
        while self.next < DIRECTORIES {
            let partition = directory(&self.pipe, self.next);
            self.next += 1;
            let found = self.logs.query_all(&partition, PAGE).await?;
            let sources: Vec<String> = found.into_iter().map(|fields| text(&fields, "sk")).collect();
            if !sources.is_empty() {
                return Ok(sources);
            }
        }
        Ok(Vec::new())
    }
}
