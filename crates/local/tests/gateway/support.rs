//! A gateway on a free port, functions with a behavior that tests set, and a WebSocket client.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tablecast_local::clock::Clock;
use tablecast_local::gateway::{Gateway, Routes, Stage};
use tablecast_local::origins::Origins;
use tablecast_pipes::invoke::{Invoke, InvokeError};
use tablecast_pipes::server;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::Response;
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::http::Http;

/// Much longer than any step here takes. Only a failing test waits for it.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// Awaits a future, or fails after [`TIMEOUT`].
pub async fn in_time<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(TIMEOUT, future).await.expect("did not happen in time")
}

/// The behavior of a function.
#[derive(Clone)]
pub enum Behavior {
    Returns(Value),
    Fails,
    FailsWith(&'static str),
    /// Returns the value when the semaphore has a permit.
    ReturnsAfter(Arc<Semaphore>, Value),
}

#[derive(Clone)]
pub struct Functions {
    behaviors: Arc<Mutex<HashMap<String, Behavior>>>,
    calls: mpsc::UnboundedSender<(String, Value)>,
}

impl Functions {
    pub fn set(&self, function: &str, behavior: Behavior) {
        self.behaviors.lock().unwrap().insert(function.to_owned(), behavior);
    }
}

impl Invoke for Functions {
    async fn invoke(&self, function: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let _ = self.calls.send((function.to_owned(), serde_json::from_slice(&payload).unwrap()));
        let behavior = self.behaviors.lock().unwrap().get(function).cloned();
        let response = match behavior.unwrap_or(Behavior::Returns(json!({"statusCode": 200}))) {
            Behavior::Returns(response) => response,
            Behavior::ReturnsAfter(permits, response) => {
                permits.acquire().await.unwrap().forget();
                response
            }
            Behavior::Fails => return Err(failed(function, "injected")),
            Behavior::FailsWith(message) => return Err(failed(function, message)),
        };
        Ok(response.to_string().into())
    }
}

fn failed(function: &str, message: &str) -> InvokeError {
    InvokeError::Failed { function: function.to_owned(), error_type: "Error".into(), message: message.into() }
}

pub struct TestGateway {
    pub address: SocketAddr,
    pub gateway: Gateway<Functions>,
    pub clock: Clock,
    pub functions: Functions,
    calls: mpsc::UnboundedReceiver<(String, Value)>,
}

pub async fn gateway() -> TestGateway {
    gateway_with(&[("$connect", "connect"), ("$disconnect", "disconnect")]).await
}

pub async fn gateway_with(routes: &[(&str, &str)]) -> TestGateway {
    serve(routes.iter().copied().collect()).await
}

/// A gateway with the authorizer `authorize`.
pub async fn gateway_with_authorizer() -> TestGateway {
    let routes = [("$connect", "connect"), ("$disconnect", "disconnect"), ("$default", "message")];
    serve(routes.into_iter().collect::<Routes>().authorized_by("authorize")).await
}

async fn serve(routes: Routes) -> TestGateway {
    let (sender, calls) = mpsc::unbounded_channel();
    let functions = Functions { behaviors: Arc::default(), calls: sender };
    let clock = Clock::new();
    let stage = Stage {
        api_id: "local".into(),
        name: "test".into(),
        domain_name: "localhost".into(),
        execution_arn: "arn:aws:execute-api:us-east-1:000000000000:local".into(),
    };
    let origins = Origins::listing(["https://app.example.com".to_owned()]);
    let gateway = Gateway::new(functions.clone(), stage, routes, clock.clone(), origins);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server::serve(listener, gateway.router(), std::future::pending()));
    TestGateway { address, gateway, clock, functions, calls }
}

impl TestGateway {
    /// Receives the next call, which must be of this function. Returns its event.
    pub async fn called(&mut self, function: &str) -> Value {
        let (called, event) = in_time(self.calls.recv()).await.unwrap();
        assert_eq!(called, function, "{event}");
        event
    }

    /// Returns whether [`TestGateway::called`] has received all calls.
    pub fn nothing_more_called(&mut self) -> bool {
        self.calls.try_recv().is_err()
    }

    /// Connects a client. Also returns its connection id.
    pub async fn connect(&mut self) -> (Client, String) {
        let client = Client::connect(self.address, "/", &[]).await.unwrap().0;
        let event = self.called("connect").await;
        (client, connection_id(&event))
    }

    pub async fn http(&self) -> Http {
        Http::connect(self.address).await
    }

    /// Posts to a connection, and returns the status.
    pub async fn post(&self, id: &str, data: &[u8]) -> u16 {
        self.http().await.post(id, data).await.status
    }
}

pub fn connection_id(event: &Value) -> String {
    event["requestContext"]["connectionId"].as_str().unwrap().to_owned()
}

pub struct Client(WebSocketStream<TcpStream>);

/// A client and the response to its upgrade, or the error.
pub type Connected = Result<(Client, Response<Option<Vec<u8>>>), Error>;

impl Client {
    pub async fn connect(address: SocketAddr, target: &str, headers: &[(&'static str, &str)]) -> Connected {
        let mut request = format!("ws://{address}{target}").into_client_request()?;
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (socket, response) = in_time(tokio_tungstenite::client_async(request, stream)).await?;
        Ok((Self(socket), response))
    }

    pub async fn send(&mut self, message: impl Into<Message>) {
        in_time(self.0.send(message.into())).await.unwrap();
    }

    /// Receives the next message, which must be a text.
    pub async fn receive(&mut self) -> String {
        match in_time(self.0.next()).await {
            Some(Ok(Message::Text(text))) => text.to_string(),
            other => panic!("expected a text, got {other:?}"),
        }
    }

    /// Receives the next message, which must be a close frame. Returns its code and reason.
    pub async fn is_closed(&mut self) -> (u16, String) {
        match in_time(self.0.next()).await {
            Some(Ok(Message::Close(Some(frame)))) => (frame.code.into(), frame.reason.to_string()),
            other => panic!("expected a close, got {other:?}"),
        }
    }

    /// Returns whether the gateway answers a ping.
    pub async fn is_open(&mut self) -> bool {
        self.send(Message::Ping(Bytes::from_static(b"?"))).await;
        matches!(in_time(self.0.next()).await, Some(Ok(Message::Pong(_))))
    }

    pub async fn close(&mut self, code: Option<(u16, &str)>) {
        let frame = code.map(|(code, reason)| tokio_tungstenite::tungstenite::protocol::CloseFrame {
            code: code.into(),
            reason: reason.into(),
        });
        self.send(Message::Close(frame)).await;
        while let Some(Ok(_)) = in_time(self.0.next()).await {}
    }
}

/// Returns the status and the body of a rejected upgrade.
pub fn rejected(result: Connected) -> (u16, String) {
    match result {
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            (response.status().as_u16(), String::from_utf8(body).unwrap())
        }
        Err(other) => panic!("expected a rejection, got {other}"),
        Ok(_) => panic!("expected a rejection, but the client is connected"),
    }
}
