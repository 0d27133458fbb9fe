//! Waits until every earlier change is delivered, so that a test can check that nothing else arrives.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::items::{order, profile};
use crate::local_mode::LocalMode;

/// Returns when every change that was written before is dispatched and sent to its clients.
///
/// A pipe handles one batch after another. The first barrier item may share a batch with an earlier change.
/// The second is written when the first has arrived, so it is in a later batch.
pub async fn wait_until_dispatched(local: &LocalMode) {
    pass(local).await;
    pass(local).await;
}

/// Writes an item to each table and waits until a client receives both.
async fn pass(local: &LocalMode) {
    let id = next();
    let (profile_subject, order_subject) = (format!("profiles/{id}"), format!("orders/acme/{id}"));
    let mut client = local.subscribe(&[&profile_subject, &order_subject]).await;
    local.dynamodb().put("profiles", profile(&id, "Barrier")).await;
    local.dynamodb().put("orders", order(&id, "PLACED")).await;
    client.subjects(2).await;
}

/// Returns true if an event comes from a barrier and not from the test.
pub fn is_barrier_subject(subject: &str) -> bool {
    subject.contains("/barrier-")
}

fn next() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(1);
    format!("barrier-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}
