use tablecast_connections::Subscriber;
use tablecast_sockets::{Outcome, Progress};

use super::pace::Poster;
use super::{Inline, Push};
use crate::subscriber::{delete_connection, last_frame, recipient};

impl Inline {
    /// Sends the reason to a connection whose token has expired, or nothing if its subscription is damaged. Closes it,
    /// and deletes it. Both requests are posts like others: a slow one makes the connection a straggler. Returns
    /// whether it is closed.
    pub(super) async fn end(
        &self,
        subscriber: &Subscriber,
        poster: &mut Poster<'_>,
        push: &Push<'_>,
    ) -> bool {
        let (to, mut progress) = (recipient(subscriber), Progress::default());
        if let Some(frame) = last_frame(subscriber)
            && poster.post(self.sockets.post_once(to, &frame, &mut progress)).await.is_none()
        {
            return false;
        }
        match poster.post(self.sockets.close(to, &mut progress)).await {
            Some(Outcome::Delivered | Outcome::Gone) => {
                push.count(|counts| counts.expired += usize::from(!subscriber.is_damaged));
                delete_connection(&self.connections, subscriber, push.until).await;
                true
            }
            // The next event finds it again.
            Some(Outcome::Connecting) => true,
            Some(_) => {
                push.add_error(progress.error);
                false
            }
            None => false,
        }
    }
}
