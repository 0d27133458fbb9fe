//! `$connect`: whether a client gets a connection.

use axum::http::StatusCode;
use bytes::Bytes;

use super::event::{Call, Event};
use super::handshake::Handshake;
use super::integration::{Answer, Failure};
use super::refusal::{self, Refusal};
use super::routes;
use super::session::Session;
use crate::invoke::Invoke;

/// The sub-protocol that was agreed on, or why the upgrade is refused.
pub type Verdict = Result<Option<String>, Refusal>;

impl<I: Invoke> Session<I> {
    /// Asks the authorizer and the function of `$connect`; without that route everybody gets a connection.
    pub async fn connect(&self, handshake: &Handshake) -> Verdict {
        let Some(route) = self.gateway.shared.routes.get(routes::CONNECT) else { return Ok(None) };
        self.authorize(handshake).await?;
        let call = self.gateway.next_call();
        let event = Event::connect(&self.gateway.shared.stage, &self.connection, &call, handshake);
        match self.gateway.call(&route, &event).await {
            Ok(answer) => self.judge(&answer, handshake, &call),
            Err(failure) => Err(self.refuse(failure.status(), failure.message(), &call)),
        }
    }

    /// Reads the verdict from what the function of `$connect` answered.
    fn judge(&self, answer: &Bytes, handshake: &Handshake, call: &Call) -> Verdict {
        let answer = serde_json::from_slice::<Answer>(answer).map_err(|error| {
            tracing::warn!(%error, "$connect: the function must answer {{\"statusCode\": 200}}");
            self.refuse(Failure::Function.status(), Failure::Function.message(), call)
        })?;
        let status = answer.status_code;
        if !status.is_success() {
            tracing::info!(%status, reason = answer.body(), "$connect refused a client");
            return Err(self.refuse(status, status.canonical_reason().unwrap_or("Refused"), call));
        }
        Ok(answer.protocol().and_then(|chosen| handshake.protocol(chosen)))
    }

    pub(super) fn refuse(&self, status: StatusCode, message: &str, call: &Call) -> Refusal {
        Refusal { status, body: refusal::message(message, &self.connection.id, &call.request_id) }
    }
}
