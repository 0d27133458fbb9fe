//! A WebSocket that one task reads and writes concurrently.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Result};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// The lock is held only during a poll. The halves of futures' `split` are no alternative: they buffer a
/// message, so that the gateway could not retry it when the write buffer is full.
#[derive(Debug)]
pub struct Duplex(Mutex<Socket>);

impl Duplex {
    /// Wraps the server side of an upgraded connection.
    pub async fn new(upgraded: Upgraded, config: WebSocketConfig) -> Self {
        let io = TokioIo::new(upgraded);
        Self(Mutex::new(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await))
    }

    /// Returns the next message, or `None` after an error.
    pub async fn next(&self) -> Option<Result<Message>> {
        poll_fn(|context| self.lock().poll_next_unpin(context)).await
    }

    /// Writes a message to the write buffer. If unread pongs fill the buffer, it first waits until they are
    /// sent.
    pub async fn feed(&self, message: Message) -> Result<()> {
        poll_fn(|context| self.lock().poll_ready_unpin(context)).await?;
        let fed = self.lock().start_send_unpin(message);
        let Err(Error::WriteBufferFull(message)) = fed else { return fed };
        self.flush().await?;
        self.lock().start_send_unpin(*message)
    }

    /// Sends the write buffer to the client.
    pub async fn flush(&self) -> Result<()> {
        poll_fn(|context| self.lock().poll_flush_unpin(context)).await
    }

    /// Returns the underlying connection, and drops the buffers.
    pub fn into_io(self) -> TokioIo<Upgraded> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into_inner()
    }

    fn lock(&self) -> MutexGuard<'_, Socket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
