use std::collections::BTreeMap;

use super::PendingSubscribe;
use crate::Subscribe;
use crate::error::MessageError;
use crate::history::Missed;
use crate::replies::ReplyId;

impl<V> Subscribe<V> {
    /// Finds the events after the client's positions.
    pub(super) async fn missed(
        &self,
        pending: &PendingSubscribe<'_>,
        after: &BTreeMap<String, String>,
    ) -> Result<Missed, MessageError> {
        let mut missed = Missed::default();
        for (source, position) in after {
            let replay = self.history.after(source, position, &pending.filter, pending.limit()).await?;
            self.charge(&pending.session, replay.as_ref().map_or(0, |replay| replay.read));
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
