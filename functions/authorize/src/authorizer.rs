//! Verifies a client's token, checks its origin, and decides.

use std::env;

use lambda_runtime::Diagnostic;
use tablecast_tokens::development;
use tablecast_tokens::{TokenConfig, TokenConfigError, Verifier, VerifyError};

use crate::credentials::token;
use crate::decision::{self, Decision, MAX_BYTES};
use crate::event::AuthorizerEvent;
use crate::origins::{AllowedOrigins, AllowedOriginsError, OriginRefused};

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

/// Why a client with a valid token is refused.
#[derive(Debug, thiserror::Error)]
enum Denial {
    #[error(transparent)]
    Origin(#[from] OriginRefused),
    #[error("the decision has {0} bytes with the token's claims, and API Gateway accepts {MAX_BYTES}")]
    TooManyClaims(usize),
}

impl Authorizer {
    pub fn from_environment() -> Result<Self, StartError> {
        let config = TokenConfig::from_environment()?;
        Ok(Self::new(config, &env::var("ORIGINS").unwrap_or_default())?)
    }

    fn new(config: TokenConfig, origins: &str) -> Result<Self, AllowedOriginsError> {
        let origins = AllowedOrigins::parse(origins)?.and_this_machine(has_development_issuer());
        Ok(Self { verifier: Verifier::new(config), origins })
    }

    /// Logs the reason for a refusal, without token and claims. The client receives only a status.
    pub async fn authorize(&self, event: AuthorizerEvent) -> Result<Decision, Diagnostic> {
        let connection = &event.request_context.connection_id;
        let token = token(&event).map_err(|reason| refuse(connection, &reason))?;
        let claims = match self.verifier.verify(token).await {
            Ok(claims) => claims,
            Err(VerifyError::Refused(reason)) => return Err(refuse(connection, &reason)),
            Err(VerifyError::Unavailable(error)) => {
                tracing::error!(connection, %error, "cannot verify a client's token");
                return Err(decision::unavailable());
            }
        };
        let principal = claims.principal.clone();
        Ok(self.check(&event, Decision::allow(claims, &event.method_arn)).unwrap_or_else(|reason| {
            tracing::info!(connection, %reason, "refused a client with a valid token");
            Decision::deny(principal, &event.method_arn)
        }))
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

fn refuse(connection: &str, reason: &dyn std::fmt::Display) -> Diagnostic {
    tracing::info!(connection, %reason, "refused a client's token");
    decision::unauthorized()
}

#[cfg(test)]
mod tests;
