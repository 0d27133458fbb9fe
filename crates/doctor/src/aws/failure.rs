use serde_json::Value;

/// Why a request has no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The resource does not exist.
    Missing,
    /// The service responded: a permission, or an API that an emulator lacks.
    Refused(String),
    /// No response.
    Unreachable(String),
}

/// Codes for a resource that does not exist.
const MISSING: [&str; 5] = [
    "ResourceNotFoundException",
    "TableNotFoundException",
    "NotFoundException",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
];

/// Codes that a retry can help with.
const BUSY: [&str; 7] = [
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "RequestThrottled",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "InternalFailure",
];

/// A response that is no success.
#[derive(Debug)]
pub struct ErrorResponse {
    pub status: u16,
    code: String,
    message: String,
}

impl ErrorResponse {
    /// Reads the code from the header X-Amzn-ErrorType, or from the body.
    pub fn read(status: u16, header: Option<&str>, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let code = header.map(str::to_owned).or_else(|| text("__type")).or_else(|| text("code"));
        // `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`, `AccessDeniedException:http://...`
        let code = code.unwrap_or_default();
        let code =
            code.rsplit('#').next().unwrap_or_default().split(':').next().unwrap_or_default().to_owned();
        Self { status, code, message: text("message").or_else(|| text("Message")).unwrap_or_default() }
    }

    pub fn is_temporary(&self) -> bool {
        self.status >= 500 || self.status == 429 || BUSY.contains(&self.code.as_str())
    }

    pub fn failure(self) -> Failure {
        if MISSING.contains(&self.code.as_str()) {
            return Failure::Missing;
        }
        let code = if self.code.is_empty() { format!("HTTP status {}", self.status) } else { self.code };
        let separator = if self.message.is_empty() { "" } else { ": " };
        Failure::Refused(format!("{code}{separator}{}", self.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_the_header_or_in_the_body() {
        let read = |header, body: &str| ErrorResponse::read(400, header, body.as_bytes()).failure();
        let body =
            r#"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"}"#;
        assert_eq!(read(None, body), Failure::Missing);
        assert_eq!(read(Some("NotFoundException:http://internal"), "{}"), Failure::Missing);
        let denied = r#"{"__type":"AccessDeniedException","Message":"not allowed"}"#;
        assert_eq!(read(None, denied), Failure::Refused("AccessDeniedException: not allowed".to_owned()));
        assert_eq!(read(None, "<html>"), Failure::Refused("HTTP status 400".to_owned()));
    }

    #[test]
    fn throttled_requests_and_failures_of_the_service_are_temporary() {
        let is_temporary = |status, code: &str| ErrorResponse::read(status, Some(code), b"").is_temporary();
        assert!(is_temporary(429, "") && is_temporary(503, "") && is_temporary(400, "ThrottlingException"));
        assert!(!is_temporary(403, "AccessDeniedException"));
    }
}
