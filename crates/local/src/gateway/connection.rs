//! One open connection, as those see it who want to send to it, look at it or close it.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::Instant;

use super::authorizer::Authorization;
use super::close::Closing;
use super::limits::{CLOSE_WAIT, CONNECTION, IDLE, MESSAGE_OVERHEAD_BYTES, SEND_BUFFER_BYTES};
use crate::clock::Clock;

/// A message on its way to the client. It takes up room in the send buffer until it is dropped.
#[derive(Debug)]
pub struct Queued {
    pub text: Bytes,
    _room: OwnedSemaphorePermit,
}

/// What waits for the client.
pub type Queue = mpsc::UnboundedReceiver<Queued>;

/// Why a message was not queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotQueued {
    Gone,
    BufferFull,
}

/// Who connected, as events and `@connections` tell it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    pub source_ip: IpAddr,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

#[derive(Debug)]
pub struct Connection {
    pub id: String,
    pub identity: Identity,
    /// Milliseconds since 1970.
    pub connected_at: u64,
    /// What the authorizer said, if there is one.
    pub authorization: OnceLock<Authorization>,
    clock: Clock,
    opened: Instant,
    /// Milliseconds after `opened`.
    last_active: AtomicU64,
    queue: mpsc::UnboundedSender<Queued>,
    room: Arc<Semaphore>,
    closing: watch::Sender<Option<Closing>>,
}

impl Connection {
    /// A connection from now on, and the queue of what is sent to it.
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
            room: Arc::new(Semaphore::new(SEND_BUFFER_BYTES)),
            closing: watch::Sender::new(None),
        };
        (connection, queued)
    }

    /// Queues a message; messages leave in the order in which they were queued.
    pub fn post(&self, text: Bytes) -> Result<(), NotQueued> {
        let cost = u32::try_from(text.len() + MESSAGE_OVERHEAD_BYTES).map_err(|_| NotQueued::BufferFull)?;
        let room = self.room.clone().try_acquire_many_owned(cost).map_err(|_| NotQueued::BufferFull)?;
        self.queue.send(Queued { text, _room: room }).map_err(|_| NotQueued::Gone)
    }

    /// Asks for the end of this connection. Only the first request counts.
    pub fn close(&self, closing: Closing) {
        self.closing.send_if_modified(|asked| {
            let first = asked.is_none();
            asked.get_or_insert(closing);
            first
        });
    }

    pub fn is_closing(&self) -> bool {
        self.closing.borrow().is_some()
    }

    /// Returns once [`Connection::close`] was called.
    pub async fn closing(&self) -> Closing {
        let mut asked = self.closing.subscribe();
        let closing = asked.wait_for(Option::is_some).await;
        // The sender lives as long as this connection, so there is always an answer.
        closing.ok().and_then(|closing| closing.clone()).unwrap_or(Closing::ABNORMAL)
    }

    /// Notes that a message is passing, in either direction.
    pub fn touch(&self) {
        let elapsed = self.clock.now().saturating_duration_since(self.opened).as_millis();
        self.last_active.fetch_max(u64::try_from(elapsed).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// When a message last passed, in milliseconds since 1970.
    pub fn last_active_at(&self) -> u64 {
        self.connected_at + self.last_active.load(Ordering::Relaxed)
    }

    /// Closes this connection when it is idle or open for too long, and returns when a client that
    /// was asked to close, for whatever reason, has taken too long over it.
    pub async fn expired(&self) -> Closing {
        tokio::select! {
            _ = self.closing() => {}
            () = self.out_of_time() => self.close(Closing::GOING_AWAY),
        }
        tokio::time::sleep(CLOSE_WAIT).await;
        self.closing().await
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
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn open() -> (Connection, Queue) {
        let identity = Identity { source_ip: Ipv4Addr::LOCALHOST.into(), user_agent: None };
        Connection::new("id=".into(), identity, Clock::new())
    }

    #[test]
    fn the_send_buffer_is_bounded_and_is_freed_by_what_leaves_it() {
        let (connection, mut queue) = open();
        let message = Bytes::from(vec![b'x'; 64 * 1024 - MESSAGE_OVERHEAD_BYTES]);
        for _ in 0..16 {
            assert_eq!(connection.post(message.clone()), Ok(()));
        }
        assert_eq!(connection.post(Bytes::new()), Err(NotQueued::BufferFull));
        drop(queue.try_recv().unwrap());
        assert_eq!(connection.post(message), Ok(()));
    }

    #[test]
    fn empty_messages_fill_the_send_buffer_too() {
        let (connection, _queue) = open();
        let most = SEND_BUFFER_BYTES / MESSAGE_OVERHEAD_BYTES;
        let accepted = (0..most + 1).take_while(|_| connection.post(Bytes::new()).is_ok()).count();
        assert_eq!(accepted, most);
    }

    #[test]
    fn nothing_is_queued_for_a_connection_that_nobody_serves() {
        let (connection, queue) = open();
        drop(queue);
        assert_eq!(connection.post(Bytes::new()), Err(NotQueued::Gone));
    }

    #[tokio::test]
    async fn the_first_reason_to_close_counts() {
        let (connection, _queue) = open();
        connection.close(Closing::NORMAL);
        connection.close(Closing::GOING_AWAY);
        assert_eq!(connection.closing().await, Closing::NORMAL);
    }
}
