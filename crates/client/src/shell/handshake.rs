use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::http::{StatusCode, Uri};
use tokio_tungstenite::tungstenite::{self, http};

use crate::machine::Reason;

/// The sub-protocols to offer. Batches cost less. `tablecast.explain` requests the reason of a refusal.
const PROTOCOLS: &str = "cloudevents-batch.json, cloudevents.json, tablecast.explain";

/// Returns whether a connection can ever open at this address.
pub(super) fn is_address(url: &str) -> bool {
    let uri = url.parse::<Uri>();
    uri.is_ok_and(|uri| matches!(uri.scheme_str(), Some("ws" | "wss")) && uri.host().is_some())
}

/// Sends the token in a header, because servers often log addresses.
pub(super) fn request(url: &str, token: Option<&str>) -> Result<Request, Reason> {
    let mut request = url.into_client_request().map_err(|error| Reason::from(error.to_string()))?;
    let headers = request.headers_mut();
    headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOLS));
    if let Some(token) = token {
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        let mut value =
            value.map_err(|_| "the token contains characters that no token has: check its source")?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// Returns the address without its query, which can contain a token, and without its user, which can have a
/// password.
pub(super) fn without_secrets(url: &str) -> String {
    let address = url.split_once('?').map_or(url, |(address, _)| address);
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let separator = if scheme.is_empty() { "" } else { "://" };
    format!("{scheme}{separator}{host}{path}")
}

/// Returns why a connection did not open, and what to check.
pub(super) fn failure(url: &str, error: tungstenite::Error) -> Reason {
    let url = without_secrets(url);
    match error {
        tungstenite::Error::Http(response) => refused(&url, response.status(), response.body().as_deref()),
        error => {
            Reason::from(format!("{url} did not open: {error} (check that the server runs at this address)"))
        }
    }
}

fn refused(url: &str, status: StatusCode, body: Option<&[u8]>) -> Reason {
    let body = String::from_utf8_lossy(body.unwrap_or_default());
    let text = format!("{url} did not open: {status} {}", body.trim());
    Reason::refused(status.as_u16(), None, text.trim().to_owned(), Some(advice(status)))
}

/// The advice for each status of a refused connection: docs/reference/protocol.md#connect.
fn advice(status: http::StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "check the path and the parameters of the url",
        401 => "the token is missing, expired or of another issuer: check where the token comes from",
        403 => "the server does not allow the token: check its claims, and the server's list of origins",
        404 | 426 => "the url has no WebSocket: check its path",
        429 => "the server has too many requests",
        500.. => "the server failed: its log has the reason",
        _ => "check the url",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_scheme_and_a_host() {
        assert!(["ws://a", "wss://a/live?token=t", "ws://[::1]:80"].into_iter().all(is_address));
        assert!(!["", "a", "localhost:8787", "http://a", "ws://", "/live"].into_iter().any(is_address));
    }

    #[test]
    fn a_refusal_names_its_status_and_what_to_check_and_no_query() {
        let refused = |status, body: &str| {
            let mut response = http::Response::new(Some(body.as_bytes().to_vec()));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            failure("ws://a/live?token=secret", tungstenite::Error::Http(Box::new(response)))
        };
        let reason = refused(401, "no\x1b[2J");
        assert_eq!(reason.status(), Some(401));
        let text = "ws://a/live did not open: 401 Unauthorized no\u{fffd}[2J (the token is missing";
        assert!(reason.to_string().starts_with(text), "{reason}");
        for (status, advice) in [(403, "list of origins"), (404, "no WebSocket"), (503, "the server failed")]
        {
            assert!(refused(status, "").to_string().contains(advice));
        }
    }

    #[test]
    fn an_address_is_shown_without_its_secrets() {
        let shown = |url| without_secrets(url);
        assert_eq!(shown("wss://user:secret@a:1/live?token=secret@b"), "wss://a:1/live");
        assert_eq!(shown("user:secret@a/b@c?d"), "a/b@c");
        assert_eq!(shown("ws://a?x=/@"), "ws://a");
        assert_eq!(shown("no address"), "no address");
    }

    #[test]
    fn a_token_is_in_a_header_and_never_shown() {
        let request = request("ws://a/", Some("secret")).unwrap();
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer secret");
        assert!(!format!("{request:?}").contains("secret"));
        assert!(super::request("ws://a/", Some("a\nb")).is_err());
    }
}
