use tablecast_aws::StorageError;
use tablecast_protocol::{Position, with_position};

use crate::damage::DamagedItem;
use crate::event::LoggedEvent;
use crate::item::{Found, Item};
use crate::key::Partition;
use crate::logs::Logs;
use crate::table::Range;

/// Items of one page: at most a few MB of events.
const PAGE: usize = 16;

/// Reads the events of a log from a position on, up to the log's end when the walk began. It never writes.
#[derive(Debug)]
pub struct Walk {
    logs: Logs,
    pipe: String,
    /// The first offset of the last item that was read.
    read_to: u64,
    /// The walk returns offsets after the first, up to the last.
    offsets: (u64, u64),
    damaged: Vec<DamagedItem>,
}

impl Logs {
    /// Starts at the first event appended at or after a time (milliseconds since the epoch). `None` if there
    /// is no log.
    pub async fn walk_since(&self, pipe: &str, since: i64) -> Result<Option<Walk>, StorageError> {
        let Some(end) = self.last_offset(pipe).await? else { return Ok(None) };
        let before = self.last_before(pipe, since, end).await?;
        Ok(Some(self.walk(pipe, before, (before, end))))
    }

    /// Starts after a position. `None` if the log does not hold that event.
    pub async fn walk_after(&self, pipe: &str, after: Position) -> Result<Option<Walk>, StorageError> {
        let Some(end) = self.last_offset(pipe).await? else { return Ok(None) };
        let found = self.find(pipe, after.offset).await?;
        let held = found.filter(|item| item.epoch == after.epoch && item.end() >= after.offset);
        let before = |item: Item| item.first().saturating_sub(1);
        Ok(held.map(|item| self.walk(pipe, before(item), (after.offset, end))))
    }

    fn walk(&self, pipe: &str, read_to: u64, offsets: (u64, u64)) -> Walk {
        Walk { logs: self.clone(), pipe: pipe.to_owned(), read_to, offsets, damaged: Vec::new() }
    }

    /// The last offset that is known, 0 in a log without events. None if there is no log.
    async fn last_offset(&self, pipe: &str) -> Result<Option<u64>, StorageError> {
        match self.last(Partition::Events.of(pipe)).await? {
            Some(Ok(last)) => Ok(Some(last.end())),
            Some(Err(damaged)) => Ok(damaged.first()),
            None => Ok(self.last(Partition::Origins.of(pipe)).await?.map(|_| 0)),
        }
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
    /// Returns the next events, in order. Empty at the end. Skips damaged items.
    pub async fn next_page(&mut self) -> Result<Vec<LoggedEvent>, StorageError> {
        let (after, end) = self.offsets;
        while self.read_to < end {
            let mut events = Vec::new();
            for found in self.next_items(end).await? {
                match found.map(|item| events_of(&item).inspect_err(|damaged| self.logs.report(damaged))) {
                    Ok(Ok(found)) => events.extend(found),
                    Ok(Err(damaged)) | Err(damaged) => self.damaged.push(damaged),
                }
            }
            events.retain(|event| after < event.position.offset && event.position.offset <= end);
            if !events.is_empty() {
                return Ok(events);
            }
        }
        Ok(Vec::new())
    }

    /// The damaged items so far, whose events are not among those that the walk returned.
    pub fn damaged(&self) -> &[DamagedItem] {
        &self.damaged
    }

    async fn next_items(&mut self, end: u64) -> Result<Vec<Found>, StorageError> {
        let mut read = 0;
        let more = |found: &Found| {
            let Some(first) = first(found) else { return true };
            read += 1;
            read < PAGE && first < end
        };
        let found = self.logs.read_pages(&self.pipe, Range::After(self.read_to), more).await?;
        self.read_to = found.iter().filter_map(first).max().unwrap_or(end);
        Ok(found)
    }
}

/// The offset of an item's key. None if it is not one. The count of a damaged item can be wrong.
fn first(found: &Found) -> Option<u64> {
    match found {
        Ok(item) => Some(item.first()),
        Err(damaged) => damaged.first(),
    }
}

fn events_of(item: &Item) -> Result<impl Iterator<Item = LoggedEvent> + use<>, DamagedItem> {
    let (events, epoch) = (item.events()?, item.epoch);
    Ok(events.map(move |(offset, text)| {
        let position = Position { epoch, offset };
        LoggedEvent { position, text: with_position(&text, position) }
    }))
}
