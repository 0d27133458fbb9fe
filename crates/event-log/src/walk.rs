use tablecast_protocol::{Position, place};

use crate::item::Item;
use crate::table::Range;
use crate::{Logs, Placed, StorageError};

/// Items read in one step: a few MB of events at most.
const STEP: usize = 16;

/// All events of a log from some place on, up to where it ended when the walk began. It only reads.
#[derive(Debug)]
pub struct Walk {
    logs: Logs,
    pipe: String,
    /// The end of the last item that was read.
    passed: u64,
    /// Which offsets are told: after the first, up to the last.
    span: (u64, u64),
}

impl Logs {
    /// From the first event that was appended then or later (milliseconds since the epoch); `None`: there is no such log.
    pub async fn walk_since(&self, pipe: &str, since: i64) -> Result<Option<Walk>, StorageError> {
        let Some(last) = self.last(pipe).await? else { return Ok(None) };
        let passed = self.before(pipe, since, last.end()).await?;
        Ok(Some(self.walk(pipe, passed, (passed, last.end()))))
    }

    /// From the event after this one; `None`: it is not in the log, or not any more.
    pub async fn walk_after(&self, pipe: &str, after: Position) -> Result<Option<Walk>, StorageError> {
        let Some(last) = self.last(pipe).await? else { return Ok(None) };
        let found = self.find(pipe, after.offset).await?;
        let there = found.filter(|item| item.epoch == after.epoch && item.end() >= after.offset);
        let before = |item: Item| item.first().saturating_sub(1);
        Ok(there.map(|item| self.walk(pipe, before(item), (after.offset, last.end()))))
    }

    fn walk(&self, pipe: &str, passed: u64, span: (u64, u64)) -> Walk {
        Walk { logs: self.clone(), pipe: pipe.to_owned(), passed, span }
    }

    /// The last offset before the first item that was appended then or later: no item is older than the one before it.
    async fn before(&self, pipe: &str, since: i64, end: u64) -> Result<u64, StorageError> {
        let (mut low, mut high) = (0, end);
        while low < high {
            let next = low + (high - low) / 2 + 1;
            match self.find(pipe, next).await? {
                Some(item) if item.appended_at >= since => high = item.first().saturating_sub(1),
                Some(item) => low = item.end().max(next),
                None => low = next,
            }
        }
        Ok(low)
    }
}

impl Walk {
    /// The next events, in order; none at the end.
    pub async fn step(&mut self) -> Result<Vec<Placed>, StorageError> {
        let (after, end) = self.span;
        let mut events = Vec::new();
        for item in &self.items(end).await? {
            events.extend(self.placed(item)?);
        }
        events.retain(|event| after < event.position.offset && event.position.offset <= end);
        Ok(events)
    }

    async fn items(&mut self, end: u64) -> Result<Vec<Item>, StorageError> {
        if self.passed >= end {
            return Ok(Vec::new());
        }
        let mut read = 0;
        let more = |item: &Item| {
            read += 1;
            read < STEP && item.end() < end
        };
        let items = self.logs.read_pages(&self.pipe, Range::OnAfter(self.passed), more).await?;
        self.passed = items.last().map_or(end, Item::end);
        Ok(items)
    }

    fn placed(&self, item: &Item) -> Result<impl Iterator<Item = Placed> + use<>, StorageError> {
        let events = item.events().map_err(|reason| self.logs.unreadable(item, &reason))?;
        let epoch = item.epoch;
        Ok(events.map(move |(offset, text)| {
            let position = Position { epoch, offset };
            Placed { position, text: place(&text, position) }
        }))
    }
}
