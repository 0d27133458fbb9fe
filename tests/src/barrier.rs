//! Waits until every earlier change is delivered, so that a test can check that nothing else arrives.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::eventually::eventually;
use crate::items::{order, profile};
use crate::local_mode::{LocalMode, PipeStatus};

/// Returns when every change that was written before is dispatched and sent to its clients.
///
/// A pipe reads the changes of a table in order, but handles several batches at once. So the barrier writes an
/// item to each table. When their events arrive, the pipes have read all earlier changes, and must only finish
/// them.
pub async fn wait_until_dispatched(local: &LocalMode) {
    wait_until_read(local).await;
    let idle = async || local.pipes().await.iter().all(PipeStatus::is_idle).then_some(());
    eventually("the end of all batches", idle).await;
}

async fn wait_until_read(local: &LocalMode) {
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
