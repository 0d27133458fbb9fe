//! Reads from, writes to and closes a WebSocket.

use std::pin::pin;

use bytes::Bytes;
use tablecast_pipes::invoke::Invoke;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Result;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};

use super::close::CloseReason;
use super::connection::{Connection, Queue, Queued};
use super::duplex::Duplex;
use super::limits::{CLOSE_WAIT, FRAME_BYTES, MESSAGE_BYTES};
use super::messages::Messages;

/// Small, because there may be thousands of connections. The write buffer must hold a frame, and the pongs
/// that a client requests without reading them.
const BUFFER_BYTES: usize = 4 * 1024;
const WRITE_BUFFER_BYTES: usize = FRAME_BYTES + 32 * 1024;

/// API Gateway's limits for incoming messages.
pub fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(MESSAGE_BYTES))
        .max_frame_size(Some(FRAME_BYTES))
}

/// Serves a connection until it ends, and returns the reason.
pub async fn serve<I: Invoke>(
    socket: &Duplex,
    mut queue: Queue,
    connection: &Connection,
    messages: &Messages<I>,
) -> CloseReason {
    tokio::select! {
        reason = read(socket, connection, messages) => reason,
        reason = write(socket, &mut queue, connection) => reason,
        reason = connection.expired() => reason,
    }
}

async fn read<I: Invoke>(socket: &Duplex, connection: &Connection, messages: &Messages<I>) -> CloseReason {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(body))) => {
                connection.touch();
                messages.receive(body.to_string()).await;
            }
            Some(Ok(Message::Binary(_))) => return refused(connection, CloseReason::BINARY),
            Some(Ok(Message::Close(frame))) => return CloseReason::by_client(frame),
            // tungstenite answers pings. They do not count as activity.
            Some(Ok(_)) => {}
            Some(Err(error)) => return refused(connection, CloseReason::after(&error)),
            None => return CloseReason::ABNORMAL,
        }
    }
}

/// Logs why the gateway closes a connection whose client is still there.
fn refused(connection: &Connection, reason: CloseReason) -> CloseReason {
    if reason != CloseReason::ABNORMAL {
        let CloseReason { code, reason } = &reason;
        tracing::warn!(connection = connection.id, code, "closed a connection: {reason}");
    }
    reason
}

/// Sends queued messages. Returns after a request to close, when all earlier messages are sent.
async fn write(socket: &Duplex, queue: &mut Queue, connection: &Connection) -> CloseReason {
    let mut close_requested = pin!(connection.close_requested());
    loop {
        let queued = tokio::select! {
            biased;
            Some(queued) = queue.recv() => queued,
            reason = &mut close_requested => return reason,
        };
        connection.touch();
        if let Err(error) = send(socket, queued, queue.is_empty()).await {
            return CloseReason::after(&error);
        }
    }
}

/// Sends a message. If more messages follow, it may wait for them in the write buffer.
async fn send(socket: &Duplex, message: Queued, is_last: bool) -> Result<()> {
    for frame in frames(&message.text) {
        socket.feed(Message::Frame(frame)).await?;
    }
    if is_last { socket.flush().await } else { Ok(()) }
}

/// Splits a message into frames of at most 32 KB.
fn frames(text: &Bytes) -> impl Iterator<Item = Frame> {
    let count = text.len().div_ceil(FRAME_BYTES).max(1);
    (0..count).map(move |index| {
        let start = index * FRAME_BYTES;
        let payload = text.slice(start..text.len().min(start + FRAME_BYTES));
        let kind = if index == 0 { Data::Text } else { Data::Continue };
        Frame::message(payload, OpCode::Data(kind), index + 1 == count)
    })
}

/// Sends the close frame, and waits up to [`CLOSE_WAIT`] until the client has hung up.
pub async fn close(socket: Duplex, reason: &CloseReason) {
    let _ = tokio::time::timeout(CLOSE_WAIT, close_and_drain(socket, reason)).await;
}

/// Reads and discards the remaining bytes of the client. Unread bytes would reset the connection, and the
/// client could lose the close frame.
async fn close_and_drain(socket: Duplex, reason: &CloseReason) {
    if let Some(frame) = reason.frame() {
        let _ = socket.feed(Message::Close(Some(frame))).await;
        let _ = socket.flush().await;
    }
    while socket.next().await.is_some() {}
    let mut io = socket.into_io();
    let _ = io.shutdown().await;
    let _ = tokio::io::copy(&mut io, &mut tokio::io::sink()).await;
}
