//! The REQUEST authorizer of `$connect`: called before the route, for every connection, its answers never kept.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde::Serialize;

use super::event::{AuthorizerEvent, Call};
use super::handshake::Handshake;
use super::limits::AUTHORIZER_RESULT_BYTES;
use super::policy::Decision;
use super::refusal::Refusal;
use super::session::Session;
use crate::invoke::{Invoke, InvokeError};

/// What functions get to know of it, as `requestContext.authorizer`: a flat map of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization(pub(super) BTreeMap<String, String>);

/// Why a client does not come in; what it gets to know of it.
enum Refused {
    /// The authorizer failed with exactly this message.
    Unauthorized,
    ExplicitDeny,
    ImplicitDeny,
    /// The authorizer failed, took too long, or answered what is no answer.
    NoAnswer,
}

impl Refused {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::ExplicitDeny | Self::ImplicitDeny => StatusCode::FORBIDDEN,
            Self::NoAnswer => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::Unauthorized => "Unauthorized",
            Self::ExplicitDeny => "User is not authorized to access this resource with an explicit deny",
            Self::ImplicitDeny => "User is not authorized to access this resource",
            Self::NoAnswer => "Internal server error",
        }
    }
}

impl<I: Invoke> Session<I> {
    /// Asks the authorizer, if there is one, and remembers what it says of the client.
    pub(super) async fn authorize(&self, handshake: &Handshake) -> Result<(), Refusal> {
        let Some(function) = self.gateway.shared.routes.authorizer() else { return Ok(()) };
        let call = self.gateway.next_call();
        let authorization = self.ask(function, handshake, &call).await;
        let authorization =
            authorization.map_err(|refused| self.refuse(refused.status(), refused.message(), &call))?;
        // A session asks once.
        let _ = self.connection.authorization.set(authorization);
        Ok(())
    }

    async fn ask(
        &self,
        function: &str,
        handshake: &Handshake,
        call: &Call,
    ) -> Result<Authorization, Refused> {
        let event = AuthorizerEvent::new(&self.gateway.shared.stage, &self.connection, call, handshake);
        let answer = match self.gateway.invoke(function, &event).await {
            Some(Ok(answer)) if answer.len() <= AUTHORIZER_RESULT_BYTES => answer,
            Some(Ok(answer)) => return Err(no_answer(&format!("{} bytes are over 8 KB", answer.len()))),
            Some(Err(InvokeError::Failed { message, .. })) if message == "Unauthorized" => {
                return Err(Refused::Unauthorized);
            }
            Some(Err(error)) => return Err(no_answer(&error.to_string())),
            None => return Err(no_answer("it took too long")),
        };
        match Decision::read(&answer, &event.method_arn) {
            Ok(Decision::Allow(authorization)) => Ok(authorization),
            Ok(Decision::ExplicitDeny) => Err(Refused::ExplicitDeny),
            Ok(Decision::ImplicitDeny) => Err(Refused::ImplicitDeny),
            Err(error) => Err(no_answer(&error.to_string())),
        }
    }
}

fn no_answer(reason: &str) -> Refused {
    tracing::warn!(reason, "the authorizer gave no answer that counts");
    Refused::NoAnswer
}
