use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::patience::within;

/// A WebSocket client.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// What the server chose of the sub-protocols.
    pub protocol: Option<String>,
}

/// Why a client was not let in.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub body: String,
}

impl Socket {
    pub async fn subscribe(url: &str, patterns: &[&str]) -> Result<Self, Refusal> {
        let query: Vec<_> = patterns.iter().map(|pattern| format!("subscribe={pattern}")).collect();
        Self::connect(&format!("{url}/?{}", query.join("&")), &[]).await
    }

    pub async fn connect(url: &str, protocols: &[&str]) -> Result<Self, Refusal> {
        match protocols.join(", ") {
            none if none.is_empty() => Self::with_headers(url, &[]).await,
            offer => Self::with_headers(url, &[("Sec-WebSocket-Protocol", &offer)]).await,
        }
    }

    pub async fn with_headers(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, Refusal> {
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        match within("a connection", connect_async(request)).await {
            Ok((stream, response)) => {
                let chosen = response.headers().get("Sec-WebSocket-Protocol");
                let protocol = chosen.map(|name| name.to_str().unwrap().to_owned());
                Ok(Self { stream, protocol })
            }
            Err(error) => Err(refusal(error)),
        }
    }

    /// The next event's text.
    pub async fn text(&mut self) -> String {
        match self.frame().await {
            Message::Text(text) => text.to_string(),
            other => panic!("not an event: {other:?}"),
        }
    }

    /// The next event.
    pub async fn event(&mut self) -> Value {
        serde_json::from_str(&self.text().await).unwrap()
    }

    /// The next events' subjects.
    pub async fn subjects(&mut self, count: usize) -> Vec<String> {
        let mut subjects = Vec::new();
        while subjects.len() < count {
            subjects.push(self.event().await["subject"].as_str().unwrap().to_owned());
        }
        subjects
    }

    /// The code with which the server closes.
    pub async fn closed(&mut self) -> u16 {
        match self.frame().await {
            Message::Close(Some(frame)) => frame.code.into(),
            other => panic!("not closed: {other:?}"),
        }
    }

    pub async fn send(&mut self, message: Message) {
        within("sending", self.stream.send(message)).await.unwrap();
    }

    /// Hangs up, and answers what had been on its way.
    pub async fn hang_up(mut self) -> Vec<String> {
        self.send(Message::Close(None)).await;
        let mut texts = Vec::new();
        while let Some(Ok(frame)) = within("the end", self.stream.next()).await {
            texts.extend(frame.is_text().then(|| frame.into_text().unwrap().to_string()));
        }
        texts
    }

    async fn frame(&mut self) -> Message {
        let frame = within("a frame", self.stream.next()).await;
        frame.expect("the connection is open").unwrap()
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Http(response) => Refusal {
            status: response.status().as_u16(),
            body: String::from_utf8_lossy(response.body().as_deref().unwrap_or_default()).into_owned(),
        },
        error => Refusal { status: 0, body: error.to_string() },
    }
}
