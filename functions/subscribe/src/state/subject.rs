use tablecast_pipeline::pipe::{Key, Pipe, Pipes};
use tablecast_pipeline::schema::Schemas;
use tablecast_protocol::subject::Pattern;

use super::reads::{Range, Reads, Types};
use super::request::{End, NOT_GRANTED, Request};
use super::snapshot::Snapshot;
use super::{access, cursor};
use crate::Subscribe;
use crate::error::MessageError;

/// A range of a table that is read for one subject.
pub struct Part<'p> {
    /// The index of the subject.
    pub of: usize,
    pub pattern: &'p Pattern,
    pub reads: &'p Reads<'p>,
    /// The index of the read.
    pub read: usize,
    /// The item after which it continues.
    pub after: Option<&'p Key>,
    pub schemas: &'p Schemas,
}

impl Part<'_> {
    pub fn pipe(&self) -> &Pipe {
        self.reads.0[self.read].0
    }

    pub fn range(&self) -> &Range {
        &self.reads.0[self.read].1
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
        of: usize,
    ) -> Result<End, MessageError> {
        let Some(pattern) = snapshot.subjects[of].pattern.clone() else { return Ok(NOT_GRANTED) };
        let reads = match self.reads(snapshot, request, pipes, &pattern) {
            Ok(reads) => reads,
            Err(end) => return Ok(end),
        };
        let next = request.next.filter(|_| of == 0);
        let cursor = next.map(|next| cursor::parse(&reads, &pattern, next)).transpose()?.flatten();
        let first = cursor.as_ref().map_or(0, |cursor| cursor.read);
        for read in first..reads.0.len() {
            let after = cursor.as_ref().filter(|cursor| cursor.read == read).map(|cursor| &cursor.after);
            let part = Part { of, pattern: &pattern, reads: &reads, read, after, schemas: pipes.schemas() };
            if part.was_sent() {
                continue;
            }
            match self.collect_range(snapshot, request, &part).await? {
                End::Complete => {}
                end => return Ok(end),
            }
        }
        Ok(End::Complete)
    }

    /// The reads for a pattern, with the types of the message and of its subscriptions.
    fn reads<'p>(
        &self,
        snapshot: &Snapshot<'_>,
        request: &Request<'_>,
        pipes: &'p Pipes,
        pattern: &Pattern,
    ) -> Result<Reads<'p>, End> {
        let granted = self.grants.of(&snapshot.session);
        let subscribed = access::types(&snapshot.session, &granted, Some(pattern)).ok_or(NOT_GRANTED)?;
        let types = Types { requested: request.types, subscribed };
        Reads::of(pipes, pattern, &types).map_err(End::Reason)
    }
}
