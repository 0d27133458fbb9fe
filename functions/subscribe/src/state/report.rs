use tablecast_pipeline::pipe::Pipe;
use tablecast_protocol::Incomplete;

use super::read_end::ReadEnd;
use super::request::Request;
use super::snapshot::Snapshot;
use crate::Subscribe;
use crate::error::MessageError;
use crate::quotas::Account;

impl<V> Subscribe<V> {
    /// Ends a subject whose table could not be read.
    pub(super) fn unavailable(&self, snapshot: &Snapshot<'_>, error: &MessageError) -> ReadEnd {
        self.report_unavailable(snapshot, error);
        ReadEnd::Reason(Incomplete::Unavailable)
    }

    pub(super) fn report_unavailable(&self, snapshot: &Snapshot<'_>, error: &MessageError) {
        let connection = &snapshot.session.connection.id;
        tracing::error!(connection, %error, "could not read the state of a subject: the client can request it later");
        self.replies.counts.unavailable.add();
    }

    /// Ends a subject because a quota is used up. The log has the hash of the client, so that operators
    /// see that it is the same one.
    pub(super) fn over_quota(&self, snapshot: &Snapshot<'_>, request: &Request<'_>, pipe: &Pipe) -> ReadEnd {
        let (connection, client) =
            (&snapshot.session.connection.id, request.context.payer.as_ref().map(Account::name_for_logs));
        let table = &pipe.definition.table;
        tracing::warn!(
            connection,
            client,
            table,
            "did not read the state of a subject: a quota of its client or of the partition is used up; the client can \
             request it later"
        );
        ReadEnd::Reason(Incomplete::QuotaExceeded)
    }
}
