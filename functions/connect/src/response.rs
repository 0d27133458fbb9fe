use std::fmt::Display;

use serde::Serialize;
use serde_json::json;
use tablecast_protocol::Protocol;

/// The response to API Gateway. Only a 200 opens the connection.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    /// The connection opens, but only for the reason of its refusal.
    #[serde(skip)]
    is_explanation: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Headers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

#[derive(Debug, Serialize)]
struct Headers {
    #[serde(rename = "Sec-WebSocket-Protocol")]
    protocol: &'static str,
}

impl Response {
    pub fn accepted(protocol: Option<Protocol>) -> Self {
        let headers = protocol.map(|protocol| Headers { protocol: protocol.name() });
        Self { status_code: 200, is_explanation: false, headers, body: None }
    }

    /// Opens a connection for the reason of its refusal.
    pub fn explaining(protocol: Protocol) -> Self {
        Self { is_explanation: true, ..Self::accepted(Some(protocol)) }
    }

    pub fn refused(status_code: u16, reason: &dyn Display) -> Self {
        Self::failed(status_code, &reason.to_string())
    }

    pub fn unavailable() -> Self {
        Self::failed(500, "The connection could not be stored. Connect again.")
    }

    pub fn status(&self) -> u16 {
        self.status_code
    }

    pub fn is_explanation(&self) -> bool {
        self.is_explanation
    }

    fn failed(status_code: u16, message: &str) -> Self {
        let body = Some(json!({ "message": message }).to_string());
        Self { status_code, is_explanation: false, headers: None, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn responses_have_the_form_that_api_gateway_reads() {
        let accepted = serde_json::to_value(Response::accepted(Some(Protocol::Single))).unwrap();
        let headers = json!({ "Sec-WebSocket-Protocol": "cloudevents.json" });
        assert_eq!(accepted, json!({ "statusCode": 200, "headers": headers }));
        assert_eq!(serde_json::to_value(Response::accepted(None)).unwrap(), json!({ "statusCode": 200 }));
        let refused = serde_json::to_value(Response::refused(400, &"no")).unwrap();
        assert_eq!(refused, json!({ "statusCode": 400, "body": "{\"message\":\"no\"}" }));
    }
}
