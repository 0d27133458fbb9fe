use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::value::RawValue;

use crate::claims::{Claims, Rules};
use crate::configuration::Configuration;
use crate::crypto;
use crate::header::Header;
use crate::key_source::KeysUnavailable;
use crate::refusal::Refusal;

/// Verifies tokens by one configuration, for as long as a process lives.
#[derive(Debug)]
pub struct Verifier(Configuration);

/// By what is to be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Another token is needed.
    #[error("the token is refused: {0}")]
    Refused(#[from] Refusal),
    /// The same token may be good later.
    #[error(transparent)]
    Unavailable(#[from] KeysUnavailable),
}

impl Verifier {
    pub fn new(configuration: Configuration) -> Self {
        crypto::install();
        Self(configuration)
    }

    /// The claims of a token that is good now. May fetch the issuer's keys, which takes 3 s at most.
    pub async fn verify(&self, token: &str) -> Result<Claims, VerifyError> {
        let header = Header::read(token, &self.0.algorithms)?;
        let key = self.0.keys.key(&header).await??;
        let text = signed_text(token, &key, header.algorithm)?;
        let Configuration { issuer, audience, .. } = &self.0;
        Ok(Rules { issuer, audience, now: now() }.check(text)?)
    }
}

/// The claims as they were written, if the signature is right. That is all that the library is asked: its own
/// rules for claims are laxer than those of [`Rules`].
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
