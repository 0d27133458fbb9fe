//! dynoxide's HTTP API on connections that only this process has. dynoxide answers every web page and every
//! `Host`, so it has no port of its own (docs/adr/0023).

use std::future::pending;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::error::DatabaseError;

/// The engine handles one write at a time, so more connections would only wait for each other.
const MAX_CONNECTIONS: usize = 32;

type Connection = SendRequest<Full<Bytes>>;

pub struct PrivateApi {
    engine: dynoxide::Database,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl PrivateApi {
    pub fn new(engine: dynoxide::Database) -> Self {
        Self { engine, idle: Mutex::default(), permits: Arc::new(Semaphore::new(MAX_CONNECTIONS)) }
    }

    /// A client that leaves does not end its request: the connection would be lost, and each new one opens a
    /// port. So a web page could keep ports open.
    pub async fn send(
        self: &Arc<Self>,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Bytes>, DatabaseError> {
        let permit = self.permits.clone().acquire_owned().await.map_err(server_error)?;
        let api = self.clone();
        let response = tokio::spawn(async move {
            let _permit = permit;
            api.respond(request).await
        });
        response.await.map_err(server_error)?
    }

    async fn respond(&self, request: Request<Full<Bytes>>) -> Result<Response<Bytes>, DatabaseError> {
        let mut connection = self.connection().await?;
        let response = connection.send_request(request).await.map_err(server_error)?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.map_err(server_error)?.to_bytes();
        self.idle().push(connection);
        Ok(Response::from_parts(head, body))
    }

    async fn connection(&self) -> Result<Connection, DatabaseError> {
        loop {
            let Some(mut idle) = self.idle().pop() else { return open(&self.engine).await };
            if idle.ready().await.is_ok() {
                return Ok(idle);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn open(engine: &dynoxide::Database) -> Result<Connection, DatabaseError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(server_error)?;
    connect(listener, engine).await
}

/// Opens a connection to the engine. dynoxide serves an accepted connection after the end of its listener, so
/// the port, which the system chooses, is open for about a millisecond. Dropping the future closes it, too.
async fn connect(listener: TcpListener, engine: &dynoxide::Database) -> Result<Connection, DatabaseError> {
    let stream = TcpStream::connect(listener.local_addr().map_err(server_error)?).await;
    let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream)).map_err(server_error)?;
    let mut server = JoinSet::new();
    server.spawn(dynoxide::server::serve_with_shutdown(listener, engine.clone(), pending()));
    let connected = accepted(stream).await;
    server.abort_all();
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

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::time::Duration;

    use futures_util::poll;
    use tokio::task::yield_now;
    use tokio::time::sleep;

    use super::*;

    const STEPS: usize = 40;

    fn engine() -> dynoxide::Database {
        dynoxide::Database::memory().unwrap()
    }

    /// Drops the future after some steps, as for a client that leaves, and gives other tasks time.
    async fn drop_after(steps: usize, future: impl Future) {
        {
            let mut future = pin!(future);
            for _ in 0..steps {
                if poll!(&mut future).is_ready() {
                    break;
                }
                yield_now().await;
            }
        }
        sleep(Duration::from_millis(20)).await;
    }

    #[tokio::test]
    async fn a_connection_that_nobody_waits_for_leaves_no_port_open() {
        for steps in 0..STEPS {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
            let address = listener.local_addr().unwrap();
            drop_after(steps, connect(listener, &engine())).await;
            assert!(TcpStream::connect(address).await.is_err(), "after {steps} steps, {address} is open");
        }
    }

    #[tokio::test]
    async fn clients_that_leave_cause_no_further_connections() {
        let api = Arc::new(PrivateApi::new(engine()));
        let request = || Request::get("/").header("host", "localhost").body(Full::default()).unwrap();
        api.send(request()).await.unwrap();
        for steps in 0..STEPS {
            drop_after(steps, api.send(request())).await;
            assert_eq!(api.idle().len(), 1, "after {steps} steps");
        }
    }
}
