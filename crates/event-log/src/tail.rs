use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use tablecast_protocol::Epoch;

use crate::item::{Item, WriterId, expires_at};
use crate::timing::{is_reused, may_be_undelivered};

/// A log's end as one writer knows it: enough to append without another read.
#[derive(Debug)]
pub(crate) struct Tail {
    pub epoch: Epoch,
    /// The last offset.
    pub end: u64,
    appended_at: i64,
    /// When the last item was known to be the last.
    seen_at: i64,
    writer_id: WriterId,
    batch_seq: u64,
    /// The latest items that may not be delivered.
    undelivered: Vec<Append>,
    /// The events that keep their offsets in a retry, by id.
    reusable: HashMap<String, EventOffset>,
}

/// The writer and the time of an item.
#[derive(Debug)]
struct Append {
    first: u64,
    appended_at: i64,
    writer_id: WriterId,
    batch_seq: u64,
}

#[derive(Debug, Clone, Copy)]
struct EventOffset {
    offset: u64,
    appended_at: i64,
}

#[derive(Deserialize)]
struct EventId<'e> {
    #[serde(borrow)]
    id: Cow<'e, str>,
}

impl Tail {
    /// Reads the last items of a log, the oldest first. A log always has an item, so no items are an error: a
    /// tail without evidence would start the offsets again.
    pub fn of(items: &[Item], now: i64) -> Result<Self, String> {
        let last = items.last().ok_or("the log's last items are missing from the response")?;
        let mut tail = Self {
            epoch: last.epoch,
            end: 0,
            appended_at: 0,
            seen_at: now,
            writer_id: WriterId::new(),
            batch_seq: 0,
            undelivered: Vec::new(),
            reusable: HashMap::new(),
        };
        items.iter().try_for_each(|item| tail.add(item, now))?;
        Ok(tail)
    }

    /// The same tail for a writer whose earlier batches are delivered.
    pub fn with_writer_of(self, earlier: &Self) -> Self {
        Self { writer_id: earlier.writer_id, batch_seq: earlier.batch_seq, ..self }
    }

    /// Adds the log's next item.
    pub fn add(&mut self, item: &Item, now: i64) -> Result<(), String> {
        let (first, appended_at) = (item.first(), item.appended_at);
        (self.end, self.appended_at, self.seen_at) = (item.end(), appended_at, now);
        if item.count > 0 {
            let (writer_id, batch_seq) = (item.writer_id, item.batch_seq);
            self.undelivered.push(Append { first, appended_at, writer_id, batch_seq });
        }
        if !is_reused(appended_at, now) {
            return Ok(());
        }
        for (offset, text) in item.events()? {
            let event: EventId = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            self.reusable.insert(event.id.into_owned(), EventOffset { offset, appended_at });
        }
        Ok(())
    }

    /// Returns whether every event that others appended meanwhile still keeps its offset.
    pub fn is_fresh(&self, now: i64) -> bool {
        is_reused(self.seen_at, now)
    }

    /// Begins a batch; the writer's batch before is delivered.
    pub fn begin(&mut self, now: i64) {
        self.batch_seq += 1;
        self.reusable.retain(|_, event| is_reused(event.appended_at, now));
        let appends = std::mem::take(&mut self.undelivered);
        let kept: Vec<_> = appends.iter().map(|append| self.is_undelivered(append, &appends, now)).collect();
        self.undelivered =
            appends.into_iter().zip(kept).filter_map(|(append, kept)| kept.then_some(append)).collect();
    }

    /// A later batch of the same writer proves that an append is delivered.
    fn is_undelivered(&self, append: &Append, all: &[Append], now: i64) -> bool {
        let delivered = |writer_id, batch_seq| append.writer_id == writer_id && append.batch_seq < batch_seq;
        may_be_undelivered(append.appended_at, now)
            && !delivered(self.writer_id, self.batch_seq)
            && !all.iter().any(|later| delivered(later.writer_id, later.batch_seq))
    }

    /// The offset up to which every event is delivered.
    fn delivered_to(&self, now: i64) -> u64 {
        let all = &self.undelivered;
        let undelivered = all.iter().filter(|append| self.is_undelivered(append, all, now));
        undelivered.map(|append| append.first - 1).min().unwrap_or(self.end)
    }

    /// The offset that an event keeps, if it is in the log already.
    pub fn offset(&self, id: &str) -> Option<u64> {
        self.reusable.get(id).map(|event| event.offset)
    }

    /// The next item, still without events.
    pub fn next(&self, pipe: &str, keep: Duration, now: i64) -> Item {
        let appended_at = now.max(self.appended_at);
        Item {
            sk: Item::key(self.end + 1),
            appended_at,
            expires_at: expires_at(appended_at, keep),
            writer_id: self.writer_id,
            batch_seq: self.batch_seq,
            delivered_to: self.delivered_to(now),
            ..Item::origin(pipe, self.epoch, keep, now)
        }
    }
}

/// Returns whether a writer must know an item. `last` is the log's last item.
pub(crate) fn is_recent(item: &Item, last: &Item, now: i64) -> bool {
    is_reused(item.appended_at, now)
        || (may_be_undelivered(item.appended_at, now) && item.end() > last.delivered_to)
}
