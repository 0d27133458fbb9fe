//! dynoxide's HTTP API on connections that only this process has. dynoxide answers every web page and every
//! `Host`, so it has no port of its own (docs/adr/0023).

use std::future::pending;
use std::net::Ipv4Addr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::error::DatabaseError;

/// The engine handles one write at a time, so more connections would only wait for each other.
const MAX_CONNECTIONS: usize = 32;

type Connection = SendRequest<Full<Bytes>>;

pub struct PrivateApi {
    engine: dynoxide::Database,
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl PrivateApi {
    pub fn new(engine: dynoxide::Database) -> Self {
        Self { engine, idle: Mutex::default(), permits: Semaphore::new(MAX_CONNECTIONS) }
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, DatabaseError> {
        let _permit = self.permits.acquire().await.map_err(server_error)?;
        let mut connection = self.connection().await?;
        let response = connection.send_request(request).await.map_err(server_error)?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(server_error)?.to_bytes();
        self.idle().push(connection);
        Ok(Response::from_parts(head, body))
    }

    async fn connection(&self) -> Result<Connection, DatabaseError> {
        loop {
            let Some(mut idle) = self.idle().pop() else { return connect(&self.engine).await };
            if idle.ready().await.is_ok() {
                return Ok(idle);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a connection to the engine. dynoxide serves an accepted connection after the end of its listener, so
/// the port, which the system chooses, is open for about a millisecond.
async fn connect(engine: &dynoxide::Database) -> Result<Connection, DatabaseError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(server_error)?;
    let stream = TcpStream::connect(listener.local_addr().map_err(server_error)?).await;
    let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream)).map_err(server_error)?;
    let server = dynoxide::server::serve_with_shutdown(listener, engine.clone(), pending());
    let server = tokio::spawn(server);
    let connected = accepted(stream).await;
    server.abort();
    connected
}

/// Returns the connection after its first response, which shows that the server has accepted it.
async fn accepted(stream: TcpStream) -> Result<Connection, DatabaseError> {
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(server_error)?;
    tokio::spawn(connection);
    let health = Request::get("/").header("host", "localhost").body(Full::default()).map_err(server_error)?;
    let response = sender.send_request(health).await.map_err(server_error)?;
    response.into_body().collect().await.map_err(server_error)?;
    sender.ready().await.map_err(server_error)?;
    Ok(sender)
}

fn server_error(error: impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Server(error.to_string())
}
