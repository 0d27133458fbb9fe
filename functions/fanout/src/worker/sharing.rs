use std::time::Duration;

use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::WorkerReport;
use tokio::time::Instant;

use super::cleaning::Reason;
use super::{Completion, Worker};
use crate::clients::Fanout;
use crate::limits::Room;
use crate::share::fair_share;

const PERIOD: Duration = Duration::from_secs(2);

/// A report counts for this time, in milliseconds: three periods.
const COUNTS_FOR: i64 = 6_000;

/// Frames that make the first report urgent.
const MANY: usize = 100;

/// The worker's share of the account's rate.
pub struct Sharing {
    pub is_on: bool,
    pub next_at: Instant,
    /// Posts at the last report.
    posts: u64,
    has_reported: bool,
    /// Listeners that lack an event of before, in milliseconds since the epoch, are informed.
    pub inform_before: Option<i64>,
}

impl Sharing {
    pub fn new() -> Self {
        let next_at = Instant::now() + PERIOD;
        Self { is_on: false, next_at, posts: 0, has_reported: false, inform_before: None }
    }
}

impl Worker<'_> {
    pub(super) fn plan_sharing(&mut self, now: Instant) {
        let is_urgent = !self.sharing.has_reported && self.listeners.queued() > MANY;
        if self.sharing.is_on || (now < self.sharing.next_at && !is_urgent) {
            return;
        }
        (self.sharing.is_on, self.sharing.has_reported) = (true, true);
        self.sharing.next_at = now + PERIOD;
        let posts = self.gate.pacer.total();
        let made = posts - std::mem::replace(&mut self.sharing.posts, posts);
        let wants = (made + self.listeners.backlog() as u64) / PERIOD.as_secs();
        self.inform(wants);
        if !self.listeners.has_room(self.fanout.limits.room.divided_by(2)) {
            self.close_lagging(self.fanout.limits.room.divided_by(2));
        }
        let (source, part) = (self.lease.run.source.clone(), self.lease.part);
        let report = WorkerReport { source, part, wants, until: now_in_milliseconds() + COUNTS_FOR };
        let fanout = self.fanout;
        self.steps.push(Box::pin(async move { Completion::Shared(share(fanout, report).await) }));
    }

    /// Informs listeners that are far behind, if the channel wants more than its share.
    fn inform(&mut self, wants: u64) {
        let now = now_in_milliseconds();
        let lag = self.listeners.oldest().map_or(0, |appended_at| now.saturating_sub(appended_at));
        let limit = self.fanout.limits.informed_lag.as_millis() as i64;
        let is_behind = lag > limit && wants as f64 > self.gate.pacer.rate();
        if is_behind && self.sharing.inform_before.is_none() {
            let (channel, rate) = (&self.lease.run.source, self.gate.pacer.rate() as u64);
            tracing::warn!(
                channel,
                lag,
                wants,
                rate,
                "the channel wants more posts a second than its share: its clients should use cloudevents-batch.json"
            );
        }
        self.sharing.inform_before = is_behind.then_some(now - limit);
    }

    /// Closes the listeners that lack far more than others, so that these need not wait. Their clients resume.
    pub(super) fn close_lagging(&mut self, room: Room) {
        let lagging = self.listeners.lagging(room);
        if !lagging.is_empty() {
            let (channel, closed) = (&self.lease.run.source, lagging.len());
            tracing::warn!(channel, closed, "closed connections that lack far more events than others");
        }
        for listener in &lagging {
            self.drop_listener(listener, Reason::TimedOut);
        }
    }

    pub(super) fn on_share(&mut self, share: Result<u64, StorageError>) {
        self.sharing.is_on = false;
        match share {
            Ok(share) => self.gate.pacer.set_share(share),
            // The last share stays.
            Err(error) => tracing::warn!(%error, "could not read the other workers"),
        }
    }
}

async fn share(fanout: &Fanout, own: WorkerReport) -> Result<u64, StorageError> {
    fanout.connections.report_worker(&own).await?;
    let reports = fanout.connections.worker_reports(now_in_milliseconds()).await?;
    let is_other = |report: &WorkerReport| (&report.source, report.part) != (&own.source, own.part);
    let others: Vec<u64> = reports.iter().filter(|one| is_other(one)).map(|one| one.wants).collect();
    Ok(fair_share(fanout.limits.posts_per_second, &others))
}
