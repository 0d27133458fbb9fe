use std::future::Future;

use tablecast_connections::Identity;

/// Why a token is not accepted. Not for the client, and without the token.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Whoever can tell whether a token is good now, and what it says.
pub trait Verify {
    fn verify(&self, token: &str) -> impl Future<Output = Result<Identity, Refused>> + Send;
}
