use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use tablecast_definitions::sources::Origins;
use tablecast_protocol::Unrecovered;

use super::PendingSubscribe;
use crate::Subscribe;
use crate::error::MessageError;
use crate::history;
use crate::limits::RESUMES_AT_ONCE;
use crate::missed::Missed;
use crate::replies::ReplyId;

impl<V> Subscribe<V> {
    /// Finds the events after the client's positions. Reads only the logs of channels whose events the filter
    /// can match.
    pub(super) async fn missed(
        &self,
        pending: &PendingSubscribe<'_>,
        after: &BTreeMap<String, String>,
    ) -> Result<Missed, MessageError> {
        let origins = self.history.origins(&pending.filter.patterns);
        let channels = history::names(&origins);
        let (logged, others): (Vec<_>, Vec<_>) =
            after.iter().partition(|(source, _)| channels.contains(source));
        let mut missed = Missed::default();
        others.into_iter().for_each(|(source, _)| missed.refuse(source, reason(&origins, source)));
        let reads = logged.into_iter().map(|(source, position)| async move {
            let replay = self.history.after(source, position, &pending.filter, pending.limit()).await?;
            Ok::<_, MessageError>((source, replay))
        });
        // A list, because a lazy closure over references makes the future not `Send`.
        let reads: Vec<_> = reads.collect();
        let mut replays = stream::iter(reads).buffered(RESUMES_AT_ONCE);
        while let Some((source, replay)) = replays.try_next().await? {
            self.charge(&pending.session, replay.read);
            missed.add(source, replay);
        }
        Ok(missed)
    }

    /// Announces the replay, if the client resumes.
    pub(super) async fn announce(
        &self,
        pending: &PendingSubscribe<'_>,
        missed: &Missed,
    ) -> Result<(), MessageError> {
        if missed.is_empty() {
            return Ok(());
        }
        let event = format!("{}:resumed", pending.reply.event);
        let id = ReplyId { event: &event, ..pending.reply };
        match self.replies.send(&pending.session.connection, &missed.announcement(), id).await {
            true => Ok(()),
            false => Err(MessageError::Unreachable),
        }
    }

    /// Replays each source on its own.
    pub(super) async fn replay_missed(
        &self,
        pending: &mut PendingSubscribe<'_>,
        missed: &Missed,
    ) -> Result<(), MessageError> {
        for events in &missed.events {
            self.replay(pending, events).await?;
        }
        Ok(())
    }
}

/// Why a source has no log that the client may read. One reason is for all sources that it does not receive,
/// so that it learns nothing about them.
fn reason(origins: &Origins, source: &str) -> Unrecovered {
    if origins.is_wide(source) { Unrecovered::TooWide } else { Unrecovered::PositionUnknown }
}
