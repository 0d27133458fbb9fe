use std::collections::HashMap;
use std::sync::Arc;

use super::collection_sink::CollectionSink;
use crate::machine::SubscriptionId;

/// The collections of the application.
#[derive(Default)]
pub(super) struct Collections {
    by_number: HashMap<u64, SubscriptionId>,
    sinks: HashMap<SubscriptionId, Arc<CollectionSink>>,
}

impl Collections {
    pub fn add(&mut self, number: u64, sink: Arc<CollectionSink>, id: SubscriptionId) {
        self.by_number.insert(number, id);
        self.sinks.insert(id, sink);
    }

    pub fn get(&self, id: SubscriptionId) -> Option<&Arc<CollectionSink>> {
        self.sinks.get(&id)
    }

    /// Returns the subscription to end.
    pub fn remove(&mut self, number: u64) -> Option<SubscriptionId> {
        let id = self.by_number.remove(&number)?;
        self.sinks.remove(&id);
        Some(id)
    }

    pub fn close(&self) {
        self.sinks.values().for_each(|sink| sink.close());
    }
}
