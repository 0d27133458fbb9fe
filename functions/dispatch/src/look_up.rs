//! Finds who receives the events, and which of their channels `fanout` pushes already.

use std::collections::{BTreeSet, HashMap};

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_aws::StorageError;
use tablecast_connections::{LookUp, Run};
use tablecast_protocol::channel::Channel;
use tablecast_protocol::subject::Pattern;
use tablecast_push::{RoutedEvent, Subscribers, patterns};

use crate::clients::Dispatch;

/// Reads at once.
const READS: usize = 32;

#[derive(Debug, Default)]
pub struct Found {
    pub subscribers: Subscribers,
    /// The patterns whose subscribers are too many, or were not read because `fanout` pushes their channel.
    pub crowded: BTreeSet<Pattern>,
    /// The runs of `fanout`, by source.
    pub runs: HashMap<String, Run>,
}

impl Dispatch {
    /// Costs one Query for each pattern of the events. One of them finds the run of a channel, too. If none does,
    /// the channel costs one more read.
    ///
    /// A channel that the last batch left to `fanout` costs one read in all, while its run goes on.
    pub(crate) async fn look_up(&self, events: &[RoutedEvent<'_>]) -> Result<Found, StorageError> {
        let (likely, others): (Vec<_>, Vec<_>) =
            events.iter().copied().partition(|event| self.fanned_out.contains(event.source));
        let sources = likely.iter().map(|event| event.source).collect();
        let (runs, mut found) = tokio::try_join!(self.runs(sources), self.query(&others))?;
        found.add_runs(runs);
        let rest: Vec<_> =
            likely.into_iter().filter(|event| !found.runs.contains_key(event.source)).collect();
        found.add(self.query(&rest).await?);
        Ok(found)
    }

    async fn query(&self, events: &[RoutedEvent<'_>]) -> Result<Found, StorageError> {
        let patterns = patterns(events);
        let others = not_looked_up(events, &patterns);
        let look_up = async |pattern: Pattern| {
            let found = self.connections.look_up(&pattern, self.large_audience).await?;
            Ok::<_, StorageError>((pattern, found))
        };
        let by_pattern = stream::iter(patterns).map(look_up).buffer_unordered(READS).try_collect::<Vec<_>>();
        let (by_pattern, runs) = tokio::try_join!(by_pattern, self.runs(others))?;
        Ok(Found::of(by_pattern, runs))
    }

    /// The runs of these channels, as far as there are any.
    async fn runs(&self, sources: BTreeSet<&str>) -> Result<Vec<Run>, StorageError> {
        let runs = stream::iter(sources).map(|source| self.connections.run(source));
        let runs = runs.buffer_unordered(READS).try_collect::<Vec<_>>().await?;
        Ok(runs.into_iter().flatten().collect())
    }
}

/// The sources of channels whose run none of the patterns finds: an event has the channel itself as its subject.
fn not_looked_up<'e>(events: &[RoutedEvent<'e>], patterns: &BTreeSet<Pattern>) -> BTreeSet<&'e str> {
    let is_other = |source: &&str| {
        Channel::of_source(source).is_some_and(|channel| !patterns.contains(&channel.pattern()))
    };
    let sources: BTreeSet<&str> = events.iter().map(|event| event.source).collect();
    sources.into_iter().filter(is_other).collect()
}

impl Found {
    fn of(by_pattern: Vec<(Pattern, LookUp)>, runs: Vec<Run>) -> Self {
        let mut found = Self::default();
        for (pattern, looked_up) in by_pattern {
            match looked_up {
                LookUp::All(subscribers) => drop(found.subscribers.insert(pattern, subscribers)),
                LookUp::TooMany => drop(found.crowded.insert(pattern)),
                LookUp::Run(run) => {
                    found.crowded.insert(pattern);
                    found.runs.insert(run.source.clone(), run);
                }
            }
        }
        found.add_runs(runs);
        found
    }

    fn add_runs(&mut self, runs: Vec<Run>) {
        self.runs.extend(runs.into_iter().map(|run| (run.source.clone(), run)));
    }

    fn add(&mut self, other: Self) {
        self.subscribers.extend(other.subscribers);
        self.crowded.extend(other.crowded);
        self.runs.extend(other.runs);
    }
}
