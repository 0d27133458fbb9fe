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
    /// Reads the header of a token that is signed with one of the `allowed` algorithms.
    pub fn read(token: &str, allowed: &[Algorithm]) -> Result<Self, Refusal> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(Refusal::TooLong);
        }
        let header = decode_header(token).map_err(|_| Refusal::Malformed)?;
        if header.crit.is_some() {
            return Err(Refusal::Critical);
        }
        match allowed.contains(&header.alg) {
            true => Ok(Self { algorithm: header.alg, key_id: header.kid }),
            false => Err(Refusal::Algorithm),
        }
    }
}
