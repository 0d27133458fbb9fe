use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Sender, UnboundedReceiver};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use super::handshake::{failure, request};
use super::tls::connector;
use super::token::{self, GetToken, remaining};
use crate::machine::{ConnectionId, Reason};

/// The longest wait for the end of a connection that the client closes.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where and how to connect.
pub(super) struct Endpoint {
    pub url: String,
    pub token: Option<GetToken>,
}

/// A change of a connection.
pub(super) struct Input {
    pub connection: ConnectionId,
    pub event: Happened,
}

pub(super) enum Happened {
    Opened {
        /// The remaining time of the token.
        expires_in: Option<Duration>,
    },
    Received(String),
    Disconnected(Reason),
    /// A new token, if there is one.
    Token(Option<String>),
}

/// The client's side of a connection. Both end when the client closes it.
pub(super) struct Outgoing {
    pub messages: UnboundedReceiver<String>,
    pub open: oneshot::Receiver<()>,
}

/// Runs one connection. Ends when the client closes it, or nobody receives what happens.
pub(super) async fn run(
    connection: ConnectionId,
    endpoint: Arc<Endpoint>,
    happened: Sender<Input>,
    mut outgoing: Outgoing,
) {
    let opened = tokio::select! {
        biased;
        // The machine sends nothing before the connection is open.
        _ = outgoing.messages.recv() => return,
        opened = open(&endpoint) => opened,
    };
    let reason = match opened {
        Ok((socket, expires_in)) => {
            let opened = Input { connection, event: Happened::Opened { expires_in } };
            if happened.send(opened).await.is_err() {
                return;
            }
            serve(socket, connection, &happened, outgoing).await
        }
        Err(reason) => Some(reason),
    };
    if let Some(reason) = reason {
        // Nobody receives it after the client is closed.
        let _ = happened.send(Input { connection, event: Happened::Disconnected(reason) }).await;
    }
}

async fn open(endpoint: &Endpoint) -> Result<(Socket, Option<Duration>), Reason> {
    let url = &endpoint.url;
    let token = match &endpoint.token {
        Some(get_token) => Some(
            token::request(get_token).await.map_err(|error| format!("cannot connect: no token: {error}"))?,
        ),
        None => None,
    };
    let connector = if url.starts_with("wss:") { Some(connector()?) } else { None };
    let request = request(url, token.as_deref())?;
    let (socket, _) = connect_async_tls_with_config(request, None, true, connector)
        .await
        .map_err(|error| failure(url, error))?;
    Ok((socket, token.as_deref().and_then(remaining)))
}

/// Returns why the connection ended. None if the client closed it.
async fn serve(
    mut socket: Socket,
    connection: ConnectionId,
    happened: &Sender<Input>,
    Outgoing { mut messages, mut open }: Outgoing,
) -> Option<Reason> {
    loop {
        let frame = tokio::select! {
            message = messages.recv() => match message {
                Some(text) => tokio::select! {
                    biased;
                    sent = socket.send(Message::from(text)) => match sent {
                        Ok(()) => continue,
                        Err(error) => return Some(format!("the connection failed: {error}").into()),
                    },
                    // The server does not read. No close frame can follow a part of a message.
                    _ = &mut open => return None,
                },
                None => {
                    in_time(socket.close(None)).await;
                    return None;
                }
            },
            frame = socket.next() => frame,
        };
        let text = match frame {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Binary(_))) => return Some("the server sent a binary frame".into()),
            Some(Ok(Message::Close(frame))) => {
                // Sends the close frame in reply, which the library has prepared.
                in_time(socket.flush()).await;
                return Some(closed(frame));
            }
            Some(Ok(_)) => continue,
            Some(Err(error)) => return Some(format!("the connection failed: {error}").into()),
            None => return Some(closed(None)),
        };
        happened.send(Input { connection, event: Happened::Received(text) }).await.ok()?;
    }
}

/// A server that does not read does not matter any more.
async fn in_time<T>(last: impl Future<Output = T>) {
    let _ = timeout(CLOSE_TIMEOUT, last).await;
}

fn closed(frame: Option<CloseFrame>) -> Reason {
    match frame {
        Some(CloseFrame { code, reason }) if reason.is_empty() => {
            format!("the connection closed with code {}", u16::from(code)).into()
        }
        Some(CloseFrame { code, reason }) => {
            format!("the connection closed with code {}: {reason}", u16::from(code)).into()
        }
        None => "the connection closed without a code".into(),
    }
}
