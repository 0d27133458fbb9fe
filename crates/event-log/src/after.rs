use tablecast_aws::StorageError;
use tablecast_protocol::with_position;

use crate::damage::DamagedItem;
use crate::item::{Item, ItemResult};
use crate::logs::Logs;
use crate::table::Range;

/// Items of one page. DynamoDB ends a page at 1 MB.
const PAGE: i32 = 100;

/// The events of a channel after an offset, of all its epochs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Following {
    pub events: Vec<Followed>,
    /// The last offset that was read. None if the log holds nothing after the offset.
    pub read_to: Option<u64>,
    /// True if events between are missing: they have expired, or their item is damaged.
    pub has_gap: bool,
}

/// An event with the text that every client receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub offset: u64,
    pub text: String,
    /// Milliseconds since the epoch.
    pub appended_at: i64,
}

impl Logs {
    /// Reads the events after an offset that is within an item: those of this item. There are none if the offset is
    /// the end of an item.
    pub async fn rest_of_item(&self, source: &str, offset: u64) -> Result<Following, StorageError> {
        let mut following = Following::default();
        let found = self.find(source, offset).await?;
        let Some(item) = found.filter(|item| item.last_offset() > offset) else {
            return Ok(following);
        };
        let found = self.complete(item).await?;
        self.follow(&mut following, &found, offset);
        following.events.retain(|event| event.offset > offset);
        Ok(following)
    }

    /// Reads the events after the end of an item, up to about so many bytes of compressed items. A consistent read.
    pub async fn after(
        &self,
        source: &str,
        offset: u64,
        max_bytes: usize,
    ) -> Result<Following, StorageError> {
        let mut read = 0;
        let more = |found: &ItemResult| {
            read += found.as_ref().map_or(0, Item::stored_bytes);
            read < max_bytes
        };
        let mut following = Following::default();
        for found in self.read_events(source, Range::After(offset), PAGE, more).await? {
            self.follow(&mut following, &found, offset);
        }
        Ok(following)
    }

    fn follow(&self, following: &mut Following, found: &ItemResult, offset: u64) {
        following.add(found, offset).unwrap_or_else(|damaged| {
            self.report(&damaged);
            following.has_gap = true;
        });
    }
}

impl Following {
    fn add(&mut self, found: &ItemResult, offset: u64) -> Result<(), DamagedItem> {
        let before = self.read_to.unwrap_or(offset);
        let item = match found {
            Ok(item) => item,
            Err(damaged) => {
                self.has_gap = true;
                self.read_to = damaged.first_offset().or(self.read_to);
                return Ok(());
            }
        };
        self.has_gap |= item.first_offset() > before + 1;
        self.read_to = Some(item.last_offset());
        for (offset, text) in item.events()? {
            let text = with_position(&text, item.position(offset));
            self.events.push(Followed { offset, text, appended_at: item.appended_at });
        }
        Ok(())
    }
}
