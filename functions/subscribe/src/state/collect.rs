use std::collections::BTreeMap;

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Session;
use tablecast_pipeline::pipe::Key;
use tablecast_pipeline::pipe::Pipes;
use tablecast_pipeline::schema::Schemas;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, ErrorCode, Incomplete, Position};
use tokio::time::timeout_at;

use super::budget::{Budget, Deadline};
use super::item::Reader;
use super::reads::Reads;
use super::snapshot::Snapshot;
use super::table::{TablePage, attributes};
use super::{access, cursor};
use crate::Subscribe;
use crate::error::MessageError;
use crate::limits::{READ_UNIT_BYTES, STATE_MAX_OTHER_BYTES, STATE_PAGE_ITEMS};
use crate::quotas::{Account, Reading};

/// A request for state.
pub struct Request<'r> {
    pub session: Session,
    /// Subjects or patterns, each once.
    pub subjects: &'r [String],
    /// Where the first subject continues.
    pub next: Option<&'r str>,
    /// The positions of the sources, if they were read before.
    pub sources: Option<BTreeMap<String, Position>>,
    /// The id of the client's message.
    pub id: &'r str,
    /// The id of API Gateway's request.
    pub request: &'r str,
    /// The account that pays for what is read.
    pub payer: Option<Account>,
    pub deadline: Deadline,
}

/// Why the read of a subject ends.
pub enum End {
    /// All its items were read.
    Complete,
    /// The message has read enough. The next one reads the rest.
    Page,
    Reason(Incomplete),
}

const NOT_GRANTED: End = End::Reason(Incomplete::NotGranted);

/// What is read for one subject, and where.
struct Part<'p> {
    /// The index of the subject.
    of: usize,
    pattern: &'p Pattern,
    reads: &'p Reads<'p>,
    /// The index of the read.
    read: usize,
    schemas: &'p Schemas,
}

impl<V> Subscribe<V> {
    /// Sends the state of subjects, and returns the reply. A failed read only ends the state: the client can request
    /// the rest.
    pub(crate) async fn collect(&self, request: Request<'_>) -> Result<Control, MessageError> {
        let budget = Budget::new(request.deadline, request.session.connection.protocol);
        let session = request.session.clone();
        let mut snapshot = Snapshot::new(session, request.request, budget, request.subjects);
        let result = self.collect_all(&mut snapshot, &request).await;
        match result {
            Ok(()) => {}
            Err(error @ (MessageError::Storage(_) | MessageError::Definitions(_))) => {
                self.report_unavailable(&snapshot, &error);
                snapshot.end_all(Incomplete::Unavailable);
            }
            Err(MessageError::UnknownNext) => return Ok(unknown_next()),
            Err(error) => return Err(error),
        }
        Ok(snapshot.reply())
    }

    async fn collect_all(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
    ) -> Result<(), MessageError> {
        let pipes = self.definitions.pipes().map_err(MessageError::Definitions)?;
        self.begin(snapshot, request).await?;
        for of in 0..snapshot.subjects.len() {
            if snapshot.budget.is_used_up() {
                break;
            }
            if snapshot.subjects[of].is_done() {
                continue;
            }
            match self.collect_subject(snapshot, request, pipes, of).await? {
                End::Complete => snapshot.complete(of),
                End::Reason(reason) => snapshot.subjects[of].end(reason),
                End::Page => break,
            }
        }
        self.send_waiting(snapshot, request.deadline.sending).await
    }

    /// Finds the subjects that the connection may have, and the ends of their channels.
    async fn begin(&self, snapshot: &mut Snapshot<'_>, request: &Request<'_>) -> Result<(), MessageError> {
        if request.sources.is_some() {
            // The message has just added subscriptions.
            snapshot.session = self.sessions.reload(&snapshot.session.connection.id).await?;
        }
        let granted = self.grants.of(&snapshot.session);
        for progress in &mut snapshot.subjects {
            if access::types(&snapshot.session, &granted, progress.pattern.as_ref()).is_none() {
                progress.end(Incomplete::NotGranted);
            }
        }
        if let Some(sources) = &request.sources {
            snapshot.sources.clone_from(sources);
            return Ok(());
        }
        let open = snapshot.subjects.iter().filter(|progress| !progress.is_done());
        let origins = self.history.origins(open.filter_map(|progress| progress.pattern.as_ref()));
        self.charge_channels(&snapshot.session, origins.channels.len());
        snapshot.sources = self.history.positions(&origins).await?;
        Ok(())
    }

    async fn collect_subject(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        pipes: &Pipes,
        of: usize,
    ) -> Result<End, MessageError> {
        let Some(pattern) = snapshot.subjects[of].pattern.clone() else { return Ok(NOT_GRANTED) };
        let granted = self.grants.of(&snapshot.session);
        let Some(types) = access::types(&snapshot.session, &granted, Some(&pattern)) else {
            return Ok(NOT_GRANTED);
        };
        let reads = match Reads::of(pipes, &pattern, &types) {
            Ok(reads) => reads,
            Err(reason) => return Ok(End::Reason(reason)),
        };
        let next = request.next.filter(|_| of == 0);
        let cursor = next.map(|next| cursor::parse(&reads, &pattern, next).ok_or(MessageError::UnknownNext));
        let cursor = cursor.transpose()?;
        let first = cursor.as_ref().map_or(0, |cursor| cursor.read);
        for (read, (pipe, range)) in reads.0.iter().enumerate().skip(first) {
            let after = cursor.as_ref().filter(|cursor| cursor.read == read).map(|cursor| &cursor.after);
            if after.is_some() && range.is_item(pipe) {
                continue;
            }
            let part = Part { of, pattern: &pattern, reads: &reads, read, schemas: pipes.schemas() };
            match self.collect_range(snapshot, request, &part, after).await? {
                End::Complete => {}
                end => return Ok(end),
            }
        }
        Ok(End::Complete)
    }

    async fn collect_range(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        part: &Part<'_>,
        after: Option<&Key>,
    ) -> Result<End, MessageError> {
        let (pipe, range) = &part.reads.0[part.read];
        let account = Account::of_partition(&pipe.definition.table, &range.partition.text);
        let Some(reading) = Reading::of_partition(&self.quotas, request.payer.as_ref(), account) else {
            return Ok(self.over_quota(snapshot, request, pipe));
        };
        let (mut after, mut others) = (after.map(attributes), 0);
        loop {
            if snapshot.budget.is_used_up() {
                return Ok(End::Page);
            }
            if others >= STATE_MAX_OTHER_BYTES {
                return Ok(End::Reason(Incomplete::TooMuch));
            }
            if !self.can_read_state(&snapshot.session) {
                return Ok(self.over_quota(snapshot, request, pipe));
            }
            let time = now_in_milliseconds();
            let read = self.tables.read(pipe, range, after.take(), reading.page(STATE_PAGE_ITEMS));
            let page = match timeout_at(request.deadline.sending, read).await {
                Ok(Ok(page)) => page,
                Ok(Err(error)) => return Ok(self.unavailable(snapshot, &error.into())),
                Err(_) => return Ok(self.unavailable(snapshot, &MessageError::SlowTable)),
            };
            snapshot.budget.read += page.bytes;
            self.replies.counts.state.read_units.add_all(page.bytes / READ_UNIT_BYTES);
            self.charge_bytes(&snapshot.session, page.bytes);
            let reads_on = reading.charge(page.bytes).await?;
            let named = snapshot.budget.named;
            if let Some(end) = self.send_page(snapshot, request, part, &page, time).await? {
                return Ok(end);
            }
            others = if snapshot.budget.named > named { 0 } else { others + page.bytes };
            match page.last {
                None => return Ok(End::Complete),
                Some(_) if !reads_on => return Ok(self.over_quota(snapshot, request, pipe)),
                last => after = last,
            }
        }
    }

    /// Returns none if the read goes on.
    async fn send_page(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        part: &Part<'_>,
        page: &TablePage,
        time: i64,
    ) -> Result<Option<End>, MessageError> {
        let &Part { of, pattern, reads, read, schemas } = part;
        let pipe = reads.0[read].0;
        let reader = Reader { pipe, schemas, pattern, snapshot: request.id, time };
        for (index, attributes) in page.items.iter().enumerate() {
            let item = reader.item(attributes, &snapshot.next_id());
            snapshot.add(of, pipe, item, |subject| cursor::text(reads, read, subject));
            if !snapshot.is_full() {
                continue;
            }
            self.send_waiting(snapshot, request.deadline.sending).await?;
            if snapshot.subjects[of].is_refused() {
                return Ok(Some(NOT_GRANTED));
            }
            if snapshot.budget.is_used_up() && index + 1 < page.items.len() {
                return Ok(Some(End::Page));
            }
        }
        Ok(None)
    }
}

fn unknown_next() -> Control {
    Control::error(
        ErrorCode::BadMessage,
        "next: write the next of the last reply to the first subject, unchanged",
    )
}
