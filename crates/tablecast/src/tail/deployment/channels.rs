use std::collections::BTreeMap;
use std::fmt;

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_event_log::Logs;
use tablecast_protocol::subject::Pattern;

use crate::replay::may_match;

/// Channels whose ends are read at once.
const ENDS_AT_ONCE: usize = 16;

/// A channel, and how far it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    pub source: String,
    pub pipe: String,
    /// The last offset that was read.
    pub offset: u64,
    /// False after a failure, which is shown once.
    pub is_readable: bool,
}

/// The channels of some pipes that can have events of the patterns.
pub struct Channels {
    logs: Logs,
    pipes: Vec<String>,
    patterns: Vec<Pattern>,
    by_source: BTreeMap<String, Channel>,
}

impl Channels {
    /// Finds the channels that exist, and their ends.
    pub async fn find(logs: Logs, pipes: Vec<String>, patterns: Vec<Pattern>) -> Result<Self, StorageError> {
        let mut channels = Self { logs, pipes, patterns, by_source: BTreeMap::new() };
        let found = channels.search().await?;
        let ends = stream::iter(found).map(|channel| channels.at_end(channel)).buffer_unordered(ENDS_AT_ONCE);
        let found: Vec<Channel> = ends.try_collect().await?;
        channels.add(found);
        Ok(channels)
    }

    /// Adds the channels that began since. All their events are new.
    pub async fn find_new(&mut self) -> Result<(), StorageError> {
        let found = self.search().await?;
        self.add(found);
        Ok(())
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Channel> {
        self.by_source.values_mut()
    }

    pub fn len(&self) -> usize {
        self.by_source.len()
    }

    fn add(&mut self, found: Vec<Channel>) {
        self.by_source.extend(found.into_iter().map(|channel| (channel.source.clone(), channel)));
    }

    async fn at_end(&self, channel: Channel) -> Result<Channel, StorageError> {
        let end = self.logs.last_position(&channel.source, now_in_milliseconds()).await?;
        Ok(Channel { offset: end.offset, ..channel })
    }

    /// Returns the channels that are not known yet, from their beginning on.
    async fn search(&self) -> Result<Vec<Channel>, StorageError> {
        let mut found: Vec<Channel> = Vec::new();
        for pipe in &self.pipes {
            let mut channels = self.logs.channels(pipe);
            loop {
                let page = channels.next_page().await?;
                if page.is_empty() {
                    break;
                }
                let new = page.into_iter().filter(|source| self.is_wanted(source));
                let channel = |source| Channel { source, pipe: pipe.clone(), offset: 0, is_readable: true };
                found.extend(new.map(channel));
            }
        }
        Ok(found)
    }

    fn is_wanted(&self, source: &str) -> bool {
        !self.by_source.contains_key(source) && self.patterns.iter().any(|pattern| may_match(pattern, source))
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.len();
        let noun = if count == 1 { "channel" } else { "channels" };
        write!(out, "{count} {noun} of {}", self.pipes.join(", "))
    }
}
