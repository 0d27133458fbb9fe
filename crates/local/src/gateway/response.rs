//! The response of a function (AWS_PROXY).

use std::collections::HashMap;

use axum::http::StatusCode;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::handshake::is_protocol_header;

/// The gateway discards the body, because the routes have no route response.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionResponse {
    #[serde(deserialize_with = "final_status")]
    pub status_code: StatusCode,
    headers: Option<HashMap<String, String>>,
    body: Option<String>,
}

impl FunctionResponse {
    pub fn protocol(&self) -> Option<&str> {
        let mut headers = self.headers.iter().flatten();
        headers.find(|(name, _)| is_protocol_header(name)).map(|(_, value)| value.as_str())
    }

    pub fn body(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

/// Rejects informational statuses, which do not complete a response.
fn final_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StatusCode, D::Error> {
    let status = StatusCode::from_u16(u16::deserialize(deserializer)?).map_err(D::Error::custom)?;
    if status.is_informational() {
        return Err(D::Error::custom(format_args!("{status} does not complete a response")));
    }
    Ok(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_header_matches_in_any_case() {
        for name in ["Sec-WebSocket-Protocol", "sec-websocket-protocol", "SEC-WEBSOCKET-PROTOCOL"] {
            let response = format!(r#"{{"statusCode":200,"headers":{{"{name}":"b"}}}}"#);
            assert_eq!(serde_json::from_str::<FunctionResponse>(&response).unwrap().protocol(), Some("b"));
        }
    }

    #[test]
    fn a_response_needs_only_its_status() {
        let response: FunctionResponse =
            serde_json::from_str(r#"{"statusCode":200,"headers":null}"#).unwrap();
        assert_eq!(response.status_code, StatusCode::OK);
        assert_eq!(response.protocol(), None);
        assert!(serde_json::from_str::<FunctionResponse>("{}").is_err());
    }

    #[test]
    fn invalid_and_informational_statuses_are_rejected() {
        for status in [0, 99, 101, 1000] {
            let response = format!(r#"{{"statusCode":{status}}}"#);
            assert!(serde_json::from_str::<FunctionResponse>(&response).is_err(), "{status}");
        }
    }
}
