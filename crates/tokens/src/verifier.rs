//! Verifies tokens and returns their claims.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::value::RawValue;

use crate::claims::{ClaimRules, Claims};
use crate::config::TokenConfig;
use crate::crypto;
use crate::header::Header;
use crate::key_source::KeysUnavailable;
use crate::refusal::Refusal;

/// Verifies tokens with one configuration for the life of the process.
#[derive(Debug)]
pub struct Verifier(TokenConfig);

/// Why a token cannot be verified, by the reaction that the client needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The client needs a different token.
    #[error("the token is refused: {0}")]
    Refused(#[from] Refusal),
    /// The client can retry with the same token.
    #[error(transparent)]
    Unavailable(#[from] KeysUnavailable),
}

impl Verifier {
    pub fn new(config: TokenConfig) -> Self {
        crypto::install();
        Self(config)
    }

    /// Returns the claims of a valid token. May fetch the issuer's keys, which takes up to 3 seconds.
    pub async fn verify(&self, token: &str) -> Result<Claims, VerifyError> {
        let header = Header::read(token, &self.0.algorithms)?;
        let key = self.0.keys.key(&header).await??;
        let text = signed_text(token, &key, header.algorithm)?;
        let TokenConfig { issuer, audience, .. } = &self.0;
        Ok(ClaimRules { issuer, audience, now: now() }.check(text)?)
    }
}

/// Checks the signature and returns the claims as the issuer wrote them. `jsonwebtoken` checks nothing else
/// here, because its rules for claims are less strict than [`ClaimRules`].
fn signed_text(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<String, Refusal> {
    let mut signature_only = Validation::new(algorithm);
    signature_only.required_spec_claims.clear();
    (signature_only.validate_exp, signature_only.validate_aud) = (false, false);
    let decoded = decode::<Box<RawValue>>(token, key, &signature_only);
    decoded.map(|token| token.claims.get().to_owned()).map_err(|error| match error.kind() {
        jsonwebtoken::errors::ErrorKind::Json(_) => Refusal::Claims,
        _ => Refusal::Signature,
    })
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
