use std::time::Duration;

use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::{Session, Subscriber};
use tokio::time::sleep;

use super::cleaning::Reason;
use super::{Completion, Worker};

/// The pause before a connection is read again that could not be read.
const PAUSE: Duration = Duration::from_secs(2);

impl Worker<'_> {
    /// The token of a listener has expired, as it was when its events were read. Its client may have sent another one
    /// since, so this reads the connection again.
    pub(super) fn check_token(&mut self, subscriber: Subscriber) {
        self.listeners.suspect(&subscriber.id);
        self.find(subscriber, Duration::ZERO);
    }

    fn find(&mut self, subscriber: Subscriber, pause: Duration) {
        let fanout = self.fanout;
        self.steps.push(Box::pin(async move {
            sleep(pause).await;
            let found = fanout.connections.find(&subscriber.id).await;
            Completion::Found(subscriber, found)
        }));
    }

    pub(super) fn on_session(
        &mut self,
        subscriber: Subscriber,
        found: Result<Option<Session>, StorageError>,
    ) {
        match found {
            Ok(Some(session)) if is_valid(&session) => self.listeners.renew(&session),
            Ok(_) => self.drop_listener(&subscriber, Reason::Ended),
            Err(error) => {
                let connection = &subscriber.id;
                tracing::warn!(
                    connection,
                    %error,
                    "could not read a connection whose token has expired: tries again"
                );
                self.find(subscriber, PAUSE);
            }
        }
    }
}

fn is_valid(session: &Session) -> bool {
    session.connection.ends_at().saturating_mul(1000) > now_in_milliseconds()
}
