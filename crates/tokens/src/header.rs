//! A token's header. It is not trusted: it may only choose among what the configuration allows.
//! `jku`, `x5u`, `jwk` and `x5c`, by which a token would bring its own key, are not looked at.

use jsonwebtoken::{Algorithm, decode_header};

use crate::refusal::{MAX_TOKEN_BYTES, Refusal};

#[derive(Debug)]
pub struct Header {
    pub algorithm: Algorithm,
    pub key_id: Option<String>,
}

impl Header {
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
