//! Hides dead letters from other readers while they are redriven or shown. After a kill, SQS shows them again after a
//! while.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::queue::Queue;

/// The receipts of hidden messages, by id, with their queue.
type Receipts = BTreeMap<String, (Queue, String)>;

#[derive(Debug)]
pub struct HiddenMessages {
    receipts: Arc<Mutex<Receipts>>,
    renewing: JoinHandle<()>,
}

impl HiddenMessages {
    /// Hides messages until it ends, and for at most so many seconds after a kill.
    pub fn new(seconds: i32) -> Self {
        let receipts = Arc::new(Mutex::new(Receipts::new()));
        Self { receipts: receipts.clone(), renewing: tokio::spawn(renew(receipts, seconds)) }
    }

    pub fn add(&self, queue: &Queue, id: &str, receipt: &str) {
        lock(&self.receipts).insert(id.to_owned(), (queue.clone(), receipt.to_owned()));
    }

    /// Returns the queue and the receipt of a message, which stays hidden.
    pub fn of(&self, id: &str) -> Option<(Queue, String)> {
        lock(&self.receipts).get(id).cloned()
    }

    /// Returns the number of messages of a queue that are hidden by this process.
    pub fn count(&self, queue: &Queue) -> usize {
        lock(&self.receipts).values().filter(|(other, _)| other.url() == queue.url()).count()
    }

    /// Forgets a message that is deleted.
    pub fn remove(&self, id: &str) {
        lock(&self.receipts).remove(id);
    }

    /// Shows all messages again. A failure only delays that.
    pub async fn release(self) {
        self.renewing.abort();
        let receipts = std::mem::take(&mut *lock(&self.receipts));
        hide(&receipts, 0).await;
    }
}

impl Drop for HiddenMessages {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

async fn renew(receipts: Arc<Mutex<Receipts>>, seconds: i32) {
    loop {
        sleep(Duration::from_secs(seconds as u64 / 3)).await;
        let receipts = lock(&receipts).clone();
        hide(&receipts, seconds).await;
    }
}

/// A message that is not renewed comes again, and is redriven again with the same ids.
async fn hide(receipts: &Receipts, seconds: i32) {
    let mut queues: BTreeMap<&str, (&Queue, Vec<String>)> = BTreeMap::new();
    for (queue, receipt) in receipts.values() {
        queues.entry(queue.url()).or_insert((queue, Vec::new())).1.push(receipt.clone());
    }
    for (queue, receipts) in queues.into_values() {
        let _ = queue.hide(&receipts, seconds).await;
    }
}

fn lock(receipts: &Mutex<Receipts>) -> MutexGuard<'_, Receipts> {
    receipts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mode::{REDRIVE_TIMEOUT, SHOW_TIMEOUT};
    use crate::queue::tests::{queue, recording_queue};

    #[tokio::test(start_paused = true)]
    async fn a_message_is_never_hidden_longer_than_its_timeout() {
        for seconds in [SHOW_TIMEOUT, REDRIVE_TIMEOUT] {
            let (queue, hidden) = recording_queue();
            let messages = HiddenMessages::new(seconds);
            messages.add(&queue, "1", "receipt");
            sleep(Duration::from_secs(u64::try_from(seconds).unwrap() + 1)).await;
            messages.release().await;
            let hidden: Vec<_> = hidden.lock().unwrap().clone();
            assert_eq!(hidden, [seconds, seconds, seconds, 0], "three renewals, and the end");
        }
    }

    #[tokio::test]
    async fn messages_of_other_queues_and_deleted_ones_do_not_count() {
        let (hidden, shared, other) = (HiddenMessages::new(REDRIVE_TIMEOUT), queue("shared"), queue("other"));
        for (queue, id) in [(&shared, "1"), (&shared, "2"), (&shared, "3"), (&other, "4")] {
            hidden.add(queue, id, "receipt");
        }
        hidden.remove("3");
        assert_eq!((hidden.count(&shared), hidden.count(&other)), (2, 1));
    }
}
