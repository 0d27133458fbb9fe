use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::{Control, ErrorCode, Incomplete};
use tokio::time::timeout_at;

use super::access;
use super::budget::{Budget, Deadline};
use super::read_end::ReadEnd;
use super::request::Request;
use super::snapshot::Snapshot;
use crate::Subscribe;
use crate::error::MessageError;
use crate::message_context::MessageContext;

impl<V> Subscribe<V> {
    /// Sends the state of subjects, and returns the reply. A failed read only ends the state: the client can request
    /// the rest.
    pub(crate) async fn collect(&self, request: Request<'_>) -> Result<Control, MessageError> {
        let MessageContext { session, reply, deadline, .. } = &request.context;
        let budget = Budget::new(Deadline::of_message(*deadline), session.connection.protocol);
        let mut snapshot = Snapshot::new(session.clone(), reply.event, budget, request.subjects);
        let until = snapshot.budget.deadline.sending;
        let collected = timeout_at(until, Box::pin(self.collect_all(&mut snapshot, &request))).await;
        match collected.unwrap_or(Err(MessageError::SlowTable)) {
            Ok(()) => {}
            Err(
                error @ (MessageError::Storage(_) | MessageError::Definitions(_) | MessageError::SlowTable),
            ) => {
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
        let until = snapshot.budget.deadline.sending;
        timeout_at(until, self.begin(snapshot, request)).await.map_err(|_| MessageError::SlowTable)??;
        self.collect_subjects(snapshot, request, pipes).await?;
        self.send_waiting(snapshot, snapshot.budget.deadline.sending).await
    }

    async fn collect_subjects(
        &self,
        snapshot: &mut Snapshot<'_>,
        request: &Request<'_>,
        pipes: &Pipes,
    ) -> Result<(), MessageError> {
        for index in 0..snapshot.subjects.len() {
            if snapshot.budget.is_used_up() {
                break;
            }
            if snapshot.subjects[index].is_done() {
                continue;
            }
            match self.collect_subject(snapshot, request, pipes, index).await? {
                ReadEnd::Complete => snapshot.complete(index),
                ReadEnd::Reason(reason) => snapshot.subjects[index].end(reason),
                ReadEnd::Page => break,
            }
        }
        Ok(())
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
        snapshot.sources = match &request.sources {
            Some(sources) => sources.clone(),
            None => {
                let origins = self.history.origins(snapshot.open_patterns());
                self.charge_channels(&snapshot.session, origins.channels.len());
                self.history.positions(&origins).await?
            }
        };
        Ok(())
    }
}

fn unknown_next() -> Control {
    let text = "next: write the next of the last reply to the first subject, unchanged";
    Control::error(ErrorCode::BadMessage, text)
}
