use std::collections::VecDeque;

use tablecast_aws::{backoff, spread};
use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Progress};
use tokio::time::Instant;

use super::cleaning::Reason;
use super::{Stop, Worker};
use crate::failure_window::{FailureWindow, Verdict};

/// Results of turns that are remembered.
const MAX_SUCCESSES: usize = 4096;

/// Afterwards, the pause of an outage does not grow.
const MAX_DOUBLINGS: u32 = 6;

/// Failures whose cause is not known yet.
#[derive(Default)]
pub struct Failures {
    suspects: Vec<Suspect>,
    /// When turns ended that show that API Gateway works.
    succeeded: VecDeque<Instant>,
    /// When the first turn that failed began, and ended.
    first: Option<(Instant, Instant)>,
    /// Pauses of the outage so far.
    pub rounds: u32,
    pub pause_until: Option<Instant>,
    pub last_at: Option<Instant>,
}

struct Suspect {
    subscriber: Subscriber,
    failure: Failure,
    error: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// No client can cause it.
    Failed,
    Throttled,
    /// There was no response in time.
    Hung,
}

impl Failures {
    pub fn restart(&mut self) {
        self.suspects.clear();
        self.first = None;
    }

    /// A turn ended now that shows that API Gateway works.
    pub fn record_success(&mut self) {
        if self.first.is_none() {
            self.rounds = 0;
        }
        self.succeeded.push_back(Instant::now());
        if self.succeeded.len() > MAX_SUCCESSES {
            self.succeeded.pop_front();
        }
    }

    fn record_failure(&mut self, started_at: Instant) {
        self.first.get_or_insert((started_at, Instant::now()));
    }

    /// None while more results are needed. While more turns end, results count from the middle of the first turn
    /// that failed, because an outage can begin within it.
    fn verdict(&self, is_last: bool) -> Option<Verdict> {
        let (began, ended) = self.first?;
        let window = self.window(began + (ended - began) / 2);
        match window.is_enough() {
            true => Some(window.verdict(self.rounds > 0)),
            false => is_last.then(|| self.window(began).verdict(self.rounds > 0)),
        }
    }

    fn window(&self, since: Instant) -> FailureWindow {
        let of = |failure| self.suspects.iter().filter(|suspect| suspect.failure == failure).count();
        FailureWindow {
            succeeded: self.succeeded.iter().rev().take_while(|ended_at| **ended_at >= since).count(),
            failed: of(Failure::Failed),
            throttled: of(Failure::Throttled),
            hung: of(Failure::Hung),
        }
    }
}

impl Worker<'_> {
    pub(super) fn on_failed(
        &mut self,
        subscriber: Subscriber,
        failed: Outcome,
        progress: Progress,
        started_at: Instant,
    ) {
        let failure = match progress.throttled {
            _ if failed.is_outage() => Failure::Failed,
            0 => Failure::Hung,
            _ => Failure::Throttled,
        };
        self.add_suspect(Suspect { subscriber, failure, error: progress.error }, started_at);
    }

    pub(super) fn on_hung(&mut self, subscriber: Subscriber, started_at: Instant) {
        self.add_suspect(Suspect { subscriber, failure: Failure::Hung, error: None }, started_at);
    }

    fn add_suspect(&mut self, suspect: Suspect, started_at: Instant) {
        self.failures.record_failure(started_at);
        self.failures.last_at = Some(Instant::now());
        self.listeners.suspect(&suspect.subscriber.id);
        self.failures.suspects.push(suspect);
    }

    /// Decides what the failures mean, as soon as the results of others show it, and ends a pause.
    pub(super) fn plan_failures(&mut self, now: Instant) {
        if self.failures.pause_until.is_some_and(|until| until <= now) {
            self.failures.pause_until = None;
            self.gate.open();
        }
        // In a pause nothing begins, and in an outage few turns do: those that have ended decide.
        let has_few = self.failures.pause_until.is_some() || self.failures.rounds > 0;
        let is_last = self.turns == 0 && (has_few || !self.listeners.has_ready());
        let Some(verdict) = self.failures.verdict(is_last) else { return };
        let suspects = std::mem::take(&mut self.failures.suspects);
        self.failures.restart();
        match verdict {
            Verdict::Isolated => self.close_suspects(suspects),
            Verdict::Throttled => {
                self.gate.pacer.slow_down();
                suspects.into_iter().for_each(|suspect| self.try_again(suspect));
            }
            Verdict::Outage => self.pause(&suspects, now),
        }
    }

    /// A connection that was throttled alone gets more turns: the account may have been the cause.
    fn close_suspects(&mut self, suspects: Vec<Suspect>) {
        for suspect in suspects {
            match suspect.failure {
                Failure::Failed => self.drop_suspect(suspect),
                Failure::Hung => self.drop_listener(&suspect.subscriber, Reason::TimedOut),
                Failure::Throttled => self.try_again(suspect),
            }
        }
    }

    fn try_again(&mut self, suspect: Suspect) {
        match self.listeners.strike(&suspect.subscriber.id) {
            true => self.drop_suspect(suspect),
            false => self.listeners.go_on(&suspect.subscriber.id),
        }
    }

    fn drop_suspect(&mut self, suspect: Suspect) {
        let Suspect { subscriber, error, .. } = suspect;
        self.drop_listener(&subscriber, Reason::Missed(error.unwrap_or_default()));
    }

    /// Nothing is closed or deleted, and the cursor stays.
    fn pause(&mut self, suspects: &[Suspect], now: Instant) {
        suspects.iter().for_each(|suspect| self.listeners.go_on(&suspect.subscriber.id));
        // Turns that were on their way when the pause began are part of the same round.
        if self.failures.pause_until.is_some() {
            return;
        }
        self.log_outage(suspects);
        // Turns that wait for their next frame stop.
        self.gate.close();
        let limits = &self.fanout.limits;
        let longest = backoff(limits.outage_pause, self.failures.rounds.min(MAX_DOUBLINGS));
        self.failures.rounds += 1;
        self.failures.pause_until = Some(now + spread(longest));
        if self.failures.rounds > limits.outage_rounds {
            self.begin_to_stop(Stop::Outage);
        }
    }

    /// Logs it once.
    fn log_outage(&mut self, suspects: &[Suspect]) {
        if std::mem::replace(&mut self.served.has_outage, true) {
            return;
        }
        let (channel, failed) = (&self.lease.run.source, suspects.len());
        let error = suspects.first().and_then(|suspect| suspect.error.as_deref());
        tracing::error!(
            channel,
            failed,
            error,
            "API Gateway refuses or fails most frames, or does not respond: connections are kept, and receive \
             their events from the log once this is mended. Check the function's permission, \
             MANAGEMENT_ENDPOINT, and the network."
        );
    }
}
