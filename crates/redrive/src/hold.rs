//! Keeps dead letters from other readers while they are redriven. A process that ends gives them back after a
//! while.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::queue::Queue;

/// Seconds. Another run waits for so long after this one was killed.
pub const HELD: i32 = 120;

/// Seconds for which messages are hidden from others while they are only shown.
pub const SHOWN: i32 = 30;

/// The receipts of held messages, by id, with their queue.
type Held = BTreeMap<String, (Queue, String)>;

#[derive(Debug)]
pub struct Hold {
    held: Arc<Mutex<Held>>,
    seconds: i32,
    renewing: JoinHandle<()>,
}

impl Hold {
    /// Holds messages until it ends, and for at most so many seconds after a kill.
    pub fn new(seconds: i32) -> Self {
        let held = Arc::new(Mutex::new(Held::new()));
        Self { held: held.clone(), seconds, renewing: tokio::spawn(renew(held, seconds)) }
    }

    pub fn seconds(&self) -> i32 {
        self.seconds
    }

    pub fn add(&self, queue: &Queue, id: &str, receipt: &str) {
        lock(&self.held).insert(id.to_owned(), (queue.clone(), receipt.to_owned()));
    }

    /// Returns the queue and the receipt of a message, which stays held.
    pub fn of(&self, id: &str) -> Option<(Queue, String)> {
        lock(&self.held).get(id).cloned()
    }

    /// Returns the number of messages of a queue that are held.
    pub fn count(&self, queue: &Queue) -> usize {
        lock(&self.held).values().filter(|(held, _)| held.url() == queue.url()).count()
    }

    /// Forgets a message that is deleted.
    pub fn remove(&self, id: &str) {
        lock(&self.held).remove(id);
    }

    /// Gives all messages back. A failure only delays that.
    pub async fn release(self) {
        self.renewing.abort();
        let held = std::mem::take(&mut *lock(&self.held));
        hide(&held, 0).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

async fn renew(held: Arc<Mutex<Held>>, seconds: i32) {
    loop {
        sleep(Duration::from_secs(seconds as u64 / 3)).await;
        let held = lock(&held).clone();
        hide(&held, seconds).await;
    }
}

/// A message that is not renewed comes again, and is redriven again with the same ids.
async fn hide(held: &Held, seconds: i32) {
    let mut queues: BTreeMap<&str, (&Queue, Vec<String>)> = BTreeMap::new();
    for (queue, receipt) in held.values() {
        queues.entry(queue.url()).or_insert((queue, Vec::new())).1.push(receipt.clone());
    }
    for (queue, receipts) in queues.into_values() {
        let _ = queue.hide(&receipts, seconds).await;
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::tests::{queue, recording_queue};

    #[tokio::test(start_paused = true)]
    async fn a_message_is_never_hidden_longer_than_its_hold() {
        for seconds in [SHOWN, HELD] {
            let (queue, hidden) = recording_queue();
            let hold = Hold::new(seconds);
            hold.add(&queue, "1", "receipt");
            sleep(Duration::from_secs(u64::try_from(seconds).unwrap() + 1)).await;
            hold.release().await;
            let hidden: Vec<_> = hidden.lock().unwrap().clone();
            assert_eq!(hidden, [seconds, seconds, seconds, 0], "three renewals, and the end");
        }
    }

    #[tokio::test]
    async fn messages_of_other_queues_and_deleted_ones_do_not_count() {
        let (hold, shared, other) = (Hold::new(HELD), queue("shared"), queue("other"));
        for (queue, id) in [(&shared, "1"), (&shared, "2"), (&shared, "3"), (&other, "4")] {
            hold.add(queue, id, "receipt");
        }
        hold.remove("3");
        assert_eq!((hold.count(&shared), hold.count(&other)), (2, 1));
    }
}
