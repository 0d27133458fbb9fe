//! The error responses of the gateway: a message, a response to an upgrade, and an error of `@connections`.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;

use crate::refusals::Logged;

/// The message that API Gateway sends to a client when its request fails, byte for byte.
pub fn message(text: &str, connection_id: &str, request_id: &str) -> String {
    format!(r#"{{"message": "{text}", "connectionId":"{connection_id}", "requestId":"{request_id}"}}"#)
}

pub fn json(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The response to a rejected upgrade.
#[derive(Debug)]
pub struct UpgradeError {
    status: StatusCode,
    body: String,
    is_logged: bool,
}

impl UpgradeError {
    pub fn new(status: StatusCode, text: &str, connection_id: &str, request_id: &str) -> Self {
        Self { status, body: message(text, connection_id, request_id), is_logged: false }
    }

    /// The reason is in the log already.
    pub fn logged(self) -> Self {
        Self { is_logged: true, ..self }
    }
}

impl From<StatusCode> for UpgradeError {
    /// The error for a request without a connection id.
    fn from(status: StatusCode) -> Self {
        let reason = status.canonical_reason().unwrap_or_default();
        Self { status, body: format!(r#"{{"message": "{reason}"}}"#), is_logged: false }
    }
}

impl IntoResponse for UpgradeError {
    fn into_response(self) -> Response<Body> {
        let mut response = json(self.status, self.body);
        if self.is_logged {
            response.extensions_mut().insert(Logged);
        }
        response
    }
}

/// An error of the `@connections` API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiError {
    BadRequest,
    Forbidden,
    Gone,
    LimitExceeded,
    MissingAuthenticationToken,
    PayloadTooLarge,
}

impl ApiError {
    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::MissingAuthenticationToken => StatusCode::FORBIDDEN,
            Self::Gone => StatusCode::GONE,
            Self::LimitExceeded => StatusCode::TOO_MANY_REQUESTS,
            Self::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    /// The name that SDKs read from `x-amzn-ErrorType`, and a message for people.
    fn name_and_message(self) -> (&'static str, &'static str) {
        match self {
            Self::BadRequest => ("BadRequestException", "Data is not UTF-8 text"),
            Self::Forbidden => ("ForbiddenException", "Forbidden"),
            Self::Gone => ("GoneException", "The connection is not open"),
            Self::LimitExceeded => ("LimitExceededException", "The WebSocket client side buffer is full"),
            Self::MissingAuthenticationToken => {
                ("MissingAuthenticationTokenException", "Missing Authentication Token")
            }
            Self::PayloadTooLarge => ("PayloadTooLargeException", "Data is longer than 131072 bytes"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        let (name, message) = self.name_and_message();
        let mut response = json(self.status(), format!(r#"{{"message":"{message}"}}"#));
        let error_type = HeaderName::from_static("x-amzn-errortype");
        response.headers_mut().insert(error_type, HeaderValue::from_static(name));
        response
    }
}
