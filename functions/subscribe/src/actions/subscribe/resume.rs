use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use futures_util::stream::FuturesOrdered;
use tablecast_definitions::sources::Origins;
use tablecast_event_log::Replay;
use tablecast_protocol::Unrecovered;

use crate::Subscribe;
use crate::error::MessageError;
use crate::history;
use crate::limits::RESUMES_AT_ONCE;
use crate::missed::Missed;
use crate::quotas::{Account, Reading};
use crate::replay::ReplayTarget;
use crate::replies::ReplyId;

impl<V> Subscribe<V> {
    /// Finds the events after the client's positions. Reads only the logs of channels whose events the filter
    /// can match, and only as much as one message may.
    pub(super) async fn missed(
        &self,
        target: &ReplayTarget,
        after: &BTreeMap<String, String>,
    ) -> Result<Missed, MessageError> {
        let origins = self.history.origins(&target.filter.patterns);
        let channels = history::names(&origins);
        let (logged, others): (Vec<_>, Vec<_>) =
            after.iter().partition(|(source, _)| channels.contains(source));
        let mut missed = Missed::default();
        others.into_iter().for_each(|(source, _)| missed.refuse(source, reason(&origins, source)));
        let mut reads = FuturesOrdered::new();
        for (source, position) in logged {
            // A read that has ended can have left room.
            while reads.len() >= RESUMES_AT_ONCE || !missed.can_read(reads.len() + 1) {
                let Some((source, replay)) = reads.try_next().await? else { break };
                self.take(target, &mut missed, source, replay);
            }
            match missed.can_read(reads.len() + 1) {
                true => reads.push_back(self.read_missed(target, source, position)),
                false => missed.refuse(source, Unrecovered::TooMuch),
            }
        }
        while let Some((source, replay)) = reads.try_next().await? {
            self.take(target, &mut missed, source, replay);
        }
        missed.outcomes().for_each(|outcome| self.replies.counts.resumed(outcome));
        self.report_quota(target, &missed);
        Ok(missed)
    }

    /// None if the client's quota is used up.
    async fn read_missed<'a>(
        &self,
        target: &ReplayTarget,
        source: &'a str,
        position: &str,
    ) -> Result<(&'a str, Option<Replay>), MessageError> {
        self.charge_channels(&target.session, 1);
        let channel = Account::Channel(source.to_owned());
        let Some(reading) = Reading::begin(&self.quotas, target.payer.as_ref(), channel) else {
            return Ok((source, None));
        };
        let replay = self.history.resume(source, position, &target.filter, target.limit(), &reading).await?;
        Ok((source, Some(replay)))
    }

    fn take(&self, target: &ReplayTarget, missed: &mut Missed, source: &str, replay: Option<Replay>) {
        let Some(replay) = replay else { return missed.refuse(source, Unrecovered::QuotaExceeded) };
        self.charge_bytes(&target.session, replay.read);
        missed.add(source, replay);
    }

    /// Logs that a quota is used up, with the hash of the client, so that operators see that it is the same one.
    fn report_quota(&self, target: &ReplayTarget, missed: &Missed) {
        let mut refused = missed.over_quota();
        let Some(source) = refused.next() else { return };
        let (others, client) = (refused.count(), target.payer.as_ref().map(Account::name_for_logs));
        let connection = &target.session.connection.id;
        tracing::warn!(
            connection,
            client,
            source,
            others,
            "did not replay a channel: a quota of its client or of the channel is used up; the client can resume later"
        );
    }

    /// Announces the replay, if the client resumes.
    pub(super) async fn announce(
        &self,
        target: &ReplayTarget,
        missed: &Missed,
        reply: ReplyId<'_>,
    ) -> Result<(), MessageError> {
        if missed.is_empty() {
            return Ok(());
        }
        let event = format!("{}:resumed", reply.event);
        let id = ReplyId { event: &event, ..reply };
        match self.replies.send(&target.session.connection, &missed.announcement(), id).await {
            true => Ok(()),
            false => Err(MessageError::Unreachable),
        }
    }

    /// Replays each source on its own.
    pub(super) async fn replay_missed(
        &self,
        target: &mut ReplayTarget,
        missed: &Missed,
    ) -> Result<(), MessageError> {
        for events in &missed.events {
            self.replay(target, events).await?;
        }
        Ok(())
    }
}

/// Why a source has no log that the client may read. One reason is for all sources that it does not receive,
/// so that it learns nothing about them.
fn reason(origins: &Origins, source: &str) -> Unrecovered {
    if origins.is_wide(source) { Unrecovered::TooWide } else { Unrecovered::PositionUnknown }
}
