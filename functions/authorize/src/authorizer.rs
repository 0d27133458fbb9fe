use std::env;

use lambda_runtime::Diagnostic;
use tablecast_tokens::{Configuration, ConfigurationError, Verifier, VerifyError};

use crate::answer::{self, Answer, MAX_BYTES};
use crate::credentials::token;
use crate::event::AuthorizerEvent;
use crate::origins::{NotAdmitted, Origins, OriginsError};

/// Decides by one configuration, for as long as the process lives.
pub struct Authorizer {
    verifier: Verifier,
    origins: Origins,
}

/// Why a process does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Tokens(#[from] ConfigurationError),
    #[error(transparent)]
    Origins(#[from] OriginsError),
}

/// Why a client with a good token is sent away all the same.
#[derive(Debug, thiserror::Error)]
enum Denial {
    #[error(transparent)]
    Origin(#[from] NotAdmitted),
    #[error("its claims make an answer of {0} bytes, and API Gateway takes {MAX_BYTES}")]
    TooManyClaims(usize),
}

impl Authorizer {
    pub fn from_environment() -> Result<Self, StartError> {
        let configuration = Configuration::from_environment()?;
        Ok(Self::new(configuration, &env::var("ORIGINS").unwrap_or_default())?)
    }

    fn new(configuration: Configuration, origins: &str) -> Result<Self, OriginsError> {
        Ok(Self { verifier: Verifier::new(configuration), origins: Origins::parse(origins)? })
    }

    /// The log says why, and holds neither token nor claims; the client is told a status and no more.
    pub async fn authorize(&self, event: AuthorizerEvent) -> Result<Answer, Diagnostic> {
        let connection = &event.request_context.connection_id;
        let token = token(&event).map_err(|reason| refuse(connection, &reason))?;
        let claims = match self.verifier.verify(token).await {
            Ok(claims) => claims,
            Err(VerifyError::Refused(reason)) => return Err(refuse(connection, &reason)),
            Err(VerifyError::Unavailable(error)) => {
                tracing::error!(connection, %error, "cannot decide about a client");
                return Err(answer::unavailable());
            }
        };
        let principal = claims.subject.clone();
        Ok(self.admit(&event, Answer::allow(claims, &event.method_arn)).unwrap_or_else(|reason| {
            tracing::info!(connection, %reason, "refused a client in spite of its token");
            Answer::deny(principal, &event.method_arn)
        }))
    }

    /// The answer, if the client may come in with it.
    fn admit(&self, event: &AuthorizerEvent, answer: Answer) -> Result<Answer, Denial> {
        self.origins.admit(event)?;
        match answer.bytes() {
            bytes if bytes > MAX_BYTES => Err(Denial::TooManyClaims(bytes)),
            _ => Ok(answer),
        }
    }
}

fn refuse(connection: &str, reason: &dyn std::fmt::Display) -> Diagnostic {
    tracing::info!(connection, %reason, "refused a client's token");
    answer::unauthorized()
}

#[cfg(test)]
mod tests;
