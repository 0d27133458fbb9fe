use std::sync::Arc;

use tablecast_aws::now_in_milliseconds;
use tablecast_protocol::Incomplete;
use tokio::time::timeout_at;

use super::cursor;
use super::item::Reader;
use super::read_end::ReadEnd;
use super::request::Request;
use super::snapshot::Snapshot;
use super::subject::RangeRead;
use super::table::{Attributes, TablePage, attributes};
use crate::Subscribe;
use crate::error::MessageError;
use crate::limits::{READ_UNIT_BYTES, STATE_MAX_OTHER_BYTES, STATE_PAGE_ITEMS};
use crate::quotas::{Account, Reading};

impl<V> Subscribe<V> {
    pub(super) async fn collect_range(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        read: &RangeRead<'_>,
    ) -> Result<ReadEnd, MessageError> {
        let account = Account::of_partition(&read.pipe().definition.table, &read.range().partition.text);
        let Some(reading) = Reading::begin(&self.quotas, request.context.payer.as_ref(), account) else {
            return Ok(self.over_quota(snapshot, request, read.pipe()));
        };
        let (mut after, mut others) = (read.after.map(attributes), 0);
        loop {
            if snapshot.budget.is_used_up() {
                return Ok(ReadEnd::Page);
            }
            if others >= STATE_MAX_OTHER_BYTES {
                return Ok(ReadEnd::Reason(Incomplete::TooMuch));
            }
            let (time, named) = (now_in_milliseconds(), snapshot.budget.named);
            let page = match self.read_page(snapshot, request, read, &reading, after).await {
                Ok(page) => page,
                Err(end) => return Ok(end),
            };
            let reads_on = reading.charge(page.bytes).await?;
            if let Some(end) = self.send_page(snapshot, request, read, &page, time).await? {
                return Ok(end);
            }
            others = if snapshot.budget.named > named { 0 } else { others + page.bytes };
            match page.last {
                None => return Ok(ReadEnd::Complete),
                Some(_) if !reads_on => return Ok(self.over_quota(snapshot, request, read.pipe())),
                last => after = last,
            }
        }
    }

    async fn read_page(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        read: &RangeRead<'_>,
        reading: &Arc<Reading>,
        after: Option<Attributes>,
    ) -> Result<TablePage, ReadEnd> {
        if !self.can_read_state(&snapshot.session) {
            return Err(self.over_quota(snapshot, request, read.pipe()));
        }
        let page = self.tables.read(read.pipe(), read.range(), after, reading.page(STATE_PAGE_ITEMS));
        let page = match timeout_at(snapshot.budget.deadline.sending, page).await {
            Ok(page) => page.map_err(MessageError::Storage),
            Err(_) => Err(MessageError::SlowTable),
        };
        let page = page.map_err(|error| self.unavailable(snapshot, &error))?;
        snapshot.budget.read += page.bytes;
        self.replies.counts.state.read_units.add_all(page.bytes / READ_UNIT_BYTES);
        self.charge_bytes(&snapshot.session, page.bytes);
        Ok(page)
    }

    /// Returns none if the read goes on.
    async fn send_page(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        read: &RangeRead<'_>,
        page: &TablePage,
        time: i64,
    ) -> Result<Option<ReadEnd>, MessageError> {
        let &RangeRead { subject_index, pattern, reads, read_index, schemas, .. } = read;
        let pipe = read.pipe();
        let reader = Reader { pipe, schemas, pattern, snapshot: request.id, time };
        for (index, attributes) in page.items.iter().enumerate() {
            let item = reader.item(attributes, &snapshot.next_id());
            snapshot.add(subject_index, pipe, item, |subject| cursor::text(reads, read_index, subject));
            if !snapshot.is_full() {
                continue;
            }
            self.send_waiting(snapshot, snapshot.budget.deadline.sending).await?;
            if snapshot.subjects[subject_index].is_refused() {
                return Ok(Some(ReadEnd::NOT_GRANTED));
            }
            if snapshot.budget.is_used_up() && index + 1 < page.items.len() {
                return Ok(Some(ReadEnd::Page));
            }
        }
        Ok(None)
    }
}
