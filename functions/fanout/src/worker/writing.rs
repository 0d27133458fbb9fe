use std::time::Duration;

use tablecast_aws::StorageError;
use tokio::time::Instant;

use super::{Completion, Phase, Stop, Worker};
use crate::lease::Written;

/// The pause after a write that failed.
const PAUSE: Duration = Duration::from_millis(500);

/// The writes of the lease and the cursor. One follows the other.
pub struct Writing {
    pub is_on: bool,
    pub next_at: Instant,
    not_before: Instant,
    /// The write shares the audience.
    pub splits: bool,
    written_at: Instant,
    /// The last write of the worker, whatever its result.
    is_last: bool,
}

impl Writing {
    pub fn new() -> Self {
        let now = Instant::now();
        Self { is_on: false, next_at: now, not_before: now, splits: false, written_at: now, is_last: false }
    }
}

impl<'f> Worker<'f> {
    pub(super) fn plan_writing(&mut self, now: Instant) {
        if self.writing.is_on || now < self.writing.not_before {
            return;
        }
        match self.phase {
            Phase::Stopping(stop) if self.turns == 0 && self.cleaning.is_done() => self.leave(stop),
            Phase::Serving if self.can_end(now) => self.end(),
            Phase::Over(_) => {}
            _ => self.plan_cursor(now),
        }
    }

    fn plan_cursor(&mut self, now: Instant) {
        let limits = &self.fanout.limits;
        let has_moved = self.listeners.cursor() > self.lease.cursor();
        let is_quiet = self.listeners.is_idle() && self.reading.is_at_end();
        let due = match has_moved {
            true if is_quiet => self.writing.written_at,
            true => self.writing.written_at + limits.cursor,
            false => self.writing.written_at + limits.renewal,
        };
        self.writing.next_at = due.max(self.writing.not_before);
        if now >= self.writing.next_at {
            let (fanout, lease, cursor) = (self.fanout, self.lease.clone(), self.listeners.cursor());
            self.write(async move { lease.advance(&fanout.connections, cursor).await });
        }
    }

    /// Returns whether every listener has everything, and the cursor shows it.
    fn can_end(&self, now: Instant) -> bool {
        let is_quiet = self.listeners.is_idle() && self.reading.is_at_end() && self.cleaning.is_done();
        let cursor = self.lease.cursor();
        is_quiet && cursor == self.listeners.cursor() && !self.lease.is_behind() && self.has_lingered(now)
    }

    fn end(&mut self) {
        let (fanout, lease) = (self.fanout, self.lease.clone());
        self.write(async move { lease.end(&fanout.connections).await });
    }

    /// Gives the part back. After an outage, it rests: each event of the channel would start a worker.
    fn leave(&mut self, stop: Stop) {
        let rest = match stop {
            Stop::Outage => self.fanout.limits.outage_rest.mul_f64(0.5 + fastrand::f64()),
            _ => Duration::ZERO,
        };
        self.writing.is_last = true;
        let (fanout, lease, cursor) = (self.fanout, self.lease.clone(), self.listeners.cursor());
        self.write(async move { lease.release(&fanout.connections, cursor, rest).await });
    }

    pub(super) fn write(&mut self, writing: impl Future<Output = Result<Written, StorageError>> + 'f) {
        self.writing.is_on = true;
        self.steps.push(Box::pin(async move { Completion::Written(writing.await) }));
    }

    pub(super) fn on_written(&mut self, written: Result<Written, StorageError>) {
        let (is_split, is_last) = (std::mem::take(&mut self.writing.splits), self.writing.is_last);
        self.writing.is_on = false;
        match written {
            Ok(Written::Held(lease)) => {
                if lease.run.started_after < self.lease.run.started_after {
                    self.restart(&lease);
                }
                self.lease = lease;
                self.writing.written_at = Instant::now();
                self.gate.hold(self.lease.held_until());
            }
            Ok(Written::Ended) => self.over(None),
            Ok(Written::Lost) => self.over(Some(Stop::Lost)),
            Err(error) => {
                let channel = &self.lease.run.source;
                tracing::warn!(channel, %error, "could not store the cursor");
                self.writing.not_before = Instant::now() + PAUSE;
                self.writing.next_at = self.writing.not_before;
            }
        }
        if is_split {
            self.on_split();
        }
        if is_last && !self.is_over() {
            self.over(self.stop());
        }
    }
}
