use std::future::Future;

use tablecast_connections::Identity;

/// Why a token does not count. Not for the client, and without the token.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotVerified {
    #[error("{0}")]
    Refused(String),
    /// The same token may count later.
    #[error("{0}")]
    Unavailable(String),
}

/// Whoever can tell whether a token is good now, and what it says.
pub trait Verify {
    fn verify(&self, token: &str) -> impl Future<Output = Result<Identity, NotVerified>> + Send;
}
