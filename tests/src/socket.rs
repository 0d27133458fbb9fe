//! A WebSocket client.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::eventually::within;
use crate::repeated::Repeated;

pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The sub-protocol that the server chose.
    pub protocol: Option<String>,
    repeated: Repeated,
}

/// The HTTP response to a refused connection. Status 0: there was no response.
#[derive(Debug)]
pub struct HandshakeError {
    pub status: u16,
    pub body: String,
}

/// Appends a query. The address of API Gateway ends in the name of the stage, without a `/`.
pub fn with_query(url: &str, query: &str) -> String {
    let has_path = url.splitn(4, '/').nth(3).is_some();
    format!("{url}{}?{query}", if has_path { "" } else { "/" })
}

impl Socket {
    pub async fn subscribe(url: &str, patterns: &[&str]) -> Result<Self, HandshakeError> {
        let query: Vec<_> = patterns.iter().map(|pattern| format!("subscribe={pattern}")).collect();
        Self::connect(&with_query(url, &query.join("&")), &[]).await
    }

    pub async fn connect(url: &str, protocols: &[&str]) -> Result<Self, HandshakeError> {
        match protocols.join(", ") {
            none if none.is_empty() => Self::with_headers(url, &[]).await,
            offer => Self::with_headers(url, &[("Sec-WebSocket-Protocol", &offer)]).await,
        }
    }

    pub async fn with_headers(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, HandshakeError> {
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        match within("a connection", connect_async(request)).await {
            Ok((stream, response)) => {
                let chosen = response.headers().get("Sec-WebSocket-Protocol");
                let protocol = chosen.map(|name| name.to_str().unwrap().to_owned());
                Ok(Self { stream, protocol, repeated: Repeated::default() })
            }
            Err(error) => Err(handshake_error(error)),
        }
    }

    /// Returns the text of the next event.
    pub async fn text(&mut self) -> String {
        match self.next().await {
            Message::Text(text) => text.to_string(),
            other => panic!("not an event: {other:?}"),
        }
    }

    /// Returns the next event. Drops repeated ones, as every client must.
    pub async fn event(&mut self) -> Value {
        loop {
            let event = serde_json::from_str(&self.text().await).unwrap();
            if !self.repeated.is_repeated(&event) {
                return event;
            }
        }
    }

    /// Returns the subjects of the next `count` events.
    pub async fn subjects(&mut self, count: usize) -> Vec<String> {
        let mut subjects = Vec::new();
        while subjects.len() < count {
            subjects.push(self.event().await["subject"].as_str().unwrap().to_owned());
        }
        subjects
    }

    /// Returns the code with which the server closes the connection.
    pub async fn close_code(&mut self) -> u16 {
        match self.next().await {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("the connection is not closed: {other:?}"),
        }
    }

    pub async fn send(&mut self, message: Message) {
        within("sending", self.stream.send(message)).await.unwrap();
    }

    /// Sends a message and returns the next event, which must be the reply.
    pub async fn request(&mut self, message: Value) -> Value {
        self.send_json(message).await;
        self.event().await
    }

    pub async fn send_json(&mut self, message: Value) {
        self.send(Message::from(message.to_string())).await;
    }

    /// Subscribes. Returns `granted` or the reason of the refusal for each subject.
    pub async fn subscribe_to(&mut self, subjects: &[&str]) -> Vec<String> {
        let reply = self.request(json!({"action": "subscribe", "subjects": subjects})).await;
        assert_eq!(reply["type"], "tablecast.subscribed.v1", "{reply}");
        let reason = |one: &Value| one["reason"].as_str().unwrap_or("granted").to_owned();
        reply["data"]["subjects"].as_array().unwrap().iter().map(reason).collect()
    }

    /// Closes the connection and returns the frames that arrive until then.
    pub async fn close(mut self) -> Vec<String> {
        self.send(Message::Close(None)).await;
        let mut texts = Vec::new();
        while let Some(Ok(frame)) = within("the end", self.stream.next()).await {
            texts.extend(frame.is_text().then(|| frame.into_text().unwrap().to_string()));
        }
        texts
    }

    /// Returns the next message of any kind.
    pub async fn next(&mut self) -> Message {
        let frame = within("a frame", self.stream.next()).await;
        frame.expect("the connection has ended").unwrap()
    }
}

fn handshake_error(error: Error) -> HandshakeError {
    match error {
        Error::Http(response) => HandshakeError {
            status: response.status().as_u16(),
            body: String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned(),
        },
        error => HandshakeError { status: 0, body: error.to_string() },
    }
}
