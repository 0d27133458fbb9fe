use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

pub type BoxError = Box<dyn Error + Send + Sync>;

/// Keeps the progress of subscriptions. The client calls it on threads that may block, one call at a time for each
/// name.
pub trait Store: Send + Sync + 'static {
    /// Returns the text that `save` received last for this name.
    fn load(&self, name: &str) -> Result<Option<String>, BoxError>;

    fn save(&self, name: &str, progress: &str) -> Result<(), BoxError>;
}

/// Keeps progress until the process ends.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<HashMap<String, String>>);

impl Store for MemoryStore {
    fn load(&self, name: &str) -> Result<Option<String>, BoxError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned())
    }

    fn save(&self, name: &str, progress: &str) -> Result<(), BoxError> {
        let mut saved = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        saved.insert(name.to_owned(), progress.to_owned());
        Ok(())
    }
}

/// A store that several clients share, one after the other.
impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    fn load(&self, name: &str) -> Result<Option<String>, BoxError> {
        self.as_ref().load(name)
    }

    fn save(&self, name: &str, progress: &str) -> Result<(), BoxError> {
        self.as_ref().save(name, progress)
    }
}
