//! Calling the function behind a route.

use std::collections::HashMap;

use axum::http::StatusCode;
use bytes::Bytes;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::Gateway;
use super::event::Event;
use super::handshake::is_protocol_header;
use super::limits::INTEGRATION;
use super::routes::Route;
use crate::invoke::{Invoke, InvokeError};

/// What a function answers (AWS_PROXY). Its body goes nowhere: the routes have no route response.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    #[serde(deserialize_with = "final_status")]
    pub status_code: StatusCode,
    headers: Option<HashMap<String, String>>,
    body: Option<String>,
}

impl Answer {
    pub fn protocol(&self) -> Option<&str> {
        let mut headers = self.headers.iter().flatten();
        headers.find(|(name, _)| is_protocol_header(name)).map(|(_, value)| value.as_str())
    }

    pub fn body(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

/// A status that a request can be answered with.
fn final_status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<StatusCode, D::Error> {
    let status = StatusCode::from_u16(u16::deserialize(deserializer)?).map_err(D::Error::custom)?;
    if status.is_informational() {
        return Err(D::Error::custom(format_args!("{status} does not answer anything")));
    }
    Ok(status)
}

/// Why there is no answer; what a client gets to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The function failed.
    Function,
    /// It took longer than [`INTEGRATION`].
    TimedOut,
}

impl Failure {
    pub fn status(self) -> StatusCode {
        match self {
            Self::Function => StatusCode::BAD_GATEWAY,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        }
    }

    pub fn message(self) -> &'static str {
        match self {
            Self::Function => "Internal server error",
            Self::TimedOut => "Endpoint request timed out",
        }
    }
}

impl<I: Invoke> Gateway<I> {
    /// Calls the function of a route and waits for its answer.
    pub(super) async fn call(&self, route: &Route, event: &Event<'_>) -> Result<Bytes, Failure> {
        let Route { key, function } = route;
        let answer = self.invoke(function, event).await.ok_or_else(|| {
            tracing::warn!(function, route = key, "the function took longer than {INTEGRATION:?}");
            Failure::TimedOut
        })?;
        answer.map_err(|error| {
            tracing::warn!(%error, route = key, "a route failed");
            Failure::Function
        })
    }

    /// A function's answer; none when it takes longer than [`INTEGRATION`].
    pub(super) async fn invoke(
        &self,
        function: &str,
        event: &impl Serialize,
    ) -> Option<Result<Bytes, InvokeError>> {
        // Events have only texts for names, so they can be written.
        let payload = serde_json::to_vec(event).unwrap_or_default();
        let deadline = self.shared.clock.now() + INTEGRATION;
        tokio::select! {
            answer = self.shared.invoke.invoke(function, payload.into()) => Some(answer),
            () = self.shared.clock.sleep_until(deadline) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_protocol_header_is_found_in_any_case() {
        for name in ["Sec-WebSocket-Protocol", "sec-websocket-protocol", "SEC-WEBSOCKET-PROTOCOL"] {
            let answer = format!(r#"{{"statusCode":200,"headers":{{"{name}":"b"}}}}"#);
            assert_eq!(serde_json::from_str::<Answer>(&answer).unwrap().protocol(), Some("b"));
        }
    }

    #[test]
    fn an_answer_needs_only_its_status() {
        let answer: Answer = serde_json::from_str(r#"{"statusCode":200,"headers":null}"#).unwrap();
        assert_eq!(answer.status_code, StatusCode::OK);
        assert_eq!(answer.protocol(), None);
        assert!(serde_json::from_str::<Answer>("{}").is_err());
    }

    #[test]
    fn a_request_cannot_be_answered_with_every_status() {
        for status in [0, 99, 101, 1000] {
            let answer = format!(r#"{{"statusCode":{status}}}"#);
            assert!(serde_json::from_str::<Answer>(&answer).is_err(), "{status}");
        }
    }
}
