use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

/// Why a call is refused, in AWS's form.
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    kind: &'static str,
    body: Value,
}

impl Refusal {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "ValidationException", message.into())
    }

    pub fn unreadable(reason: &serde_json::Error) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "SerializationException", reason.to_string())
    }

    pub fn forbidden(message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AccessDeniedException", message.to_owned())
    }

    pub fn unknown_operation() -> Self {
        let message = "there is no such operation in the API of EventBridge Pipes".to_owned();
        Self::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
    }

    pub fn not_found(name: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NotFoundException", format!("Pipe {name} does not exist."))
    }

    pub fn conflict(name: &str, message: &str) -> Self {
        let mut refusal =
            Self::new(StatusCode::CONFLICT, "ConflictException", format!("Pipe {name} {message}"));
        refusal.body["resourceId"] = name.into();
        refusal.body["resourceType"] = "pipe".into();
        refusal
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

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = answer(self.status, &self.body);
        response.headers_mut().insert("x-amzn-errortype", axum::http::HeaderValue::from_static(self.kind));
        response
    }
}

/// JSON as AWS sends it.
pub fn answer(status: StatusCode, body: &Value) -> Response {
    let request_id = Uuid::new_v4().to_string();
    let headers = [("content-type", "application/json"), ("x-amzn-requestid", &request_id)];
    (status, headers, body.to_string()).into_response()
}
