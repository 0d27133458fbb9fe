//! A WebSocket that one task reads and writes at the same time.

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Result};

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Locked only while it is polled. The halves of futures' `split` keep a message back, so that it
/// could not be tried again when the write buffer is full.
#[derive(Debug)]
pub struct Duplex(Mutex<Socket>);

impl Duplex {
    /// The server's side of an upgraded connection.
    pub async fn new(upgraded: Upgraded, config: WebSocketConfig) -> Self {
        let io = TokioIo::new(upgraded);
        Self(Mutex::new(WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await))
    }

    /// The next message that arrives; none after an error.
    pub async fn next(&self) -> Option<Result<Message>> {
        poll_fn(|context| self.lock().poll_next_unpin(context)).await
    }

    /// Puts a message into the write buffer. If pongs that the client does not read have taken its
    /// place there, it waits until they are gone.
    pub async fn feed(&self, message: Message) -> Result<()> {
        poll_fn(|context| self.lock().poll_ready_unpin(context)).await?;
        let fed = self.lock().start_send_unpin(message);
        let Err(Error::WriteBufferFull(message)) = fed else { return fed };
        self.flush().await?;
        self.lock().start_send_unpin(*message)
    }

    /// Writes everything that is in the write buffer.
    pub async fn flush(&self) -> Result<()> {
        poll_fn(|context| self.lock().poll_flush_unpin(context)).await
    }

    /// The connection below, without what is still buffered.
    pub fn into_io(self) -> TokioIo<Upgraded> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into_inner()
    }

    fn lock(&self) -> MutexGuard<'_, Socket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
