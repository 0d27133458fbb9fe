use tablecast_connections::Session;
use tablecast_protocol::Control;

use super::subjects;
use crate::Subscribe;
use crate::deadline::Deadline;
use crate::error::MessageError;
use crate::missed::Missed;
use crate::plan::Plan;
use crate::replay::ReplayTarget;

impl<V> Subscribe<V> {
    /// Writes the subscription. From now on, events are pushed.
    pub(super) async fn write(
        &self,
        planned: &ReplayTarget,
        missed: &Missed,
        plan: impl Fn(&Session) -> Plan,
        deadline: Deadline,
    ) -> Result<(Session, Control), MessageError> {
        let written = self.sessions.apply(planned.session.clone(), plan, deadline.write).await;
        let (session, acknowledgement) =
            written.map_err(|error| if missed.is_empty() { error } else { error.incomplete() })?;
        self.log_refused(&session, &acknowledgement);
        Ok((session, acknowledgement))
    }

    /// Logs refused subjects, so that operators can see who requests subjects of others. The log also has the
    /// claims that fill no grant.
    fn log_refused(&self, session: &Session, acknowledgement: &Control) {
        let refused = subjects(acknowledgement).iter().filter(|subject| !subject.granted);
        let refused: Vec<_> = refused.map(|subject| format!("{:?}", subject.subject)).collect();
        if !refused.is_empty() {
            let (connection, unfilled) = (&session.connection.id, self.grants.unfilled(session));
            let refused = refused.join(", ");
            tracing::info!(connection, refused, unfilled, "refused subjects of a subscription");
        }
    }
}
