use tokio::sync::watch;

use super::item::NotReady;

/// The answer to whether the server has the subscription. None until that is decided.
pub(super) type Decision = Option<Result<(), NotReady>>;

/// The decision, for everybody who waits for it.
pub(super) struct Readiness(watch::Sender<Decision>);

impl Readiness {
    pub fn new() -> Self {
        Self(watch::channel(None).0)
    }

    /// The first decision stays.
    pub fn decide(&self, decision: Result<(), NotReady>) {
        self.0.send_if_modified(|known| {
            let is_first = known.is_none();
            known.get_or_insert(decision);
            is_first
        });
    }

    pub fn subscribe(&self) -> watch::Receiver<Decision> {
        self.0.subscribe()
    }
}
