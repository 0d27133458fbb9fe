use std::collections::VecDeque;

use tablecast_aws::jitter;
use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::cleaning::Reason;
use super::{Stop, Worker};
use crate::wave::{Verdict, Wave};

const MAX_RECENT: usize = 64;

/// Failures whose cause is not known yet.
#[derive(Default)]
pub struct Failures {
    suspects: Vec<(Subscriber, Option<String>)>,
    wave: Wave,
    /// When turns ended that show that API Gateway works, the last ones.
    recent: VecDeque<Instant>,
    /// Such turns that ran at the same time as the first that failed.
    earlier: usize,
    failing_since: Option<Instant>,
    /// Pauses of the outage so far.
    pub rounds: u32,
    pub pause_until: Option<Instant>,
}

impl Failures {
    pub fn restart(&mut self) {
        let recent = std::mem::take(&mut self.recent);
        *self = Self { rounds: self.rounds, pause_until: self.pause_until, recent, ..Self::default() };
    }

    /// A turn that began then shows that API Gateway works.
    pub fn fine(&mut self, started_at: Instant) {
        match self.failing_since {
            Some(since) if started_at < since => self.earlier += 1,
            Some(_) => self.wave.fine += 1,
            None => self.rounds = 0,
        }
        self.recent.push_back(Instant::now());
        if self.recent.len() > MAX_RECENT {
            self.recent.pop_front();
        }
    }

    fn failed(&mut self, started_at: Instant) {
        if self.failing_since.is_none() {
            self.failing_since = Some(Instant::now());
            self.earlier = self.recent.iter().filter(|ended_at| **ended_at >= started_at).count();
        }
    }

    /// None while more results are needed.
    fn verdict(&self, is_last: bool) -> Option<Verdict> {
        self.failing_since?;
        match self.wave.is_enough() {
            true => Some(self.wave.verdict()),
            false => is_last.then(|| Wave { fine: self.wave.fine + self.earlier, ..self.wave }.verdict()),
        }
    }
}

impl Worker<'_> {
    pub(super) fn has_failed(
        &mut self,
        subscriber: Subscriber,
        failed: Outcome,
        progress: Progress,
        started_at: Instant,
    ) {
        let is_throttled = progress.throttled > 0;
        if !failed.is_outage() && !is_throttled {
            self.failures.fine(started_at);
            return self.drop_listener(&subscriber, Reason::TimedOut);
        }
        self.failures.failed(started_at);
        self.failures.wave.failed += usize::from(failed.is_outage());
        self.failures.wave.throttled += usize::from(!failed.is_outage());
        self.crowd.suspect(&subscriber.id);
        self.failures.suspects.push((subscriber, progress.error));
    }

    /// Decides what the failures mean, as soon as the results of others show it, and ends a pause.
    pub(super) fn plan_failures(&mut self, now: Instant) {
        if self.failures.pause_until.is_some_and(|until| until <= now) {
            self.failures.pause_until = None;
            self.gate.open();
        }
        let is_last = self.turns == 0 && !self.crowd.has_ready();
        // In a pause, nothing begins, so the turns that run are the last ones.
        let is_last = is_last || (self.turns == 0 && self.failures.pause_until.is_some());
        let probes = self.turns == 0 && self.failures.rounds > 0;
        let Some(verdict) = self.failures.verdict(is_last || probes) else { return };
        let suspects = std::mem::take(&mut self.failures.suspects);
        self.failures.restart();
        match verdict {
            Verdict::Alone => self.close_suspects(suspects),
            Verdict::Throttled => self.try_again(suspects),
            Verdict::Outage => self.pause(suspects, now),
        }
    }

    fn close_suspects(&mut self, suspects: Vec<(Subscriber, Option<String>)>) {
        for (subscriber, error) in suspects {
            self.drop_listener(&subscriber, Reason::Missed(error.unwrap_or_default()));
        }
    }

    fn try_again(&mut self, suspects: Vec<(Subscriber, Option<String>)>) {
        for (subscriber, error) in suspects {
            match self.crowd.strike(&subscriber.id) {
                true => self.drop_listener(&subscriber, Reason::Missed(error.unwrap_or_default())),
                false => self.crowd.go_on(&subscriber.id),
            }
        }
    }

    /// Nothing is closed or deleted, and the cursor stays.
    fn pause(&mut self, suspects: Vec<(Subscriber, Option<String>)>, now: Instant) {
        let limits = &self.fanout.limits;
        if !self.served.has_outage {
            let (channel, failed) = (&self.lease.run.source, suspects.len());
            let error = suspects.first().and_then(|(_, error)| error.as_deref());
            tracing::error!(
                channel,
                failed,
                error,
                "API Gateway refuses or fails most frames: connections are kept, and receive their events from \
                 the log once this is mended. Check the function's permission and MANAGEMENT_ENDPOINT."
            );
        }
        self.served.has_outage = true;
        suspects.iter().for_each(|(subscriber, _)| self.crowd.go_on(&subscriber.id));
        // Turns that wait for their next frame stop.
        self.gate.close();
        let pause = limits.outage_pause * 2_u32.pow(self.failures.rounds.min(6));
        self.failures.rounds += 1;
        self.failures.pause_until = Some(now + pause / 2 + jitter(pause / 2));
        if self.failures.rounds > limits.outage_rounds {
            self.begin_to_stop(Stop::Outage);
        }
    }
}
