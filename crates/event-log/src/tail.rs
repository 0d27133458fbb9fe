use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tablecast_protocol::Position;

use crate::backoff::WriterBackoff;
use crate::batch::{BatchId, WriterId};
use crate::beginning::Beginning;
use crate::block::Block;
use crate::change::Head;
use crate::damage::DamagedItem;
use crate::destination::Destination;
use crate::end::StoredEnd;
use crate::end_item::EndItem;
use crate::item::{Item, ItemResult, expires_at};
use crate::key;
use crate::newest::Newest;
use crate::timing::{is_reused, plausible};
use crate::undelivered::Undelivered;

/// A channel's end as one writer knows it: enough to append without another read.
#[derive(Debug)]
pub(crate) struct Tail {
    pub beginning: Beginning,
    /// The last offset.
    pub last_offset: u64,
    appended_at: i64,
    /// When the last item was known to be the last.
    seen_at: i64,
    /// When the last item expires.
    expires_at: i64,
    pub newest: Newest,
    /// The writer's batch.
    batch: BatchId,
    pub backoff: WriterBackoff,
    undelivered: Undelivered,
    /// The events that keep their offsets in a retry, by id.
    reusable: HashMap<String, Reusable>,
    /// By pipe, until when its directory names the channel.
    pub listed: BTreeMap<String, i64>,
}

/// An event of the log that a retry does not append again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reusable {
    pub position: Position,
    pub late: bool,
    pub batch: BatchId,
    /// When it was appended, or when a batch ended that the pipe sends again.
    used_at: i64,
    /// The number of this writer's last batch that delivered it.
    delivered_by: Option<u64>,
}

impl Tail {
    /// The tail of an open epoch whose last offset is this one.
    pub fn new(stored: &StoredEnd, beginning: Beginning, last_offset: u64, now: i64) -> Self {
        let listed = stored.recorded.as_ref().map(|recorded| recorded.listed.clone());
        Self {
            beginning,
            last_offset,
            appended_at: 0,
            seen_at: now,
            expires_at: 0,
            newest: Newest::default(),
            batch: BatchId { writer_id: WriterId::new(), seq: 0 },
            backoff: WriterBackoff::default(),
            undelivered: Undelivered::default(),
            reusable: HashMap::new(),
            listed: listed.unwrap_or_default(),
        }
    }

    /// The same tail for a writer whose earlier batches are delivered.
    pub fn with_writer_of(mut self, earlier: &Self) -> Self {
        self.batch = earlier.batch;
        self.backoff.extend(&earlier.backoff);
        self.listed.extend(earlier.listed.clone());
        self.add_delivered(earlier);
        self
    }

    /// Adds what the writer delivered, unless others appended it again.
    fn add_delivered(&mut self, earlier: &Self) {
        let epoch = self.beginning.epoch;
        let is_delivered = |event: &Reusable| event.delivered_by.is_some() && event.position.epoch == epoch;
        for (id, event) in earlier.reusable.iter().filter(|(_, event)| is_delivered(event)) {
            let known = self.reusable.entry(id.clone()).or_insert(*event);
            if known.position == event.position {
                *known = *event;
            }
        }
    }

    /// Forgets appends that are delivered, as the end item records.
    pub fn confirm(&mut self, stored: &StoredEnd) {
        let recorded = stored.recorded.as_ref().filter(|end| end.beginning.epoch == self.beginning.epoch);
        if let Some(recorded) = recorded {
            self.undelivered.confirm(recorded.delivered_to, self.last_offset);
        }
    }

    /// Adds the channel's next item, readable or not.
    pub fn add_found(&mut self, found: &ItemResult, now: i64) -> Result<(), DamagedItem> {
        match found {
            Ok(item) => self.add(item, now),
            Err(damaged) => {
                self.undelivered.add_damaged(damaged, now);
                Ok(())
            }
        }
    }

    /// Adds the log's next item. The events of a damaged one are unknown, so a retry appends them again.
    pub fn add(&mut self, item: &Item, now: i64) -> Result<(), DamagedItem> {
        let appended_at = plausible(item.appended_at, now);
        (self.beginning, self.last_offset, self.seen_at) = (item.beginning, item.last_offset(), now);
        self.appended_at = self.appended_at.max(appended_at);
        self.expires_at = item.expires_at;
        self.undelivered.add(item, appended_at);
        if item.writer_id != self.batch.writer_id {
            self.backoff.add(item.writer_id, appended_at);
        }
        self.newest.add(item.newest_time(now), appended_at);
        if !is_reused(appended_at, now) {
            return Ok(());
        }
        for (offset, text) in item.events()? {
            let event = Head::parse(&text).map_err(|error| item.damaged(error.to_string()))?;
            let (position, late, batch) = (item.position(offset), event.late, item.batch());
            let reusable = Reusable { position, late, batch, used_at: appended_at, delivered_by: None };
            self.reusable.insert(event.id.to_string(), reusable);
            if let Some(change) = event.change() {
                self.newest.add_change(&item.pipe, change, appended_at);
            }
        }
        Ok(())
    }

    /// Adds the last item of many that others appended and that were not read. They may not be delivered.
    pub fn skip_to(&mut self, last: &Item, now: i64) -> Result<(), DamagedItem> {
        self.undelivered.add_unread(self.last_offset + 1, now);
        self.add(last, now)
    }

    /// Adds what is not read before the channel's last items, and may not be delivered. The first readable item
    /// shows what it is. If all of them are damaged, it can be the whole epoch.
    pub fn add_unread_before(&mut self, recent: &[ItemResult], now: i64) {
        match recent.iter().flatten().next() {
            Some(item) => self.undelivered.add_unread_before(item),
            None if recent.is_empty() => {}
            None => self.undelivered.add_unread(self.beginning.origin + 1, now),
        }
    }

    /// Adds the times of the channel's last items, also of earlier epochs. Those before may be of any age.
    pub fn add_newest(&mut self, recent: &[ItemResult], now: i64) {
        let mut items = recent.iter().flatten();
        if let Some(first) = items.next() {
            self.newest = Newest::up_to(first.newest_time(now));
        }
        items.for_each(|item| self.newest.add(item.newest_time(now), plausible(item.appended_at, now)));
    }

    /// Returns whether every event that others appended meanwhile still keeps its offset.
    pub fn is_fresh(&self, now: i64) -> bool {
        is_reused(self.seen_at, now)
    }

    /// Begins a batch; the writer's batch before is delivered.
    pub fn begin_batch(&mut self, now: i64) {
        self.batch.seq += 1;
        self.prune(now);
    }

    /// Forgets what is no longer recent.
    pub fn prune(&mut self, now: i64) {
        self.reusable.retain(|_, event| is_reused(event.used_at, now));
        self.undelivered.prune(self.batch, now);
        self.backoff.prune(self.batch.writer_id, now);
        self.newest.prune(now);
    }

    /// The event as the log has it, if a retry keeps its position.
    pub fn reused(&self, id: &str) -> Option<&Reusable> {
        self.reusable.get(id)
    }

    /// Returns whether the writer has delivered an event. It counts as delivered from now on: the tail is only kept
    /// once its batch is.
    pub fn deliver(&mut self, id: &str) -> bool {
        let seq = self.batch.seq;
        self.reusable
            .get_mut(id)
            .is_some_and(|event| event.delivered_by.replace(seq).is_some_and(|by| by < seq))
    }

    /// Keeps the events of the batch for a minute more.
    pub fn keep_batch(&mut self, now: i64) {
        let seq = Some(self.batch.seq);
        let of_batch = self.reusable.values_mut().filter(|event| event.delivered_by == seq);
        of_batch.for_each(|event| event.used_at = event.used_at.max(now));
    }

    /// The next item. `time` is that of the block's newest event.
    pub fn next(&self, to: Destination<'_>, block: Block, time: Option<i64>) -> Item {
        let Destination { pipe, source, keep, now } = to;
        let appended_at = now.max(self.appended_at);
        Item {
            pk: source.to_owned(),
            sk: key::of_offset(self.last_offset + 1),
            pipe: pipe.to_owned(),
            beginning: self.beginning,
            count: block.count as u64,
            appended_at,
            expires_at: expires_at(appended_at, keep, self.expires_at),
            writer_id: self.batch.writer_id,
            batch_seq: self.batch.seq,
            delivered_to: self.undelivered.delivered_to(self.batch, self.last_offset, now),
            newest: self.newest.time().max(time),
            repeats: Vec::new(),
            parts: 0,
            events: block.bytes,
        }
    }

    /// The end item of this tail, once the writer's own batch is delivered.
    pub fn end_item(&self, source: &str, keep: Duration, now: i64) -> EndItem {
        let delivered_to = self.undelivered.delivered_with(self.batch, self.last_offset, now);
        let listed = self.listed.clone();
        EndItem { listed, delivered_to, ..EndItem::new(source, self.beginning, self.last_offset, keep, now) }
    }

    /// How much memory it takes, in events.
    pub fn weight(&self) -> usize {
        4 + self.reusable.len() + self.newest.weight()
    }
}
