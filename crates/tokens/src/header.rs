//! A token's header. It is untrusted: it can only choose among the configured algorithms and keys.
//! The members that would let a token bring its own key (`jku`, `x5u`, `jwk`, `x5c`) are ignored.

use jsonwebtoken::{Algorithm, decode_header};

use crate::refusal::{MAX_TOKEN_BYTES, Refusal};

#[derive(Debug)]
pub struct Header {
    pub algorithm: Algorithm,
    pub key_id: Option<String>,
}

impl Header {
    /// Reads the header of a token.
    pub fn read(token: &str) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::TooLong);
        }
        let header = decode_header(token).map_err(|_| Refusal::Malformed)?;
        match header.crit.is_some() {
            true => Err(Refusal::Critical),
            false => Ok(Self { algorithm: header.alg, key_id: header.kid }),
        }
    }

    /// Checks that the token is signed with one of the `allowed` algorithms.
    pub fn check(&self, allowed: &[Algorithm]) -> Result<(), Refusal> {
        allowed.contains(&self.algorithm).then_some(()).ok_or(Refusal::Algorithm)
    }
}
