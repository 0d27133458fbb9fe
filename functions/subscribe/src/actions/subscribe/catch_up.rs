use std::collections::BTreeMap;

use tablecast_protocol::Position;
use tablecast_protocol::event_filter::EventFilter;
use tokio::time::Instant;

use super::{PendingSubscribe, within};
use crate::Subscribe;
use crate::error::MessageError;
use crate::history::Missed;
use crate::limits::CATCH_UP_TIMEOUT;

impl<V> Subscribe<V> {
    /// Sends the events that were appended while the subscription was written. Returns the positions after
    /// which every event is pushed. `replayed` is the filter of the replay.
    pub(super) async fn catch_up(
        &self,
        mut written: PendingSubscribe<'_>,
        replayed: &EventFilter,
        missed: &Missed,
    ) -> Result<BTreeMap<String, Position>, MessageError> {
        if !missed.is_empty() && !replayed.has_all_patterns_of(&written.filter) {
            return Err(MessageError::GrantsWidened.incomplete());
        }
        let until = Instant::now() + CATCH_UP_TIMEOUT;
        let positions = within(until, self.catch_up_sources(&mut written, missed)).await;
        positions.map_err(MessageError::incomplete)
    }

    async fn catch_up_sources(
        &self,
        written: &mut PendingSubscribe<'_>,
        missed: &Missed,
    ) -> Result<BTreeMap<String, Position>, MessageError> {
        let (mut positions, patterns) = (BTreeMap::new(), written.filter.patterns.clone());
        for source in self.history.sources(&patterns) {
            let position = match missed.position(&source.name()) {
                None => self.history.end(source).await?,
                Some(position) => {
                    let (filter, limit) = (&written.filter, written.limit());
                    let replay = self.history.since(source, position, filter, limit).await?;
                    self.replay(written, &replay.events.map_err(MessageError::Overrun)?).await?;
                    replay.end
                }
            };
            positions.insert(source.name(), position);
        }
        Ok(positions)
    }
}
