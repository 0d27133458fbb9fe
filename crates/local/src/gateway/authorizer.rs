//! The REQUEST authorizer of `$connect`. The gateway calls it for every connection and does not cache its
//! responses.

use axum::http::StatusCode;
use tablecast_pipes::invoke::{Invoke, InvokeError};

use super::authorization::Authorization;
use super::call::Call;
use super::connection::Connection;
use super::error::UpgradeError;
use super::event::AuthorizerEvent;
use super::handshake::Handshake;
use super::integration::invoke;
use super::limits::AUTHORIZER_RESULT_BYTES;
use super::policy::Decision;
use super::state::GatewayState;

/// Why the gateway rejects a client.
enum Rejection {
    /// The authorizer failed with exactly this message.
    Unauthorized,
    ExplicitDeny,
    ImplicitDeny,
    /// The authorizer failed, timed out, or returned an invalid response.
    AuthorizerFailure,
}

impl Rejection {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::ExplicitDeny | Self::ImplicitDeny => StatusCode::FORBIDDEN,
            Self::AuthorizerFailure => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Self::Unauthorized => "Unauthorized",
            Self::ExplicitDeny => "User is not authorized to access this resource with an explicit deny",
            Self::ImplicitDeny => "User is not authorized to access this resource",
            Self::AuthorizerFailure => "Internal server error",
        }
    }
}

/// Calls the authorizer, if there is one, and stores its context with the connection.
pub async fn authorize<I: Invoke>(
    state: &GatewayState<I>,
    connection: &Connection,
    handshake: &Handshake,
) -> Result<(), UpgradeError> {
    if let Some(refusal) = &handshake.refusal {
        let _ = connection.authorization.set(refusal.clone());
        return Ok(());
    }
    let Some(function) = state.routes.authorizer() else { return Ok(()) };
    let call = state.next_call();
    let event = AuthorizerEvent::new(&state.stage, connection, &call, handshake);
    match decide(state, function, &event).await {
        Ok(authorization) => {
            // A session authorizes once.
            let _ = connection.authorization.set(authorization);
            Ok(())
        }
        Err(rejection) => Err(upgrade_error(&rejection, connection, &call)),
    }
}

fn upgrade_error(rejection: &Rejection, connection: &Connection, call: &Call) -> UpgradeError {
    let error = UpgradeError::new(rejection.status(), rejection.message(), &connection.id, &call.request_id);
    match rejection {
        Rejection::Unauthorized | Rejection::AuthorizerFailure => error.logged(),
        Rejection::ExplicitDeny | Rejection::ImplicitDeny => error,
    }
}

async fn decide<I: Invoke>(
    state: &GatewayState<I>,
    function: &str,
    event: &AuthorizerEvent<'_>,
) -> Result<Authorization, Rejection> {
    let response = match invoke(state, function, event).await {
        Some(Ok(response)) if response.len() <= AUTHORIZER_RESULT_BYTES => response,
        Some(Ok(response)) => return Err(failure(&format!("{} bytes are over 8 KB", response.len()))),
        Some(Err(InvokeError::Failed { message, .. })) if message == "Unauthorized" => {
            log_unauthorized(state.routes.token_command());
            return Err(Rejection::Unauthorized);
        }
        Some(Err(error)) => return Err(failure(&error.to_string())),
        None => return Err(failure("it timed out")),
    };
    match Decision::parse(&response, &event.method_arn) {
        Ok(Decision::Allow(authorization)) => {
            if authorization.refused_status() == Some(StatusCode::UNAUTHORIZED.as_u16()) {
                log_unauthorized(state.routes.token_command());
            }
            Ok(authorization)
        }
        Ok(Decision::ExplicitDeny) => Err(Rejection::ExplicitDeny),
        Ok(Decision::ImplicitDeny) => Err(Rejection::ImplicitDeny),
        Err(error) => Err(failure(&error.to_string())),
    }
}

/// The line of the authorizer has the reason. This one has the remedy.
fn log_unauthorized(token_command: Option<&str>) {
    let remedy = token_command.map(|command| format!("; this creates a token for this instance: {command}"));
    tracing::warn!("refused a client without a valid token (401){}", remedy.unwrap_or_default());
}

fn failure(reason: &str) -> Rejection {
    tracing::warn!(reason, "the authorizer returned no valid response");
    Rejection::AuthorizerFailure
}
