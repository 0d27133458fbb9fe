//! Verifies tokens and returns their claims.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::value::RawValue;

use crate::claims::{Checked, ClaimRules, Claims, claimed_issuer};
use crate::config::{TokenConfig, TrustedIssuer};
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
    ///
    /// The token's own `iss`, which nobody has verified yet, only chooses the issuer. The keys and the rules of
    /// this issuer then verify the whole token, `iss` included.
    pub async fn verify(&self, token: &str) -> Result<Claims, VerifyError> {
        let header = Header::read(token)?;
        let issuer = self.0.issuer(&claimed_issuer(&unverified_text(token)?)?)?;
        header.check(&issuer.algorithms)?;
        let keys = issuer.keys.keys(&header).await??;
        let text = signed_text(token, &keys, header.algorithm)?;
        let Checked { subject, expires_at } = self.rules(issuer).check(&text)?;
        Ok(Claims { principal: self.0.principal(issuer, subject), expires_at, text })
    }

    fn rules<'r>(&self, issuer: &'r TrustedIssuer) -> ClaimRules<'r> {
        let TrustedIssuer { name, audiences, subject_claim, .. } = issuer;
        ClaimRules { issuer: name, audiences, subject_claim, leeway: self.0.leeway, now: now() }
    }
}

/// Returns the claims of a token whose header was read.
fn unverified_text(token: &str) -> Result<String, Refusal> {
    let claims = token.split('.').nth(1).ok_or(Refusal::Malformed)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(claims).map_err(|_| Refusal::Malformed)?;
    String::from_utf8(bytes).map_err(|_| Refusal::Claims)
}

/// Returns the claims if one of the keys verifies the signature.
fn signed_text(token: &str, keys: &[DecodingKey], algorithm: Algorithm) -> Result<String, Refusal> {
    let mut results = keys.iter().map(|key| text_signed_by(token, key, algorithm));
    results.find(|result| *result != Err(Refusal::Signature)).unwrap_or(Err(Refusal::Signature))
}

/// Checks the signature and returns the claims as the issuer wrote them. `jsonwebtoken` checks nothing else
/// here, because its rules for claims are less strict than [`ClaimRules`].
fn text_signed_by(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Result<String, Refusal> {
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

#[cfg(test)]
mod peers;
