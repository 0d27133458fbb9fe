use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::collection_sink::{CollectionSink, OnError};
use super::collection_view::{CollectionChange, CollectionError, CollectionView};
use super::controllers::Command;
use super::item::NotReady;
use crate::machine::SubscriptionState;

/// A collection that is not open yet.
#[must_use = "a collection loads nothing before `open`"]
pub struct Collect {
    pub(super) number: u64,
    pub(super) commands: UnboundedSender<Command>,
    pub(super) subjects: Vec<String>,
    pub(super) event_type: String,
    pub(super) on_error: Option<OnError>,
}

impl Collect {
    /// Called with each error. It must not block. Default: a warning in the log.
    pub fn on_error(mut self, on_error: impl FnMut(CollectionError) + Send + 'static) -> Self {
        self.on_error = Some(Box::new(on_error));
        self
    }

    /// Loads the items, now or as soon as there is a connection, and follows their changes.
    pub fn open(self) -> Collection {
        let Self { number, commands, subjects, event_type, on_error } = self;
        let sink = Arc::new(CollectionSink::new(on_error));
        let state = Box::new(SubscriptionState::collection(subjects, &event_type));
        let collect = Command::Collect { number, sink: sink.clone(), state };
        if commands.send(collect).is_err() {
            sink.close();
        }
        Collection { number, sink, commands }
    }
}

/// A live, read-only map from subjects to the data of items. It never shows a part of a snapshot.
pub struct Collection {
    number: u64,
    sink: Arc<CollectionSink>,
    commands: UnboundedSender<Command>,
}

impl Collection {
    /// The items of this moment. They stay as they are: call it again after a change.
    pub fn view(&self) -> Arc<CollectionView> {
        self.sink.view()
    }

    /// Waits for a change, and returns all changes since the last call. None after the client is closed. Dropping the
    /// future loses nothing.
    pub async fn changed(&mut self) -> Option<CollectionChange> {
        loop {
            if let Some(change) = self.sink.take_change() {
                return Some(change);
            }
            if self.sink.is_closed() {
                return None;
            }
            self.sink.changed.notified().await;
        }
    }

    /// Waits for the first snapshot. Waits while there is no connection; the state of the client has the reason.
    pub fn ready(&self) -> impl Future<Output = Result<(), NotReady>> + Send + use<> {
        let mut readiness = self.sink.readiness();
        async move {
            let decided = readiness.wait_for(Option::is_some).await;
            decided.ok().and_then(|decided| decided.clone()).unwrap_or(Err(NotReady::Closed))
        }
    }
}

/// Closes the collection.
impl Drop for Collection {
    fn drop(&mut self) {
        self.sink.close();
        // After the client, nothing is left to close.
        let _ = self.commands.send(Command::Unsubscribe(self.number));
    }
}
