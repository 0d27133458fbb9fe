use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use serde::Deserialize;
use tablecast_protocol::Epoch;

use crate::item::{Item, Lane, expires_at};
use crate::timing::{REUSE, SETTLING};

/// What an appender knows of a log's end: enough to append to it without reading it again.
#[derive(Debug)]
pub(crate) struct Tail {
    pub epoch: Epoch,
    /// The last offset.
    pub end: u64,
    appended_at: i64,
    /// When the last item was known to be the last.
    seen_at: i64,
    lane: Lane,
    turn: u64,
    /// The latest items, as far as they may not be settled.
    spans: Vec<Span>,
    /// The events that keep their offsets, should they come again.
    known: HashMap<String, Known>,
}

#[derive(Debug)]
struct Span {
    first: u64,
    appended_at: i64,
    lane: Lane,
    turn: u64,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    offset: u64,
    appended_at: i64,
}

#[derive(Deserialize)]
struct Identified<'e> {
    #[serde(borrow)]
    id: Cow<'e, str>,
}

impl Tail {
    /// From the last items of a log, the oldest first.
    pub fn of(items: &[Item], now: i64) -> Result<Self, String> {
        let mut tail = Self {
            epoch: items.last().map_or(Epoch(0), |last| last.epoch),
            end: 0,
            appended_at: 0,
            seen_at: now,
            lane: Lane::new(),
            turn: 0,
            spans: Vec::new(),
            known: HashMap::new(),
        };
        items.iter().try_for_each(|item| tail.add(item, now))?;
        Ok(tail)
    }

    /// The same, for whoever knows that its own earlier batches are done.
    pub fn in_lane_of(self, earlier: &Self) -> Self {
        Self { lane: earlier.lane, turn: earlier.turn, ..self }
    }

    /// The next item of the log.
    pub fn add(&mut self, item: &Item, now: i64) -> Result<(), String> {
        let (first, appended_at) = (item.first(), item.appended_at);
        (self.end, self.appended_at, self.seen_at) = (item.end(), appended_at, now);
        if item.count > 0 {
            self.spans.push(Span { first, appended_at, lane: item.lane, turn: item.turn });
        }
        if !is_reused(appended_at, now) {
            return Ok(());
        }
        for (offset, text) in item.events()? {
            let event: Identified = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            self.known.insert(event.id.into_owned(), Known { offset, appended_at });
        }
        Ok(())
    }

    /// Whether all that others appended since keeps its place.
    pub fn is_fresh(&self, now: i64) -> bool {
        is_reused(self.seen_at, now)
    }

    /// A batch begins, of which it is `now`; the one before is done.
    pub fn begin(&mut self, now: i64) {
        self.turn += 1;
        self.known.retain(|_, known| is_reused(known.appended_at, now));
        let spans = std::mem::take(&mut self.spans);
        let unsettled: Vec<_> = spans.iter().map(|span| self.is_unsettled(span, &spans, now)).collect();
        self.spans = spans.into_iter().zip(unsettled).filter_map(|(span, it)| it.then_some(span)).collect();
    }

    fn is_unsettled(&self, span: &Span, all: &[Span], now: i64) -> bool {
        let done = |lane, turn| span.lane == lane && span.turn < turn;
        let young = span.appended_at >= now - milliseconds(SETTLING);
        young && !done(self.lane, self.turn) && !all.iter().any(|later| done(later.lane, later.turn))
    }

    /// Up to there, each event has been sent to everyone.
    fn settled(&self, now: i64) -> u64 {
        let unsettled = self.spans.iter().filter(|span| self.is_unsettled(span, &self.spans, now));
        unsettled.map(|span| span.first - 1).min().unwrap_or(self.end)
    }

    pub fn offset(&self, id: &str) -> Option<u64> {
        self.known.get(id).map(|known| known.offset)
    }

    /// What to append next, without its events.
    pub fn next(&self, pipe: &str, keep: Duration, now: i64) -> Item {
        let appended_at = now.max(self.appended_at);
        Item {
            sk: Item::key(self.end + 1),
            appended_at,
            expires_at: expires_at(appended_at, keep),
            lane: self.lane,
            turn: self.turn,
            settled: self.settled(now),
            ..Item::origin(pipe, self.epoch, keep, now)
        }
    }
}

/// Whether an appender has to know of an item, if it is at the end of a log whose last item is this one.
pub(crate) fn is_recent(item: &Item, last: &Item, now: i64) -> bool {
    let age = now - item.appended_at;
    is_reused(item.appended_at, now) || (age <= milliseconds(SETTLING) && item.end() > last.settled)
}

/// Whether what was appended then keeps its place if it comes again now.
fn is_reused(appended_at: i64, now: i64) -> bool {
    now - appended_at <= milliseconds(REUSE)
}

fn milliseconds(duration: Duration) -> i64 {
    duration.as_secs() as i64 * 1000
}
