//! Verifies a client's token, checks its origin, and decides.

use std::env;

use lambda_runtime::Diagnostic;
use tablecast_protocol::RefusedConnection;
use tablecast_tokens::development;
use tablecast_tokens::{Claims, KeysUnavailable, TokenConfig, TokenConfigError, Verifier, VerifyError};

use crate::credentials::token;
use crate::decision::{self, Decision, MAX_BYTES};
use crate::denial::Denial;
use crate::event::AuthorizerEvent;
use crate::origins::{AllowedOrigins, AllowedOriginsError};
use crate::verdict::{Answer, Verdict};

/// Decides with one configuration for the life of the process.
pub struct Authorizer {
    verifier: Verifier,
    origins: AllowedOrigins,
}

/// Why the function does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Tokens(#[from] TokenConfigError),
    #[error(transparent)]
    Origins(#[from] AllowedOriginsError),
}

/// Why there are no claims.
enum NotVerified {
    Denied(Denial),
    Unavailable(KeysUnavailable),
}

impl Authorizer {
    pub fn from_environment() -> Result<Self, StartError> {
        let config = TokenConfig::from_environment()?;
        Ok(Self::new(config, &env::var("ORIGINS").unwrap_or_default())?)
    }

    /// `origins` is the list of `ORIGINS`.
    pub fn new(config: TokenConfig, origins: &str) -> Result<Self, AllowedOriginsError> {
        let origins = AllowedOrigins::parse(origins)?.and_this_machine(has_development_issuer());
        Ok(Self { verifier: Verifier::new(config), origins })
    }

    /// Logs the reason for a refusal, without token and claims. The client receives a status, or on request a
    /// coarse reason.
    pub async fn authorize(&self, event: AuthorizerEvent) -> Answer {
        let connection = &event.request_context.connection_id;
        let claims = match self.claims(&event).await {
            Ok(claims) => claims,
            Err(NotVerified::Denied(reason)) => {
                tracing::info!(connection, %reason, "refused a client's token");
                return refusal(&event, &reason, Err(decision::unauthorized()));
            }
            Err(NotVerified::Unavailable(error)) => {
                tracing::error!(connection, %error, "cannot verify a client's token");
                return Answer { verdict: Verdict::Unavailable, response: Err(decision::unavailable()) };
            }
        };
        let principal = claims.principal.clone();
        match self.check(&event, Decision::allow(claims, &event.method_arn)) {
            Ok(decision) => Answer { verdict: Verdict::Admitted, response: Ok(decision) },
            Err(reason) => {
                tracing::info!(connection, %reason, "refused a client with a valid token");
                refusal(&event, &reason, Ok(Decision::deny(principal, &event.method_arn)))
            }
        }
    }

    async fn claims(&self, event: &AuthorizerEvent) -> Result<Claims, NotVerified> {
        let token = token(event).map_err(|reason| NotVerified::Denied(reason.into()))?;
        self.verifier.verify(token).await.map_err(|error| match error {
            VerifyError::Refused(reason) => NotVerified::Denied(reason.into()),
            VerifyError::Unavailable(error) => NotVerified::Unavailable(error),
        })
    }

    /// Returns the decision if the origin may connect and API Gateway accepts the size.
    fn check(&self, event: &AuthorizerEvent, decision: Decision) -> Result<Decision, Denial> {
        self.origins.check(event)?;
        match decision.bytes() {
            bytes if bytes > MAX_BYTES => Err(Denial::TooManyClaims(bytes)),
            _ => Ok(decision),
        }
    }
}

fn has_development_issuer() -> bool {
    development::is_allowed(&|name| env::var(name).ok())
}

/// Opens the connection of a client that requests the reason. Other clients get `response`.
fn refusal(event: &AuthorizerEvent, reason: &Denial, response: Result<Decision, Diagnostic>) -> Answer {
    let refused = reason.for_client();
    let verdict = Verdict::Refused(refused.reason);
    let requested = RefusedConnection::requested(event.offers(), refused);
    let explained = requested.map(|refused| Decision::explain(&refused, &event.method_arn));
    Answer { verdict, response: explained.map_or(response, Ok) }
}

#[cfg(test)]
mod tests;
