//! By which names this machine may be called: those that nobody can make lead elsewhere, or from elsewhere to here.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// `localhost`, `127.0.0.1` or `[::1]`, with any port or none.
pub fn is_loopback(authority: &str) -> bool {
    let port = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let host = port.map_or(authority, |(host, _)| host);
    ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.eq_ignore_ascii_case(name))
}

/// Whether a web page, by its `Origin`, comes from this machine. `null` is anybody's.
pub fn is_loopback_origin(origin: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.is_some_and(is_loopback)
}

/// DNS rebinding makes this machine answer to a web page's own name; the name is still in `Host`.
pub async fn only_by_a_local_name(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    match host.is_some_and(is_loopback) {
        true => next.run(request).await,
        false => {
            (StatusCode::FORBIDDEN, "Host: only localhost, 127.0.0.1 and [::1] are served\n").into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_three_names_and_any_port() {
        for good in ["localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:8787", "[::1]", "[::1]:65535"] {
            assert!(is_loopback(good), "{good}");
            assert!(is_loopback_origin(&format!("http://{good}")), "{good}");
            assert!(is_loopback_origin(&format!("https://{good}")), "{good}");
        }
    }

    #[test]
    fn a_name_that_looks_like_it_is_another() {
        let bad =
            ["", ":80", "example.com", "localhost.example.com", "127.0.0.1.example.com", "example.com:80"];
        let worse = ["a@localhost", "localhost:80@example.com", "localhost/", "localhost:x", "[::1", "::1"];
        for bad in bad.into_iter().chain(worse) {
            assert!(!is_loopback(bad), "{bad}");
            assert!(!is_loopback_origin(&format!("http://{bad}")), "{bad}");
        }
        for bad in ["null", "localhost", "file://localhost", "chrome-extension://localhost", "http:localhost"]
        {
            assert!(!is_loopback_origin(bad), "{bad}");
        }
    }
}
