use std::future::Future;

use tablecast_connections::Identity;

/// Why a token is not accepted. It does not contain the token, and is not for the client.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    #[error("{0}")]
    Refused(String),
    /// The same token can be accepted later.
    #[error("{0}")]
    Unavailable(String),
}

/// Verifies tokens.
pub trait Verify {
    fn verify(&self, token: &str) -> impl Future<Output = Result<Identity, NotVerified>> + Send;
}
