//! The WebSocket itself: reads, writes, and the end of it.

use std::pin::pin;

use bytes::Bytes;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::Result;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};

use super::close::Closing;
use super::connection::{Connection, Queue, Queued};
use super::duplex::Duplex;
use super::limits::{CLOSE_WAIT, FRAME_BYTES, MESSAGE_BYTES};
use super::session::Session;
use crate::invoke::Invoke;

/// Small buffers, because there are thousands of connections. The write buffer has to hold a frame
/// and what pongs a client provokes that does not read them.
const BUFFER_BYTES: usize = 4 * 1024;
const WRITE_BUFFER_BYTES: usize = FRAME_BYTES + 32 * 1024;

/// API Gateway's limits for what comes in.
pub fn config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(Some(MESSAGE_BYTES))
        .max_frame_size(Some(FRAME_BYTES))
}

/// Serves a connection to its end, and says how it ends.
pub async fn serve<I: Invoke>(socket: &Duplex, mut queue: Queue, session: &Session<I>) -> Closing {
    tokio::select! {
        closing = read(socket, session) => closing,
        closing = write(socket, &mut queue, &session.connection) => closing,
        closing = session.connection.expired() => closing,
    }
}

async fn read<I: Invoke>(socket: &Duplex, session: &Session<I>) -> Closing {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(body))) => {
                session.connection.touch();
                session.receive(body.to_string()).await;
            }
            Some(Ok(Message::Binary(_))) => return Closing::BINARY,
            Some(Ok(Message::Close(frame))) => return Closing::by_client(frame),
            // Pings are answered by tungstenite; they are no activity.
            Some(Ok(_)) => {}
            Some(Err(error)) => return Closing::after(&error),
            None => return Closing::ABNORMAL,
        }
    }
}

/// Writes what is queued, and returns when a close was asked for and everything before it is written.
async fn write(socket: &Duplex, queue: &mut Queue, connection: &Connection) -> Closing {
    let mut closing = pin!(connection.closing());
    loop {
        let queued = tokio::select! {
            biased;
            Some(queued) = queue.recv() => queued,
            closing = &mut closing => return closing,
        };
        connection.touch();
        if let Err(error) = send(socket, queued, queue.is_empty()).await {
            return Closing::after(&error);
        }
    }
}

/// Hands a message to the socket; what is followed by more may wait for it in the write buffer.
async fn send(socket: &Duplex, message: Queued, last: bool) -> Result<()> {
    for frame in frames(&message.text) {
        socket.feed(Message::Frame(frame)).await?;
    }
    if last { socket.flush().await } else { Ok(()) }
}

/// Cuts a message into frames of at most 32 KB.
fn frames(text: &Bytes) -> impl Iterator<Item = Frame> {
    let count = text.len().div_ceil(FRAME_BYTES).max(1);
    (0..count).map(move |index| {
        let start = index * FRAME_BYTES;
        let payload = text.slice(start..text.len().min(start + FRAME_BYTES));
        let kind = if index == 0 { Data::Text } else { Data::Continue };
        Frame::message(payload, OpCode::Data(kind), index + 1 == count)
    })
}

/// Says goodbye and waits until the client has hung up, for [`CLOSE_WAIT`] at most.
pub async fn end(socket: Duplex, closing: &Closing) {
    let _ = tokio::time::timeout(CLOSE_WAIT, goodbye(socket, closing)).await;
}

/// Hanging up with bytes of the client unread would reset the connection, and could take the close
/// frame from the client: what it still sends is read and thrown away.
async fn goodbye(socket: Duplex, closing: &Closing) {
    if let Some(frame) = closing.frame() {
        let _ = socket.feed(Message::Close(Some(frame))).await;
        let _ = socket.flush().await;
    }
    while socket.next().await.is_some() {}
    let mut io = socket.into_io();
    let _ = io.shutdown().await;
    let _ = tokio::io::copy(&mut io, &mut tokio::io::sink()).await;
}
