//! Reads the logs of channels: what a client missed, where the logs end, and up to where they are pushed.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::Connections;
use tablecast_definitions::sources::{Origins, Sources};
use tablecast_event_log::{Logs, Replay};
use tablecast_protocol::Position;
use tablecast_protocol::channel::{Channel, wide_source};
use tablecast_protocol::event_filter::EventFilter;
use tablecast_protocol::subject::Pattern;

use crate::limits::READS_AT_ONCE;
use crate::quotas::Reading;

pub struct History {
    logs: Logs,
    connections: Connections,
    pub sources: Sources,
}

/// Positions by source, as `subscribed` and `pong` list them.
pub type Positions = BTreeMap<String, Position>;

impl History {
    pub fn new(logs: Logs, connections: Connections, sources: Sources) -> Self {
        Self { logs, connections, sources }
    }

    /// How many damaged items of the tables were read since the last call.
    pub fn take_damaged(&self) -> usize {
        self.logs.take_damaged() + self.connections.take_damaged()
    }

    /// Where the events come from that the patterns can match.
    pub fn origins<'p>(&self, patterns: impl IntoIterator<Item = &'p Pattern>) -> Origins {
        self.sources.of(patterns)
    }

    /// The events of a channel after a client's position.
    pub async fn resume(
        &self,
        source: &str,
        position: &str,
        filter: &EventFilter,
        limit: usize,
        reading: &Arc<Reading>,
    ) -> Result<Replay, StorageError> {
        let (now, wants) = (now_in_milliseconds(), |text: &str| filter.wants(text));
        let logs = self.logs.metered(reading.meter());
        Ok(reading.with_reason(logs.resume(source, position, now, limit, wants).await?))
    }

    /// The events of a channel since a position that its log had a moment ago.
    pub async fn since(
        &self,
        source: &str,
        position: Position,
        filter: &EventFilter,
        limit: usize,
        reading: &Arc<Reading>,
    ) -> Result<Replay, StorageError> {
        let (now, wants) = (now_in_milliseconds(), |text: &str| filter.wants(text));
        let logs = self.logs.metered(reading.meter());
        logs.since(source, position, now, limit, wants).await
    }

    /// The last positions of all sources.
    pub async fn positions(&self, origins: &Origins) -> Result<Positions, StorageError> {
        each(origins, |source| self.end(source)).await
    }

    /// Like `positions`, but of a channel that `fanout` is pushing, only as far as every connection has its events. The
    /// connection began at `connected_at`.
    pub async fn pushed(&self, origins: &Origins, connected_at: i64) -> Result<Positions, StorageError> {
        each(origins, |source| self.pushed_to(source, connected_at)).await
    }

    async fn end(&self, source: String) -> Result<(String, Position), StorageError> {
        let end = self.logs.last_position(&source, now_in_milliseconds()).await?;
        Ok((source, end))
    }

    /// The run is read after the end. In the other order, an event could be appended and handed over in between.
    /// An event that is handed over later is in the next pong's run: clients store the lesser of two pongs.
    async fn pushed_to(&self, source: String, connected_at: i64) -> Result<(String, Position), StorageError> {
        let (source, end) = self.end(source).await?;
        let run = self.connections.run(&source).await?;
        let cursors = run.iter().flat_map(|run| &run.parts).map(|part| part.cursor);
        // Offsets continue over epochs, so the least one is right although a run has no epoch.
        let offset = cursors.fold(end.offset, u64::min);
        // Nobody knows what a connection of a damaged run has. `fanout` closes it.
        let has_gap = run.as_ref().and_then(|run| run.gap_at).is_some_and(|gap_at| connected_at <= gap_at);
        let offset = if has_gap { 0 } else { offset };
        Ok((source, Position { offset, ..end }))
    }
}

/// Reads a position for each channel, and adds those of wider patterns.
async fn each<R>(origins: &Origins, read: impl Fn(String) -> R) -> Result<Positions, StorageError>
where
    R: Future<Output = Result<(String, Position), StorageError>>,
{
    let reads = stream::iter(names(origins).into_iter().map(read)).buffer_unordered(READS_AT_ONCE);
    let mut positions: Positions = reads.try_collect().await?;
    positions.extend(wide(origins));
    Ok(positions)
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
