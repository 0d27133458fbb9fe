//! Lambda's Runtime API, version 2018-06-01: one listener, with a path prefix for each process.

use std::collections::HashMap;
use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use tablecast_pipes::server;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::message::{HandlerError, Message, Outcome};
use super::payload::MAX_PAYLOAD_BYTES;
use super::tasks::Tasks;

#[derive(Clone)]
pub struct RuntimeApi {
    address: SocketAddr,
    mailboxes: Mailboxes,
}

/// The channel to the instance of each process, by the secret in its path.
type Mailboxes = Arc<Mutex<HashMap<String, mpsc::Sender<Message>>>>;

/// The registration of a process. Dropping it removes the process from the API.
pub struct Registration {
    /// The value of `AWS_LAMBDA_RUNTIME_API` for this process.
    pub address: String,
    secret: String,
    mailboxes: Mailboxes,
}

impl RuntimeApi {
    pub async fn open(tasks: &Tasks) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let api = Self { address: listener.local_addr()?, mailboxes: Mailboxes::default() };
        let router = router(api.mailboxes.clone());
        tasks.spawn(server::serve(listener, router, pending()));
        Ok(api)
    }

    /// Registers a process. Its path contains a secret, so that no web page can respond for it.
    pub fn register(&self, function: &str) -> (Registration, mpsc::Receiver<Message>) {
        let (mailbox, messages) = mpsc::channel(1);
        let secret = Uuid::new_v4().simple().to_string();
        lock(&self.mailboxes).insert(secret.clone(), mailbox);
        let address = format!("http://{}/{function}/{secret}", self.address);
        (Registration { address, secret, mailboxes: self.mailboxes.clone() }, messages)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        lock(&self.mailboxes).remove(&self.secret);
    }
}

fn lock(mailboxes: &Mailboxes) -> std::sync::MutexGuard<'_, HashMap<String, mpsc::Sender<Message>>> {
    mailboxes.lock().unwrap_or_else(PoisonError::into_inner)
}

fn router(mailboxes: Mailboxes) -> Router {
    let process = "/{function}/{secret}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{process}/invocation/next"), get(next))
        .route(&format!("{process}/invocation/{{id}}/response"), post(response))
        .route(&format!("{process}/invocation/{{id}}/error"), post(error))
        .route(&format!("{process}/init/error"), post(init_error))
        .with_state(mailboxes)
}

type Process = Path<(String, String)>;
type ProcessAndInvocation = Path<(String, String, String)>;

async fn next(State(mailboxes): State<Mailboxes>, Path((function, secret)): Process) -> Response {
    let (poll, invocation) = oneshot::channel();
    if !deliver(&mailboxes, &secret, Message::Next(poll)).await {
        return StatusCode::FORBIDDEN.into_response();
    }
    match invocation.await {
        Ok(invocation) => invocation.into_response(&function),
        Err(_) => StatusCode::FORBIDDEN.into_response(),
    }
}

async fn response(
    State(mailboxes): State<Mailboxes>,
    Path((_, secret, id)): ProcessAndInvocation,
    body: Body,
) -> StatusCode {
    let (status, outcome) = match read(body).await {
        Ok(body) => (StatusCode::ACCEPTED, Outcome::Response(body)),
        Err(bytes) => (StatusCode::PAYLOAD_TOO_LARGE, Outcome::TooLarge(bytes)),
    };
    accepted(status, deliver(&mailboxes, &secret, Message::Outcome { id, outcome }).await)
}

async fn error(
    State(mailboxes): State<Mailboxes>,
    Path((_, secret, id)): ProcessAndInvocation,
    body: Body,
) -> StatusCode {
    let outcome = Outcome::Error(handler_error(body).await);
    accepted(StatusCode::ACCEPTED, deliver(&mailboxes, &secret, Message::Outcome { id, outcome }).await)
}

async fn init_error(
    State(mailboxes): State<Mailboxes>,
    Path((_, secret)): Process,
    body: Body,
) -> StatusCode {
    let message = Message::InitError(handler_error(body).await);
    accepted(StatusCode::ACCEPTED, deliver(&mailboxes, &secret, message).await)
}

/// Sends a message to the instance. Returns whether the process is still registered.
async fn deliver(mailboxes: &Mailboxes, secret: &str, message: Message) -> bool {
    let mailbox = lock(mailboxes).get(secret).cloned();
    match mailbox {
        Some(mailbox) => mailbox.send(message).await.is_ok(),
        None => false,
    }
}

fn accepted(status: StatusCode, delivered: bool) -> StatusCode {
    if delivered { status } else { StatusCode::FORBIDDEN }
}

/// Reads the whole body, so that the process receives the status, but keeps no more than the limit.
async fn read(mut body: Body) -> Result<Bytes, usize> {
    let (mut kept, mut bytes) = (BytesMut::new(), 0);
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        bytes += data.len();
        if bytes <= MAX_PAYLOAD_BYTES {
            kept.extend_from_slice(&data);
        }
    }
    if bytes > MAX_PAYLOAD_BYTES { Err(bytes) } else { Ok(kept.freeze()) }
}

async fn handler_error(body: Body) -> HandlerError {
    let body = read(body).await.unwrap_or_default();
    serde_json::from_slice(&body).unwrap_or_else(|_| HandlerError {
        error_type: "Unknown".to_owned(),
        error_message: String::from_utf8_lossy(&body).into_owned(),
    })
}
