//! Reads the logs of channels: what a client missed, and where the logs end.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_definitions::sources::{Origins, Sources};
use tablecast_event_log::{Logs, Replay};
use tablecast_protocol::Position;
use tablecast_protocol::channel::{Channel, wide_source};
use tablecast_protocol::subject::Pattern;

use crate::actions::PendingSubscribe;
use crate::limits::READS_AT_ONCE;
use crate::quotas::Reading;

pub struct History {
    logs: Logs,
    pub sources: Sources,
}

/// Positions by source, as `subscribed` and `pong` list them.
pub type Positions = BTreeMap<String, Position>;

impl History {
    pub fn new(logs: Logs, sources: Sources) -> Self {
        Self { logs, sources }
    }

    /// How many damaged items of the logs were read since the last call.
    pub fn take_damaged(&self) -> usize {
        self.logs.take_damaged()
    }

    /// Where the events come from that the patterns can match.
    pub fn origins<'p>(&self, patterns: impl IntoIterator<Item = &'p Pattern>) -> Origins {
        self.sources.of(patterns)
    }

    /// The events of a channel after a client's position.
    pub async fn after(
        &self,
        source: &str,
        position: &str,
        pending: &PendingSubscribe<'_>,
        reading: &Arc<Reading>,
    ) -> Result<Replay, StorageError> {
        let (now, wants) = (now_in_milliseconds(), |text: &str| pending.filter.wants(text));
        let logs = self.logs.metered(reading.meter());
        Ok(reading.explain(logs.resume(source, position, now, pending.limit(), wants).await?))
    }

    /// The events of a channel since a position that its log had a moment ago.
    pub async fn since(
        &self,
        source: &str,
        position: Position,
        written: &PendingSubscribe<'_>,
        reading: &Arc<Reading>,
    ) -> Result<Replay, StorageError> {
        let (now, wants) = (now_in_milliseconds(), |text: &str| written.filter.wants(text));
        let logs = self.logs.metered(reading.meter());
        logs.since(source, position, now, written.limit(), wants).await
    }

    /// The last positions of all sources.
    pub async fn positions(&self, origins: &Origins) -> Result<Positions, StorageError> {
        let mut positions = self.ends(names(origins)).await?;
        positions.extend(wide(origins));
        Ok(positions)
    }

    /// The last positions of channels.
    async fn ends(&self, sources: Vec<String>) -> Result<Positions, StorageError> {
        let now = now_in_milliseconds();
        let reads = sources.into_iter().map(|source| async move {
            let end = self.logs.end(&source, now).await?;
            Ok((source, end))
        });
        stream::iter(reads).buffer_unordered(READS_AT_ONCE).try_collect().await
    }
}

/// The sources of the channels that have a log, in order.
pub fn names(origins: &Origins) -> Vec<String> {
    origins.channels.iter().map(Channel::source).collect()
}

/// The sources of the patterns that are wider than a channel. A client that resumes one of them learns that it
/// can have missed events.
pub fn wide(origins: &Origins) -> impl Iterator<Item = (String, Position)> {
    origins.wide.iter().map(|pattern| (wide_source(pattern), Position::NONE))
}
