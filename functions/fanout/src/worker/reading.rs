use std::time::Duration;

use tablecast_aws::{StorageError, backoff};
use tokio::time::Instant;

use super::cleaning::Reason;
use super::{Completion, Phase, Stop, Worker};
use crate::block::Block;
use crate::lease::Lease;

/// Failures in a row after which the worker stops.
const MAX_FAILURES: u32 = 6;

const PAUSE: Duration = Duration::from_millis(100);

/// Why listeners are closed after a gap.
const MISSING: &str = "events are missing in the log";
const DAMAGED: &str = "the item of the fan-out was damaged";

/// How the worker follows the log.
pub struct Reading {
    pub is_on: bool,
    pub next_at: Instant,
    /// The events that are read, and not assigned to listeners yet.
    pub(super) block: Option<Block>,
    /// The next read is the first one after a cursor that another worker stored.
    is_first: bool,
    /// The last read found nothing.
    is_at_end: bool,
    last_event_at: Instant,
    audience: usize,
    failures: u32,
    /// Grows when the run begins again.
    generation: u32,
    /// Listeners that connected before, in milliseconds since the epoch, may miss events.
    gap_at: Option<i64>,
}

impl Reading {
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            is_on: false,
            next_at: now,
            block: None,
            is_first: true,
            is_at_end: false,
            last_event_at: now,
            audience: 0,
            failures: 0,
            generation: 0,
            gap_at: None,
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.is_at_end && self.block.is_none() && !self.is_on
    }
}

impl Worker<'_> {
    pub(super) fn plan_reading(&mut self, now: Instant) {
        self.assign();
        let has_room = self.listeners.has_room(self.fanout.limits.room.divided_by(2));
        let can_read = has_room && self.reading.block.is_none() && self.failures.pause_until.is_none();
        if !can_read || self.reading.is_on || now < self.reading.next_at {
            return;
        }
        self.reading.is_on = true;
        self.reading.next_at = now + self.interval();
        let (fanout, run, generation) = (self.fanout, self.lease.run.clone(), self.reading.generation);
        let (cursor, is_first) = (self.listeners.read_to(), self.reading.is_first);
        self.steps.push(Box::pin(async move {
            Completion::Read(fanout.read(&run, cursor, is_first).await, generation)
        }));
    }

    /// Between two reads. A look-up reads the items of all listeners, whatever their part.
    fn interval(&self) -> Duration {
        let (limits, audience) = (&self.fanout.limits, self.reading.audience);
        let rate = limits.poll_per_listener * u32::try_from(audience).unwrap_or(u32::MAX);
        let rate = rate * u32::try_from(self.lease.run.parts.len()).unwrap_or(1);
        if audience > limits.large { rate.max(limits.poll) } else { rate }
    }

    pub(super) fn on_read(&mut self, block: Result<Option<Block>, StorageError>, generation: u32) {
        self.reading.is_on = false;
        if generation != self.reading.generation {
            return;
        }
        self.reading.is_first &= block.is_err();
        match block {
            Ok(Some(block)) => self.check(block),
            Ok(None) => {
                self.reading.failures = 0;
                self.reading.is_at_end = true;
                self.reading.next_at = self.reading.next_at.max(Instant::now() + self.fanout.limits.poll);
            }
            Err(error) => self.on_read_failed(error),
        }
    }

    fn check(&mut self, block: Block) {
        match self.lease.in_run(block.run.clone()) {
            None => self.over(Some(Stop::Lost)),
            Some(lease) if lease.run.started_after < self.lease.run.started_after => {
                self.restart(&lease);
                self.lease = lease;
            }
            Some(_) => self.add(block),
        }
    }

    fn on_read_failed(&mut self, error: StorageError) {
        let channel = &self.lease.run.source;
        tracing::warn!(channel, %error, "could not read the log or the subscribers");
        self.reading.failures += 1;
        self.reading.next_at = Instant::now() + backoff(PAUSE, self.reading.failures.min(MAX_FAILURES));
        if self.reading.failures >= MAX_FAILURES && self.phase == Phase::Serving {
            self.served.error = Some(error);
            self.begin_to_stop(Stop::Storage);
        }
    }

    fn add(&mut self, mut block: Block) {
        let limits = &self.fanout.limits;
        self.reading.failures = 0;
        self.reading.is_at_end = false;
        self.reading.last_event_at = Instant::now();
        if std::mem::replace(&mut self.reading.audience, block.audience) == 0 {
            self.reading.next_at = Instant::now() + self.interval();
        }
        let parts = block.audience.div_ceil(limits.listeners_per_part.max(1));
        if parts > 1 && self.lease.run.parts.len() == 1 && self.listeners.is_idle() && !self.writing.is_on {
            self.split(parts);
        } else {
            block.keep_part(&self.lease.run, self.lease.part);
        }
        self.served.damaged += block.damaged;
        if let Some(gap_at) = block.gap_at {
            self.close_older(&block, gap_at);
        }
        if block.has_gap {
            self.close_all(&block);
        }
        self.reading.block = Some(block);
    }

    /// The run was damaged, and nobody knows which events its listeners lack. Those that connected afterwards lack none.
    /// Each worker of the run finds those of single subjects that are still there.
    fn close_older(&mut self, block: &Block, gap_at: i64) {
        self.reading.gap_at = Some(gap_at);
        let older: Vec<_> = block.all_listeners().filter(|it| it.connected_at <= gap_at).collect();
        if older.is_empty() {
            return;
        }
        let (channel, connections) = (&self.lease.run.source, older.len());
        tracing::error!(
            channel,
            connections,
            "the item of a fan-out was damaged: closed the connections of the channel"
        );
        self.served.gaps += 1;
        for listener in older {
            self.drop_listener(listener, Reason::Missed(DAMAGED.to_owned()));
        }
    }

    /// Events are missing, and nobody knows which. Each listener must reconnect, to receive `recovered: false`.
    fn close_all(&mut self, block: &Block) {
        let channel = &self.lease.run.source;
        tracing::error!(
            channel,
            after = self.listeners.read_to(),
            "events of the log have expired or are damaged before they were pushed: closed the connections of the channel"
        );
        self.served.gaps += 1;
        self.reading.gap_at = Some(tablecast_aws::now_in_milliseconds());
        for listener in block.all_listeners() {
            self.drop_listener(listener, Reason::Missed(MISSING.to_owned()));
        }
    }

    /// Gives events to listeners, as far as there is room.
    fn assign(&mut self) {
        while !self.writing.splits
            && self.listeners.queued() < self.fanout.limits.room.queued
            && let Some(block) = &mut self.reading.block
        {
            let room = self.fanout.limits.room.queued - self.listeners.queued();
            let (events, deliveries, end) = block.assign(&self.lease.run.source, room);
            let is_assigned = block.is_assigned();
            self.listeners.begin_block(&deliveries);
            for (subscriber, events) in deliveries {
                if self.reading.gap_at.is_some_and(|gap| subscriber.connected_at <= gap) {
                    self.drop_listener(&subscriber, Reason::Missed(MISSING.to_owned()));
                } else {
                    self.listeners.add(subscriber, events);
                }
            }
            self.listeners.read(events.iter(), end);
            if is_assigned {
                self.reading.block = None;
            }
        }
    }

    /// The run began again at an earlier offset.
    pub(super) fn restart(&mut self, lease: &Lease) {
        self.reading.generation += 1;
        self.reading.block = None;
        self.reading.is_first = true;
        self.reading.is_at_end = false;
        self.reading.next_at = Instant::now();
        self.listeners.restart(lease.cursor());
        self.failures.restart();
    }

    /// Returns whether the run can end. A large audience probably has more events soon, and a connection that failed
    /// probably fails again: `dispatch` would lose time with it.
    pub(super) fn has_lingered(&self, now: Instant) -> bool {
        let limits = &self.fanout.limits;
        let is_large = self.reading.audience > limits.large;
        let lingers_from = if is_large { Some(self.reading.last_event_at) } else { self.failures.last_at };
        lingers_from.is_none_or(|since| now >= since + limits.linger)
    }
}
