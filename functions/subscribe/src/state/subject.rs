use tablecast_pipeline::pipe::{Key, Pipe, Pipes};
use tablecast_pipeline::schema::Schemas;
use tablecast_protocol::subject::Pattern;

use super::read_end::ReadEnd;
use super::reads::{KeyRange, Reads, Types};
use super::request::Request;
use super::snapshot::Snapshot;
use super::{access, cursor};
use crate::Subscribe;
use crate::error::MessageError;

/// A range of a table that is read for one subject.
pub struct RangeRead<'p> {
    /// The index of the subject.
    pub subject_index: usize,
    pub pattern: &'p Pattern,
    pub reads: &'p Reads<'p>,
    /// The index of the read.
    pub read_index: usize,
    /// The item after which it continues.
    pub after: Option<&'p Key>,
    pub schemas: &'p Schemas,
}

impl RangeRead<'_> {
    pub fn pipe(&self) -> &Pipe {
        self.reads.0[self.read_index].pipe
    }

    pub fn range(&self) -> &KeyRange {
        &self.reads.0[self.read_index].range
    }

    /// Returns whether the range is one item, which was sent before.
    fn was_sent(&self) -> bool {
        self.after.is_some() && self.range().is_item(self.pipe())
    }
}

impl<V> Subscribe<V> {
    pub(super) async fn collect_subject(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        pipes: &Pipes,
        subject_index: usize,
    ) -> Result<ReadEnd, MessageError> {
        let Some(pattern) = snapshot.subjects[subject_index].pattern.clone() else {
            return Ok(ReadEnd::NOT_GRANTED);
        };
        let reads = match self.reads(snapshot, request, pipes, &pattern) {
            Ok(reads) => reads,
            Err(end) => return Ok(end),
        };
        let next = request.next.filter(|_| subject_index == 0);
        let cursor = next.map(|next| cursor::parse(&reads, &pattern, next)).transpose()?.flatten();
        let first = cursor.as_ref().map_or(0, |cursor| cursor.read);
        for read_index in first..reads.0.len() {
            let after =
                cursor.as_ref().filter(|cursor| cursor.read == read_index).map(|cursor| &cursor.after);
            let (pattern, reads, schemas) = (&pattern, &reads, pipes.schemas());
            let read = RangeRead { subject_index, pattern, reads, read_index, after, schemas };
            if read.was_sent() {
                continue;
            }
            match self.collect_range(snapshot, request, &read).await? {
                ReadEnd::Complete => {}
                end => return Ok(end),
            }
        }
        Ok(ReadEnd::Complete)
    }

    /// The reads for a pattern, with the types of the message and of its subscriptions.
    fn reads<'p>(
        &self,
        snapshot: &Snapshot<'_>,
        request: &Request<'_>,
        pipes: &'p Pipes,
        pattern: &Pattern,
    ) -> Result<Reads<'p>, ReadEnd> {
        let granted = self.grants.of(&snapshot.session);
        let subscribed =
            access::types(&snapshot.session, &granted, Some(pattern)).ok_or(ReadEnd::NOT_GRANTED)?;
        let types = Types { requested: request.types, subscribed };
        Reads::of(pipes, pattern, &types).map_err(ReadEnd::Reason)
    }
}
