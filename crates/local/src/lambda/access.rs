use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::error;

/// Accepts signed requests, but does not verify the signature. Rejects browsers by their `Origin`, so that no web
/// page can call a function.
pub async fn check(request: Request, next: Next) -> Response {
    match may_invoke(request.headers()) {
        true => next.run(request).await,
        false => {
            let message = "sign the request as AWS SDKs do, and do not send it from a web page".to_owned();
            error(StatusCode::FORBIDDEN, "AccessDeniedException", message)
        }
    }
}

fn may_invoke(headers: &HeaderMap) -> bool {
    let is_signed = |value: &axum::http::HeaderValue| value.as_bytes().starts_with(b"AWS4-HMAC-SHA256 ");
    !headers.contains_key(ORIGIN) && headers.get(AUTHORIZATION).is_some_and(is_signed)
}
