use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::{HeaderMap, HeaderValue, StatusCode};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use futures_util::{SinkExt, StreamExt};

use super::within;
use crate::server_events::{end, subscribed};

pub struct Server(TcpListener);

pub struct Connection {
    socket: WebSocketStream<TcpStream>,
    pub headers: HeaderMap,
}

impl Server {
    pub async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub fn url(&self) -> String {
        format!("ws://{}", self.0.local_addr().unwrap())
    }

    pub async fn accept(&self) -> Connection {
        let (stream, _) = within(self.0.accept()).await.unwrap();
        let mut headers = HeaderMap::new();
        #[allow(clippy::result_large_err)] // The type is that of the library.
        let choose = |request: &Request, mut response: Response| {
            headers = request.headers().clone();
            let protocol = HeaderValue::from_static("cloudevents-batch.json");
            response.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
            Ok(response)
        };
        let socket = within(accept_hdr_async(stream, choose)).await.unwrap();
        Connection { socket, headers }
    }

    /// Accepts the subscription of a client, which starts at this offset.
    pub async fn live(&self, subjects: &[&str], offset: u64) -> Connection {
        let mut connection = self.accept().await;
        let message = connection.receive().await;
        assert_eq!(message["action"], "subscribe", "{message}");
        connection.send(&[subscribed(message["id"].as_str().unwrap(), subjects, &end(offset))]).await;
        connection
    }

    pub async fn refuse(&self, status: u16) {
        let (stream, _) = within(self.0.accept()).await.unwrap();
        #[allow(clippy::result_large_err)] // The type is that of the library.
        let refuse = |_: &Request, _: Response| {
            let mut response = ErrorResponse::new(Some("no".to_owned()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            Err(response)
        };
        assert!(within(accept_hdr_async(stream, refuse)).await.is_err());
    }
}

impl Connection {
    /// Returns the next message of the client.
    pub async fn receive(&mut self) -> Value {
        loop {
            match within(self.socket.next()).await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(frame) => panic!("the client closed the connection: {frame:?}"),
                _ => {}
            }
        }
    }

    /// Sends events in one frame.
    pub async fn send(&mut self, events: &[String]) {
        let frame = format!("[{}]", events.join(","));
        within(self.socket.send(Message::from(frame))).await.unwrap();
    }

    pub async fn send_binary(&mut self) {
        within(self.socket.send(Message::binary(vec![1]))).await.unwrap();
    }

    /// Closes the connection, and waits for the close frame of the client.
    pub async fn close(mut self) {
        within(self.socket.close(None)).await.unwrap();
        let reply = within(self.socket.next()).await;
        assert!(matches!(reply, Some(Ok(Message::Close(_)))), "{reply:?}");
    }

    /// Waits until the client closes the connection, with a close frame.
    pub async fn closed(mut self) {
        while let Some(Ok(message)) = within(self.socket.next()).await {
            if message.is_close() {
                return;
            }
        }
        panic!("the connection ended without a close frame");
    }
}
