//! The WebSocket itself: reads, writes, and the end of it.

use std::pin::pin;

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self};

use super::close::Closing;
use super::connection::{Connection, Queued};
use super::limits::{CLOSE_WAIT, FRAME_BYTES, MESSAGE_BYTES};
use super::session::Session;
use crate::invoke::Invoke;

type Socket = WebSocketStream<TokioIo<Upgraded>>;
type Writer = SplitSink<Socket, Message>;
type Reader = SplitStream<Socket>;

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

/// Serves a connection to its end, and says how it ended.
pub async fn serve<I: Invoke>(
    socket: Socket,
    mut queue: mpsc::UnboundedReceiver<Queued>,
    session: &Session<I>,
) -> Closing {
    let (mut writer, mut reader) = socket.split();
    let closing = tokio::select! {
        closing = read(&mut reader, session) => closing,
        closing = write(&mut writer, &mut queue, &session.connection) => closing,
        closing = session.connection.expired() => closing,
    };
    // From here on the connection is gone for everybody else.
    session.connection.close(closing.clone());
    let _ = tokio::time::timeout(CLOSE_WAIT, end(writer, reader, &closing)).await;
    closing
}

async fn read<I: Invoke>(reader: &mut Reader, session: &Session<I>) -> Closing {
    loop {
        match reader.next().await {
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
async fn write(
    writer: &mut Writer,
    queue: &mut mpsc::UnboundedReceiver<Queued>,
    connection: &Connection,
) -> Closing {
    let mut closing = pin!(connection.closing());
    loop {
        let queued = tokio::select! {
            biased;
            Some(queued) = queue.recv() => queued,
            closing = &mut closing => return closing,
        };
        connection.touch();
        if let Err(error) = send(writer, queued, queue.is_empty()).await {
            return Closing::after(&error);
        }
    }
}

/// Hands a message to the socket; what is followed by more may wait for it in the write buffer.
async fn send(writer: &mut Writer, message: Queued, last: bool) -> tungstenite::Result<()> {
    for frame in frames(&message.text) {
        writer.feed(Message::Frame(frame)).await?;
    }
    if last { writer.flush().await } else { Ok(()) }
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

/// Says goodbye and waits until the client has hung up. Hanging up first, with bytes of the client
/// unread, would reset the connection and could take the close frame from the client.
async fn end(mut writer: Writer, mut reader: Reader, closing: &Closing) {
    if let Some(frame) = closing.frame() {
        let _ = writer.send(Message::Close(Some(frame))).await;
    }
    while reader.next().await.is_some() {}
    let Ok(socket) = writer.reunite(reader) else { return };
    let mut io = socket.into_inner();
    let _ = io.shutdown().await;
    let _ = tokio::io::copy(&mut io, &mut tokio::io::sink()).await;
}
