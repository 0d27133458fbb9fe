//! Reads a table in segments, with strongly consistent reads.

use std::collections::HashMap;
use std::error::Error;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::scan::ScanOutput;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnConsumedCapacity};
use futures_util::stream::{self, SelectAll, Stream};
use serde_json::{Map, Value as Json};
use tablecast_aws::{StorageError, item_json, now_in_milliseconds};

use super::key;
use super::rate::Rate;

/// The most items of a segment's first page, when their size is unknown.
const FIRST_PAGE: f64 = 100.0;

/// DynamoDB ends a page at 1 MB anyway.
const LARGEST_PAGE: f64 = 10_000.0;

/// Bytes of one read unit.
const UNIT: usize = 4096;

pub type Item = HashMap<String, AttributeValue>;
pub type Key = Map<String, Json>;

/// Where a segment continues. `None` at its end.
pub type Continuation = Option<Key>;

pub struct Page {
    pub segment: usize,
    pub items: Vec<Item>,
    /// When the read began, in milliseconds since the epoch.
    pub read_at: i64,
    pub units: f64,
    pub next: Continuation,
}

/// Reads the segments of a table at once, each page after page.
pub struct Scan<'s> {
    pub client: &'s Client,
    pub table: &'s str,
    pub rate: &'s Rate,
    pub segments: usize,
}

/// The rest of a segment.
struct Segment {
    number: usize,
    after: Key,
    /// The most items of the next page, so that it costs a second's share of the rate.
    limit: f64,
    /// The read units that the next page is likely to take.
    expected: f64,
}

impl<'s> Scan<'s> {
    /// Returns the pages of the segments that have not ended: each one's number, and the last key that was read.
    pub fn pages(
        &'s self,
        open: impl Iterator<Item = (usize, Key)>,
    ) -> SelectAll<impl Stream<Item = Result<Page, Box<dyn Error>>> + Unpin + 's> {
        stream::select_all(open.map(move |(number, after)| {
            let segment = Segment { number, after, limit: FIRST_PAGE, expected: self.share() };
            Box::pin(stream::try_unfold(Some(segment), move |segment| async move {
                let Some(segment) = segment else { return Ok(None) };
                self.page(segment).await.map(Some)
            }))
        }))
    }

    /// A segment's share of the read units of one second.
    fn share(&self) -> f64 {
        self.rate.units_per_second() / self.segments as f64
    }

    async fn page(&self, segment: Segment) -> Result<(Page, Option<Segment>), Box<dyn Error>> {
        self.rate.reserve(segment.expected).await;
        let read_at = now_in_milliseconds();
        let mut response = self.read(&segment).await?;
        let items = response.items.take().ok_or_else(|| StorageError::incomplete(self.table, "Items"))?;
        let units = units(&response, &items);
        self.rate.correct(segment.expected, units);
        let next = response.last_evaluated_key().map(item_json).transpose()?;
        let rest = next.clone().map(|after| segment.after_page(after, items.len(), units, self.share()));
        Ok((Page { segment: segment.number, items, read_at, units, next }, rest))
    }

    async fn read(&self, segment: &Segment) -> Result<ScanOutput, Box<dyn Error>> {
        let after = key::attributes(&segment.after)?;
        let request = self.client.scan().table_name(self.table).consistent_read(true);
        let request = request.segment(segment.number as i32).total_segments(self.segments as i32);
        let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
        let request = request.limit(segment.limit as i32).set_exclusive_start_key(after);
        Ok(request.send().await.map_err(|error| StorageError::failed(self.table, error))?)
    }
}

impl Segment {
    fn after_page(&self, after: Key, items: usize, units: f64, share: f64) -> Self {
        let limit = match items {
            0 => self.limit,
            items => (share * items as f64 / units.max(0.5)).clamp(1.0, LARGEST_PAGE).floor(),
        };
        let expected = if items == 0 { units } else { units / items as f64 * limit };
        Self { number: self.number, after, limit, expected }
    }
}

/// The read units of a page. An emulator may not count them.
fn units(response: &ScanOutput, items: &[Item]) -> f64 {
    let counted = response.consumed_capacity().and_then(|capacity| capacity.capacity_units());
    counted.unwrap_or_else(|| {
        let bytes: usize =
            items.iter().filter_map(|item| item_json(item).ok()).map(|item| json_bytes(&item)).sum();
        bytes.div_ceil(UNIT) as f64
    })
}

fn json_bytes(item: &Key) -> usize {
    serde_json::to_string(item).map_or(0, |text| text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_takes_a_seconds_share_of_the_rate() {
        let segment = Segment { number: 0, after: Key::new(), limit: 100.0, expected: 25.0 };
        for (items, units, limit, expected) in [
            // 4 KB an item: 25 items are 25 units.
            (100, 100.0, 25.0, 25.0),
            // 400 KB an item.
            (2, 200.0, 1.0, 100.0),
            // Small items.
            (100, 5.0, 500.0, 25.0),
            // Nothing in this page.
            (0, 0.5, 100.0, 0.5),
        ] {
            let next = segment.after_page(Key::new(), items, units, 25.0);
            assert_eq!((next.limit, next.expected), (limit, expected), "{items} items, {units} units");
        }
    }
}
