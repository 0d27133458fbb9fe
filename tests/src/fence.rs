use std::sync::atomic::{AtomicUsize, Ordering};

use crate::items::{order, profile};
use crate::machine::Machine;

/// Returns when everything that was written before has been dispatched, pushes included.
///
/// A pipe's batches come one after another. The first of our own items may share a batch with what was
/// written before; the second, written once the first is seen, is in a later batch.
pub async fn everything_is_dispatched(machine: &Machine) {
    pass(machine).await;
    pass(machine).await;
}

/// An item of each table, through to a client.
async fn pass(machine: &Machine) {
    let id = next();
    let (profile_subject, order_subject) = (format!("profiles/{id}"), format!("orders/acme/{id}"));
    let mut client = machine.subscribe(&[&profile_subject, &order_subject]).await;
    machine.dynamodb().put("profiles", profile(&id, "Fence")).await;
    machine.dynamodb().put("orders", order(&id, "PLACED")).await;
    client.subjects(2).await;
}

/// Whether an event is ours, and not of the test.
pub fn is_of_a_fence(subject: &str) -> bool {
    subject.contains("/fence-")
}

fn next() -> String {
    static FENCES: AtomicUsize = AtomicUsize::new(1);
    format!("fence-{}", FENCES.fetch_add(1, Ordering::Relaxed))
}
