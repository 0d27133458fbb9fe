//! One connection of a client.

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use crate::{Failure, within};

type Socket = WebSocketStream<TcpStream>;

pub struct Connection {
    sink: Option<SplitSink<Socket, Message>>,
    messages: UnboundedReceiver<Value>,
    pongs: UnboundedReceiver<()>,
    reader: JoinHandle<()>,
    /// Every frame is an array of events.
    has_arrays: bool,
    /// The messages that the client sent.
    pub received: Vec<Value>,
}

impl Connection {
    pub fn start(socket: Socket, has_arrays: bool) -> Self {
        let (sink, stream) = socket.split();
        let (messages_in, messages) = unbounded_channel();
        let (pongs_in, pongs) = unbounded_channel();
        let reader = tokio::spawn(read(stream, messages_in, pongs_in));
        Self { sink: Some(sink), messages, pongs, reader, has_arrays, received: Vec::new() }
    }

    /// Returns the next message, or none if the client ended the connection.
    pub async fn next(&mut self) -> Result<Option<Value>, Failure> {
        let message = within("a message of the client", self.messages.recv()).await?;
        self.received.extend(message.clone());
        Ok(message)
    }

    /// Returns a message that no step expected.
    pub fn unexpected(&mut self) -> Option<Value> {
        self.messages.try_recv().ok()
    }

    /// Returns the last message of this action.
    pub fn last(&self, action: &str) -> Option<&Value> {
        self.received.iter().rev().find(|message| message["action"] == action)
    }

    /// Sends events: up to 100 in one frame, or each in its own.
    pub async fn send_events(&mut self, events: Vec<Value>) -> Result<(), Failure> {
        for events in events.chunks(if self.has_arrays { 100 } else { 1 }) {
            let frame = if self.has_arrays { Value::Array(events.to_vec()) } else { events[0].clone() };
            self.send(Message::from(frame.to_string())).await?;
        }
        Ok(())
    }

    pub async fn send(&mut self, message: Message) -> Result<(), Failure> {
        let sink = self.sink.as_mut().ok_or("the scenario ended this connection")?;
        within("sending", sink.send(message)).await?.map_err(|error| format!("cannot send: {error}"))
    }

    /// Returns when the client has read everything that was sent before, or has ended the connection.
    pub async fn flush(&mut self) -> Result<(), Failure> {
        if self.send(Message::Ping(Default::default())).await.is_ok() {
            within("a WebSocket pong", self.pongs.recv()).await?;
        }
        Ok(())
    }

    /// Waits for the client's close frame, then ends the connection.
    pub async fn finish(&mut self) {
        let _ = within("a close frame", &mut self.reader).await;
        self.cut();
    }

    pub fn cut(&mut self) {
        self.reader.abort();
        self.sink = None;
    }

    pub fn is_open(&self) -> bool {
        self.sink.is_some() && !self.reader.is_finished()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// Ends with the connection.
async fn read(mut stream: SplitStream<Socket>, messages: UnboundedSender<Value>, pongs: UnboundedSender<()>) {
    while let Some(Ok(frame)) = stream.next().await {
        let sent = match &frame {
            Message::Text(text) => {
                messages.send(serde_json::from_str(text).unwrap_or(text.as_str().into())).is_ok()
            }
            Message::Pong(_) => pongs.send(()).is_ok(),
            _ => true,
        };
        if !sent {
            return;
        }
    }
}
