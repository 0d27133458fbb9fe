//! One open connection: its send buffer, its deadlines and its close reason.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::Instant;

use super::authorization::Authorization;
use super::close::CloseReason;
use super::identity::Identity;
use super::limits::{CLOSE_WAIT, CONNECTION, IDLE, MESSAGE_OVERHEAD_BYTES, SEND_BUFFER_BYTES};
use crate::clock::Clock;

/// A message to the client. It occupies the send buffer until it is dropped.
#[derive(Debug)]
pub struct Queued {
    pub text: Bytes,
    _permit: OwnedSemaphorePermit,
}

/// The messages that wait for the client.
pub type Queue = mpsc::UnboundedReceiver<Queued>;

/// Why a message cannot be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostError {
    Gone,
    BufferFull,
}

#[derive(Debug)]
pub struct Connection {
    pub id: String,
    pub identity: Identity,
    /// Milliseconds since 1970.
    pub connected_at: u64,
    /// The context of the authorizer, if there is one.
    pub authorization: OnceLock<Authorization>,
    clock: Clock,
    opened: Instant,
    /// Milliseconds after `opened`.
    last_active: AtomicU64,
    queue: mpsc::UnboundedSender<Queued>,
    /// A permit for each free byte of the send buffer.
    buffer: Arc<Semaphore>,
    close_reason: watch::Sender<Option<CloseReason>>,
}

impl Connection {
    /// Opens a connection. Also returns the queue of messages to its client.
    pub fn new(id: String, identity: Identity, clock: Clock) -> (Self, Queue) {
        let (queue, queued) = mpsc::unbounded_channel();
        let connection = Self {
            id,
            identity,
            connected_at: clock.epoch_millis(),
            authorization: OnceLock::new(),
            opened: clock.now(),
            clock,
            last_active: AtomicU64::new(0),
            queue,
            buffer: Arc::new(Semaphore::new(SEND_BUFFER_BYTES)),
            close_reason: watch::Sender::new(None),
        };
        (connection, queued)
    }

    /// Queues a message. The gateway sends messages in the order of the queue.
    pub fn post(&self, text: Bytes) -> Result<(), PostError> {
        let cost = u32::try_from(text.len() + MESSAGE_OVERHEAD_BYTES).map_err(|_| PostError::BufferFull)?;
        let permit = self.buffer.clone().try_acquire_many_owned(cost).map_err(|_| PostError::BufferFull)?;
        self.queue.send(Queued { text, _permit: permit }).map_err(|_| PostError::Gone)
    }

    /// Requests the end of this connection. Only the first reason counts.
    pub fn close(&self, reason: CloseReason) {
        self.close_reason.send_if_modified(|requested| {
            let is_first = requested.is_none();
            requested.get_or_insert(reason);
            is_first
        });
    }

    pub fn is_closing(&self) -> bool {
        self.close_reason.borrow().is_some()
    }

    /// Returns when [`Connection::close`] was called.
    pub async fn close_requested(&self) -> CloseReason {
        let mut requested = self.close_reason.subscribe();
        let reason = requested.wait_for(Option::is_some).await;
        // Always present: the sender lives as long as this connection.
        reason.ok().and_then(|reason| reason.clone()).unwrap_or(CloseReason::ABNORMAL)
    }

    /// Notes that a message passes, in either direction.
    pub fn touch(&self) {
        let elapsed = self.clock.now().saturating_duration_since(self.opened).as_millis();
        self.last_active.fetch_max(u64::try_from(elapsed).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// The time of the last message, in milliseconds since 1970.
    pub fn last_active_at(&self) -> u64 {
        self.connected_at + self.last_active.load(Ordering::Relaxed)
    }

    /// Closes this connection when it is idle or open for too long.
    /// Returns when [`CLOSE_WAIT`] has passed after any request to close.
    pub async fn expired(&self) -> CloseReason {
        tokio::select! {
            _ = self.close_requested() => {}
            () = self.out_of_time() => self.close(CloseReason::GOING_AWAY),
        }
        tokio::time::sleep(CLOSE_WAIT).await;
        self.close_requested().await
    }

    async fn out_of_time(&self) {
        while self.clock.now() < self.deadline() {
            self.clock.sleep_until(self.deadline()).await;
        }
    }

    fn deadline(&self) -> Instant {
        let active = Duration::from_millis(self.last_active.load(Ordering::Relaxed));
        self.opened + (active + IDLE).min(CONNECTION)
    }
}

#[cfg(test)]
mod tests;
