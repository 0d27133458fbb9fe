//! A log line for each request that is refused, so that nothing is dropped silently.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use tracing::warn;

/// An error response has a short body with the reason.
const MAX_REASON_BYTES: usize = 1_024;

/// Marks a response whose refusal is in the log already, or is none.
#[derive(Debug, Clone, Copy)]
pub struct Logged;

/// Logs method, path, status and reason. The query is left out: it may have a token. 404 and 410 are part of
/// normal work: a browser asks for files that do not exist, and clients leave.
pub async fn log(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    let is_normal = [StatusCode::NOT_FOUND, StatusCode::GONE, StatusCode::UPGRADE_REQUIRED].contains(&status);
    if !is_refusal || is_normal || response.extensions().get::<Logged>().is_some() {
        return response;
    }
    let (head, body) = response.into_parts();
    let body = to_bytes(body, MAX_REASON_BYTES).await.unwrap_or_default();
    let reason = String::from_utf8_lossy(&body);
    let (path, reason) = (path.escape_debug(), reason.trim().escape_debug());
    warn!("refused {method} {path}: {status}: {reason}");
    Response::from_parts(head, Body::from(body))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::response::IntoResponse;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    #[tokio::test]
    async fn a_refusal_keeps_its_status_and_body() {
        let refuse = async || (StatusCode::FORBIDDEN, "no\n").into_response();
        let router = Router::new().route("/", get(refuse)).layer(from_fn(log));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(tablecast_pipes::server::serve(listener, router, std::future::pending()));
        let mut client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(b"GET /?token=secret HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut response = String::new();
        client.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 403") && response.ends_with("\r\n\r\nno\n"), "{response}");
    }
}
