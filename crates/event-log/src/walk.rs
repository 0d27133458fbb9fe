use tablecast_aws::StorageError;
use tablecast_protocol::{Position, with_position};

use crate::event::LoggedEvent;
use crate::item::Item;
use crate::logs::Logs;
use crate::table::Range;

/// Items of one page: at most a few MB of events.
const PAGE: usize = 16;

/// Reads the events of a log from a position on, up to the log's end when the walk began. It never writes.
#[derive(Debug)]
pub struct Walk {
    logs: Logs,
    pipe: String,
    /// The end of the last item that was read.
    read_to: u64,
    /// The walk returns offsets after the first, up to the last.
    offsets: (u64, u64),
}

impl Logs {
    /// Starts at the first event appended at or after a time (milliseconds since the epoch). `None` if there
    /// is no log.
    pub async fn walk_since(&self, pipe: &str, since: i64) -> Result<Option<Walk>, StorageError> {
        let Some(last) = self.last(pipe).await? else { return Ok(None) };
        let before = self.last_before(pipe, since, last.end()).await?;
        Ok(Some(self.walk(pipe, before, (before, last.end()))))
    }

    /// Starts after a position. `None` if the log does not hold that event.
    pub async fn walk_after(&self, pipe: &str, after: Position) -> Result<Option<Walk>, StorageError> {
        let Some(last) = self.last(pipe).await? else { return Ok(None) };
        let found = self.find(pipe, after.offset).await?;
        let held = found.filter(|item| item.epoch == after.epoch && item.end() >= after.offset);
        let before = |item: Item| item.first().saturating_sub(1);
        Ok(held.map(|item| self.walk(pipe, before(item), (after.offset, last.end()))))
    }

    fn walk(&self, pipe: &str, read_to: u64, offsets: (u64, u64)) -> Walk {
        Walk { logs: self.clone(), pipe: pipe.to_owned(), read_to, offsets }
    }

    /// The last offset before the first item appended at or after a time. Later items are never older.
    async fn last_before(&self, pipe: &str, since: i64, end: u64) -> Result<u64, StorageError> {
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
    /// Returns the next events, in order. Empty at the end.
    pub async fn next_page(&mut self) -> Result<Vec<LoggedEvent>, StorageError> {
        let (after, end) = self.offsets;
        let mut events = Vec::new();
        for item in &self.items(end).await? {
            events.extend(self.events(item)?);
        }
        events.retain(|event| after < event.position.offset && event.position.offset <= end);
        Ok(events)
    }

    async fn items(&mut self, end: u64) -> Result<Vec<Item>, StorageError> {
        if self.read_to >= end {
            return Ok(Vec::new());
        }
        let mut read = 0;
        let more = |item: &Item| {
            read += 1;
            read < PAGE && item.end() < end
        };
        let items = self.logs.read_pages(&self.pipe, Range::After(self.read_to), more).await?;
        self.read_to = items.last().map_or(end, Item::end);
        Ok(items)
    }

    fn events(&self, item: &Item) -> Result<impl Iterator<Item = LoggedEvent> + use<>, StorageError> {
        let events = item.events().map_err(|reason| self.logs.unreadable(item, &reason))?;
        let epoch = item.epoch;
        Ok(events.map(move |(offset, text)| {
            let position = Position { epoch, offset };
            LoggedEvent { position, text: with_position(&text, position) }
        }))
    }
}
