use futures_util::future::try_join_all;
use tablecast_event_log::Replay;
use tablecast_protocol::Position;
use tablecast_protocol::event_filter::EventFilter;
use tokio::time::Instant;

use super::within;
use crate::Subscribe;
use crate::deadline::Deadline;
use crate::error::MessageError;
use crate::history::Positions;
use crate::limits::{CATCH_UP_TIMEOUT, RESUMES_AT_ONCE};
use crate::missed::Missed;
use crate::quotas::Reading;
use crate::replay::ReplayTarget;

impl<V> Subscribe<V> {
    /// Sends the events that were appended while the subscription was written. Returns the positions after
    /// which every event is pushed. `replayed` is the filter of the replay.
    pub(super) async fn catch_up(
        &self,
        mut written: ReplayTarget,
        replayed: &EventFilter,
        missed: &Missed,
        deadline: Deadline,
    ) -> Result<Positions, MessageError> {
        if !missed.is_empty() && !replayed.has_all_patterns_of(&written.filter) {
            return Err(MessageError::GrantsWidened.incomplete());
        }
        let until = (Instant::now() + CATCH_UP_TIMEOUT).min(deadline.message);
        let positions = within(until, self.catch_up_sources(&mut written, missed)).await;
        positions.map_err(MessageError::incomplete)
    }

    async fn catch_up_sources(
        &self,
        written: &mut ReplayTarget,
        missed: &Missed,
    ) -> Result<Positions, MessageError> {
        let origins = self.history.origins(&written.filter.patterns);
        self.charge_channels(&written.session, origins.channels.len());
        let mut positions = self.history.positions(&origins).await?;
        for sources in advanced(&positions, missed).chunks(RESUMES_AT_ONCE) {
            for (source, replay) in self.since(written, sources, missed).await? {
                self.charge_bytes(&written.session, replay.read);
                self.replay(written, &replay.events.map_err(MessageError::Overrun)?).await?;
                positions.insert(source, replay.last_position);
            }
        }
        Ok(positions)
    }

    /// Reads the events of a few sources after their replay.
    async fn since(
        &self,
        written: &ReplayTarget,
        sources: &[String],
        missed: &Missed,
    ) -> Result<Vec<(String, Replay)>, MessageError> {
        let replayed = sources.iter().filter_map(|source| Some((source, missed.position(source)?)));
        let reads = replayed.map(|(source, position)| async move {
            let reading = Reading::complete(&self.quotas, written.payer.as_ref(), source);
            let replay =
                self.history.since(source, position, &written.filter, written.limit(), &reading).await?;
            Ok((source.clone(), replay))
        });
        try_join_all(reads).await
    }
}

/// The resumed sources that can have events after their replay. Most have none, and their ends are read faster
/// than their events.
fn advanced(ends: &Positions, missed: &Missed) -> Vec<String> {
    let is_behind =
        |source: &str, end: Position| missed.position(source).is_some_and(|replayed| replayed != end);
    ends.iter().filter(|(source, end)| is_behind(source, **end)).map(|(source, _)| source.clone()).collect()
}
