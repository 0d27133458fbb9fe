use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// An error of the API, in AWS's shape.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    kind: &'static str,
    body: Value,
}

impl ApiError {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationException", message.into())
    }

    pub fn unreadable(reason: &serde_json::Error) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", reason.to_string())
    }

    /// A value of another JSON type than AWS's model has.
    pub fn mistyped(path: &str, expected: &str) -> Self {
        let message = format!("{path}: must be {expected}");
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", message)
    }

    pub fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message.to_owned())
    }

    pub fn unknown_operation() -> Self {
        let message = "the EventBridge Pipes API has no such operation".to_owned();
        Self::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
    }

    pub fn not_found(name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFoundException", format!("Pipe {name} does not exist."))
    }

    pub fn conflict(name: &str, message: &str) -> Self {
        let mut error =
            Self::new(StatusCode::CONFLICT, "ConflictException", format!("Pipe {name} {message}"));
        error.body["resourceId"] = name.into();
        error.body["resourceType"] = "pipe".into();
        error
    }

    fn new(status: StatusCode, kind: &'static str, message: String) -> Self {
        Self { status, kind, body: json!({ "message": message }) }
    }

    #[cfg(test)]
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap()
    }

    #[cfg(test)]
    pub fn kind(&self) -> &'static str {
        self.kind
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = json_response(self.status, &self.body);
        response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(self.kind));
        response
    }
}

/// A JSON response with AWS's headers.
pub fn json_response(status: StatusCode, body: &Value) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [("content-type", "application/json"), ("x-amzn-requestid", &request_id)];
    (status, headers, body.to_string()).into_response()
}
