use tablecast_aws::StorageError;
use tablecast_protocol::{Position, with_position};

use crate::damage::DamagedItem;
use crate::event::LoggedEvent;
use crate::item::{Item, ItemResult};
use crate::logs::Logs;
use crate::table::Range;

/// Items of one page: at most a few MB of events.
const PAGE: usize = 16;

/// Reads a pipe's events of one channel from a position on, up to the end when the walk began. It never writes.
#[derive(Debug)]
pub struct Walk {
    logs: Logs,
    pipe: String,
    source: String,
    /// The first offset of the last item that was read.
    read_to: u64,
    /// The walk returns offsets after the first, up to the last.
    offsets: (u64, u64),
    damaged: Vec<DamagedItem>,
}

impl Logs {
    /// Starts at the first event appended at or after a time (milliseconds since the epoch). `None` if the
    /// channel holds no event.
    pub async fn walk_since(
        &self,
        pipe: &str,
        source: &str,
        since: i64,
    ) -> Result<Option<Walk>, StorageError> {
        let Some(end) = self.last_offset(source).await? else { return Ok(None) };
        let before = self.last_before(source, since, end).await?;
        Ok(Some(self.walk(pipe, source, before, (before, end))))
    }

    /// Starts after a position. `None` if the channel does not hold that event.
    pub async fn walk_after(
        &self,
        pipe: &str,
        source: &str,
        after: Position,
    ) -> Result<Option<Walk>, StorageError> {
        let Some(end) = self.last_offset(source).await? else { return Ok(None) };
        let found = self.find(source, after.offset).await?;
        let held =
            found.filter(|item| item.beginning.epoch == after.epoch && item.last_offset() >= after.offset);
        let before = |item: Item| item.first_offset().saturating_sub(1);
        Ok(held.map(|item| self.walk(pipe, source, before(item), (after.offset, end))))
    }

    fn walk(&self, pipe: &str, source: &str, read_to: u64, offsets: (u64, u64)) -> Walk {
        let (pipe, source) = (pipe.to_owned(), source.to_owned());
        Walk { logs: self.clone(), pipe, source, read_to, offsets, damaged: Vec::new() }
    }

    /// The last offset of an item with events, readable or not.
    async fn last_offset(&self, source: &str) -> Result<Option<u64>, StorageError> {
        let last = self.read_end(source).await?.last;
        Ok(last.and_then(|last| {
            last.map_or_else(|damaged| damaged.first_offset(), |last| Some(last.last_offset()))
        }))
    }

    /// The end of the last readable item appended before a time. Later items are never older.
    async fn last_before(&self, source: &str, since: i64, end: u64) -> Result<u64, StorageError> {
        // The last item first: most channels are quiet.
        let (mut low, mut high, mut next) = (0, if since > 0 { end } else { 0 }, end);
        let mut before = 0;
        while low < high {
            match self.find(source, next).await? {
                Some(item) if item.appended_at >= since => high = item.first_offset().saturating_sub(1),
                Some(item) => (low, before) = (item.last_offset().max(next), item.last_offset()),
                None => low = next,
            }
            next = low + high.saturating_sub(low) / 2 + 1;
        }
        Ok(before)
    }
}

impl Walk {
    /// Returns the next events, in order. Empty at the end. Skips damaged items.
    pub async fn next_page(&mut self) -> Result<Vec<LoggedEvent>, StorageError> {
        let (after, end) = self.offsets;
        while self.read_to < end {
            let mut events = Vec::new();
            for found in self.next_items(end).await? {
                match found {
                    Ok(item) if item.pipe != self.pipe => {}
                    Ok(item) => match events_of(&item).inspect_err(|damaged| self.logs.report(damaged)) {
                        Ok(found) => events.extend(found),
                        Err(damaged) => self.damaged.push(damaged),
                    },
                    Err(damaged) => self.damaged.push(damaged),
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

    async fn next_items(&mut self, end: u64) -> Result<Vec<ItemResult>, StorageError> {
        let mut read = 0;
        let more = |found: &ItemResult| {
            let Some(first) = first(found) else { return true };
            read += 1;
            read < PAGE && first < end
        };
        let found = self.logs.read_pages(&self.source, Range::After(self.read_to), more).await?;
        self.read_to = found.iter().filter_map(first).max().unwrap_or(end);
        Ok(found)
    }
}

/// The offset of an item's key. None if it is not one. The count of a damaged item can be wrong.
fn first(found: &ItemResult) -> Option<u64> {
    match found {
        Ok(item) => Some(item.first_offset()),
        Err(damaged) => damaged.first_offset(),
    }
}

fn events_of(item: &Item) -> Result<impl Iterator<Item = LoggedEvent> + use<>, DamagedItem> {
    let (events, epoch) = (item.events()?, item.beginning.epoch);
    Ok(events.map(move |(offset, text)| {
        let position = Position { epoch, offset };
        LoggedEvent { position, text: with_position(&text, position) }
    }))
}
