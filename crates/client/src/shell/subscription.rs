use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::controllers::Command;
use super::item::{Item, NotReady};
use super::queue::{Queue, Taken};
use super::savers::Savers;

/// The events of some subjects, in order and each once, over all connections.
///
/// An item is handled when the application requests the next one, or calls [`handled`](Self::handled). After a restart,
/// the store repeats what was not handled.
pub struct Subscription {
    pub(super) number: u64,
    pub(super) queue: Arc<Queue>,
    pub(super) savers: Arc<Savers>,
    pub(super) commands: UnboundedSender<Command>,
}

impl Subscription {
    /// Returns the next item, or none after the client is closed. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Item> {
        self.queue.handled();
        loop {
            match self.queue.take() {
                Taken::Item(item) => return Some(item),
                Taken::Closed => return None,
                Taken::Empty { was_paused } => {
                    if was_paused && self.commands.send(Command::Drained(self.number)).is_err() {
                        return None;
                    }
                    self.queue.changed.notified().await;
                }
            }
        }
    }

    /// Records that the application has handled the last item, before it requests the next one.
    pub fn handled(&mut self) {
        self.queue.handled();
    }

    /// Waits until the server confirms one of the subjects. From then on, every event of a change arrives. An error if
    /// the server refuses all of them. Waits while there is no connection; the state of the client has the reason.
    pub fn ready(&self) -> impl Future<Output = Result<(), NotReady>> + Send + use<> {
        let mut readiness = self.queue.readiness();
        async move {
            let decided = readiness.wait_for(Option::is_some).await;
            decided.ok().and_then(|decided| decided.clone()).unwrap_or(Err(NotReady::Closed))
        }
    }

    /// The progress of the application as text. Another subscription can resume from it.
    pub fn bookmark(&self) -> Option<String> {
        self.queue.progress().map(|progress| progress.text())
    }
}

/// Closes the subscription.
impl Drop for Subscription {
    fn drop(&mut self) {
        self.savers.close(&self.queue);
        // After the client, nothing is left to close.
        let _ = self.commands.send(Command::Unsubscribe(self.number));
    }
}
