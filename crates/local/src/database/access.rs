//! Admits requests to the database: of programs, the page, and pages of `--origin`.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE, ORIGIN, VARY};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::origins::Origins;
use crate::refusals::Logged;

const REFUSED: &str = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","message":"This web page may not use the database of the local mode. To allow its origin, start tablecast with --origin."}"#;

/// Refuses other web pages, and preflight requests for them. Allows no other page to read a response: dynoxide
/// allows all of them.
pub async fn check_origin(State(origins): State<Origins>, request: Request, next: Next) -> Response {
    if !origins.may_use_database(request.headers()) {
        origins.log_refusal(request.headers(), "at the database");
        let content_type = [(CONTENT_TYPE, "application/x-amz-json-1.0")];
        return (StatusCode::FORBIDDEN, Extension(Logged), content_type, REFUSED).into_response();
    }
    let origin = request.headers().get(ORIGIN).cloned();
    let mut response = next.run(request).await;
    response.headers_mut().remove(ACCESS_CONTROL_ALLOW_ORIGIN);
    if let Some(origin) = origin {
        response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.headers_mut().insert(VARY, HeaderValue::from_static("origin"));
    }
    response
}
