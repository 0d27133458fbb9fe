//! Protects servers on this machine against DNS rebinding: only the names of the loopback address are
//! accepted.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Returns whether the host is `localhost`, `127.0.0.1` or `[::1]`, with or without a port.
pub fn is_loopback(authority: &str) -> bool {
    let port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = port.map_or(authority, |(host, _)| host);
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.eq_ignore_ascii_case(name))
}

/// Returns whether the `Origin` of a web page is on this machine. `null` is not, because any page may send
/// it.
pub fn is_loopback_origin(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(is_loopback)
}

/// Rejects requests for other hosts. With DNS rebinding, `Host` still contains the name of the attacker's
/// page.
pub async fn require_loopback_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    match host.is_some_and(is_loopback) {
        true => next.run(request).await,
        false => {
            (StatusCode::FORBIDDEN, "Host: only localhost, 127.0.0.1 and [::1] are served\n").into_response()
        }
    }
}

#[cfg(test)]
mod tests;
