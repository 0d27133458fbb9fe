use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::{Session, Subscriber};

use super::cleaning::Reason;
use super::{Step, Worker};

impl Worker<'_> {
    /// The token of a listener has expired, as it was when its events were read. Its client may have sent another one
    /// since, so this reads the connection again.
    pub(super) fn check_token(&mut self, subscriber: Subscriber) {
        self.crowd.suspect(&subscriber.id);
        let fanout = self.fanout;
        self.steps.push(Box::pin(async move {
            let found = fanout.connections.find(&subscriber.id).await;
            Step::Found(subscriber, found)
        }));
    }

    pub(super) fn has_found(
        &mut self,
        subscriber: &Subscriber,
        found: Result<Option<Session>, StorageError>,
    ) {
        let is_valid =
            |session: &Session| session.connection.ends_at().saturating_mul(1000) > now_in_milliseconds();
        match found.ok().flatten().filter(is_valid) {
            Some(session) => self.crowd.renew(&session),
            None => self.drop_listener(subscriber, Reason::Ended),
        }
    }
}
