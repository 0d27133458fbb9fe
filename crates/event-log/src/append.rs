use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_protocol::Position;
use tokio::time::Instant;

use crate::destination::Destination;
use crate::event::NewEvent;
use crate::incoming::Incoming;
use crate::logs::Logs;
use crate::tail::Tail;

/// Attempts to write an item while other writers succeed first.
const ATTEMPTS: u32 = 100;

/// Events that are in the log, but may not be delivered yet.
#[derive(Debug)]
#[must_use = "call `record_end`, and `mark_delivered` once every client has the events"]
pub struct Appended {
    /// One for each event, in order.
    pub positions: Vec<Position>,
    /// For each event, whether the log has it with the mark of a late event.
    pub late: Vec<bool>,
    /// For each event, whether this process has delivered it before. Nobody needs it from the log again.
    pub delivered: Vec<bool>,
    /// Events without the mark that may be late: the search for later changes did not reach back far enough.
    pub undecided: usize,
    pub(crate) source: String,
    pub(crate) keep: Duration,
    pub(crate) now: i64,
    began: Instant,
    pub(crate) tail: Tail,
}

impl Appended {
    /// The pipe will send the events again, although they are delivered. They keep their positions until it has not
    /// done so for a minute: a bus that fails for hours must not fill the log.
    pub fn expect_retry(&mut self) {
        let elapsed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or_default();
        self.tail.keep_batch(self.now.saturating_add(elapsed));
    }
}

/// Not all events are in the log. Appending them again is safe.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error(
        "log of {0}: other writers succeeded first in {ATTEMPTS} attempts. Lower `stream.parallel` in the pipe file, or \
         name more segments in `log.channel`."
    )]
    Contended(String),
    /// With such a clock, an event on its way to clients could count as delivered.
    #[error(
        "log of {source_name}: nothing is appended while the function's clock is {ahead} ms ahead of DynamoDB's. Clocks may \
         differ by 5 seconds."
    )]
    ClockSkew {
        source_name: String,
        /// Milliseconds; negative if the function's clock is behind.
        ahead: i64,
    },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Logs {
    /// Appends events of one channel in order. An event that was appended within the last minute keeps its
    /// position, unless many others were appended since.
    ///
    /// An event that is older, by `sequence`, than one of its subject in the log gets the mark `late`. So its text
    /// in the log is [`with_late`](tablecast_protocol::with_late) of its `text`.
    ///
    /// After an error, some of the events may be in the log; appending them again is safe. The time `keep` is
    /// that of the pipe file, and `now` is in milliseconds since the epoch.
    pub async fn append(
        &self,
        pipe: &str,
        source: &str,
        events: &[NewEvent<'_>],
        keep: Duration,
        now: i64,
    ) -> Result<Appended, AppendError> {
        let (to, began) = (Destination { pipe, source, keep, now }, Instant::now());
        let tail = self.tail(to).await;
        // Before the tail's own error: a wrong clock can be its cause.
        self.check_clock(source)?;
        let mut tail = tail?;
        tail.begin_batch(now);
        self.list(to, &mut tail).await?;
        let mut incoming = Incoming::new(events);
        let mut tail = self.append_missing(to, tail, &mut incoming).await?;
        let known = events.iter().filter_map(|event| tail.reused(event.id));
        let (positions, late) = known.map(|event| (event.position, event.late)).unzip();
        let delivered = events.iter().map(|event| tail.deliver(event.id)).collect();
        let (undecided, source) = (incoming.undecided(), source.to_owned());
        Ok(Appended { positions, late, delivered, undecided, source, keep, now, began, tail })
    }

    /// Appends the events that the log does not hold.
    async fn append_missing(
        &self,
        to: Destination<'_>,
        mut tail: Tail,
        incoming: &mut Incoming<'_>,
    ) -> Result<Tail, AppendError> {
        let (mut conflicts, mut is_first) = (0, false);
        while incoming.has_missing(&tail) {
            // A writer that was first probably still is.
            if !is_first {
                tail = self.take_turn(to, tail, conflicts).await?;
            }
            self.mark_late(to, &tail, incoming).await;
            let Some(item) = incoming.next(&tail, to) else { break };
            is_first = self.put(&item).await?;
            tail.backoff.adapt(is_first);
            match is_first {
                true => incoming.checked_to = self.add(&mut tail, &item, to.now),
                false => conflicts += 1,
            }
            if conflicts > ATTEMPTS {
                return Err(AppendError::Contended(to.source.to_owned()));
            }
        }
        Ok(tail)
    }

    /// If the channel has other writers, waits, and reads what they appended.
    async fn take_turn(&self, to: Destination<'_>, tail: Tail, conflicts: u32) -> Result<Tail, StorageError> {
        match tail.backoff.wait(conflicts, to.now) {
            None => Ok(tail),
            Some(wait) => {
                tokio::time::sleep(wait).await;
                self.catch_up(to, tail).await
            }
        }
    }

    fn check_clock(&self, source: &str) -> Result<(), AppendError> {
        match self.clock.skew() {
            None => Ok(()),
            Some(ahead) => Err(AppendError::ClockSkew { source_name: source.to_owned(), ahead }),
        }
    }

    /// Makes the end of the channel last longer than its events, once they are delivered. The pipe must not get
    /// its response before.
    ///
    /// After an error, the events must be appended again, without `mark_delivered`.
    pub async fn record_end(&self, appended: &Appended) -> Result<(), StorageError> {
        let Appended { source, keep, now, tail, .. } = appended;
        let end = tail.end_item(source, *keep, *now);
        if self.put_if(&end, end.is_latest()).await? {
            return Ok(());
        }
        // Another writer has recorded a later end. Unless it is of the same epoch, no client resumes here.
        let recorded = self.read_end(source).await?.recorded;
        match recorded.is_some_and(|recorded| recorded.beginning.epoch == tail.beginning.epoch) {
            true => Ok(()),
            false => {
                let reason = format!("another epoch of {source} began during the append");
                Err(StorageError::contradictory(&self.table, reason))
            }
        }
    }

    /// Records that every client has the events, or that its connection is closed.
    ///
    /// If a dispatch fails or stops before this call, its events count as undelivered for a while: a client
    /// that resumes receives them once more.
    pub fn mark_delivered(&self, appended: Appended) {
        self.tails().add(appended.source, appended.tail);
    }
}
