use std::fmt::Display;

use serde::Serialize;
use serde_json::json;
use tablecast_protocol::{ConnectionRefusal, Protocol};
use tablecast_telemetry::Metrics;

/// The response to API Gateway. Only a 200 opens the connection.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status_code: u16,
    /// The connection opens, but only for the reason of its refusal.
    #[serde(skip)]
    is_explanation: bool,
    /// For the metrics.
    #[serde(skip)]
    refusal: Option<ConnectionRefusal>,
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
        Self { status_code: 200, is_explanation: false, refusal: None, headers, body: None }
    }

    /// Opens a connection for the reason of its refusal.
    pub fn explaining(protocol: Protocol, refusal: ConnectionRefusal) -> Self {
        Self { is_explanation: true, refusal: Some(refusal), ..Self::accepted(Some(protocol)) }
    }

    pub fn refused(refusal: ConnectionRefusal, reason: &dyn Display) -> Self {
        Self { refusal: Some(refusal), ..Self::failed(refusal.status(), &reason.to_string()) }
    }

    pub fn unavailable() -> Self {
        Self::failed(500, "The connection could not be stored. Connect again.")
    }

    fn failed(status_code: u16, message: &str) -> Self {
        let body = Some(json!({ "message": message }).to_string());
        Self { status_code, is_explanation: false, refusal: None, headers: None, body }
    }

    /// Counts each response once, and those that explain a refusal twice. docs/reference/metrics.md describes the
    /// metrics.
    pub fn metrics(&self) -> Metrics {
        let is_failure = self.status_code >= 500;
        Metrics::of_function("connect", "connection handled")
            .count("Connected", usize::from(self.refusal.is_none() && !is_failure))
            .refused(self.refusal)
            .count("Explained", usize::from(self.is_explanation))
            .count("Failed", usize::from(is_failure))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn responses_have_the_form_that_api_gateway_reads() {
        let accepted = serde_json::to_value(Response::accepted(Some(Protocol::Single))).unwrap();
        let headers = json!({ "Sec-WebSocket-Protocol": "cloudevents.json" });
        assert_eq!(accepted, json!({ "statusCode": 200, "headers": headers }));
        assert_eq!(serde_json::to_value(Response::accepted(None)).unwrap(), json!({ "statusCode": 200 }));
        let refused = Response::refused(ConnectionRefusal::BadRequest, &"no");
        let refused = serde_json::to_value(refused).unwrap();
        assert_eq!(refused, json!({ "statusCode": 400, "body": "{\"message\":\"no\"}" }));
    }

    #[test]
    fn every_response_is_counted_and_an_explanation_is_a_refusal() {
        use ConnectionRefusal::{BadRequest, NotGranted, TokenExpired};
        for (response, expected) in [
            (Response::accepted(None), json!({ "Connected": 1, "Refused": 0, "Explained": 0, "Failed": 0 })),
            (
                Response::refused(BadRequest, &"no"),
                json!({ "Connected": 0, "Refused": 1, "BadRequest": 1, "Explained": 0, "Failed": 0 }),
            ),
            (
                Response::refused(NotGranted, &"no"),
                json!({ "Connected": 0, "Refused": 1, "NotGranted": 1, "Explained": 0, "Failed": 0 }),
            ),
            (
                Response::explaining(Protocol::Batch, TokenExpired),
                json!({ "Connected": 0, "Refused": 1, "TokenExpired": 1, "Explained": 1, "Failed": 0 }),
            ),
            (Response::unavailable(), json!({ "Connected": 0, "Refused": 0, "Explained": 0, "Failed": 1 })),
        ] {
            let line =
                response.metrics().line("tablecast", &Default::default(), std::time::SystemTime::now());
            let names = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
            let names = names.iter().map(|metric| metric["Name"].as_str().unwrap());
            let counts: Value = names.map(|name| (name.to_owned(), line[name].clone())).collect();
            assert_eq!((counts, &line["Function"]), (expected, &json!("connect")));
        }
    }
}
