use jsonwebtoken::{Algorithm, AlgorithmFamily};

use super::error::TokenConfigError;
use super::key_url::is_secure;
use super::{Lookup, Result};
use crate::development;
use crate::key_source::{KeySource, Remote};
use crate::keys::KeySet;

/// The claim that identifies the subject of a token, unless another one is chosen.
pub const DEFAULT_SUBJECT_CLAIM: &str = "sub";

/// An issuer whose tokens are accepted.
#[derive(Debug)]
pub struct TrustedIssuer {
    /// The exact `iss`. Has no white space.
    pub name: String,
    /// A token must be for one of them. Never empty.
    pub audiences: Vec<String>,
    pub algorithms: Vec<Algorithm>,
    pub keys: KeySource,
    pub subject_claim: String,
}

/// The settings of an issuer as they are written.
pub struct IssuerSettings {
    pub issuer: String,
    pub audiences: Vec<String>,
    pub algorithms: Vec<String>,
    /// The JSON text of a key set.
    pub jwks: Option<String>,
    pub jwks_url: Option<String>,
    pub subject_claim: Option<String>,
}

impl IssuerSettings {
    pub fn check(self, variable: Lookup) -> Result<TrustedIssuer> {
        let name = issuer(self.issuer, variable)?;
        let algorithms = self.algorithms.iter().map(|name| algorithm(name)).collect::<Result<Vec<_>>>()?;
        let keys = keys(self.jwks, self.jwks_url, &algorithms)?;
        let subject_claim = self.subject_claim.unwrap_or_else(|| DEFAULT_SUBJECT_CLAIM.to_owned());
        Ok(TrustedIssuer { name, audiences: self.audiences, algorithms, keys, subject_claim })
    }
}

fn issuer(issuer: String, variable: Lookup) -> Result<String> {
    if issuer.contains(|letter: char| letter == ',' || letter.is_whitespace()) {
        return Err(TokenConfigError::NotOneIssuer(issuer));
    }
    match development::is_development_issuer(&issuer) && !development::is_allowed(variable) {
        true => Err(TokenConfigError::Development(issuer)),
        false => Ok(issuer),
    }
}

fn algorithm(name: &str) -> Result<Algorithm> {
    let algorithm: Algorithm = name.parse().map_err(|_| TokenConfigError::Algorithm(name.to_owned()))?;
    match algorithm.family() {
        AlgorithmFamily::Hmac => Err(TokenConfigError::Symmetric(name.to_owned())),
        _ => Ok(algorithm),
    }
}

fn keys(jwks: Option<String>, url: Option<String>, algorithms: &[Algorithm]) -> Result<KeySource> {
    match (jwks, url) {
        (Some(text), None) => {
            let keys = KeySet::parse(text.as_bytes(), algorithms);
            keys.map(KeySource::Inline).map_err(TokenConfigError::KeySet)
        }
        (None, Some(url)) if is_secure(&url) => {
            Ok(KeySource::Remote(Box::new(Remote::new(url, algorithms.to_vec()))))
        }
        (None, Some(url)) => Err(TokenConfigError::Url(url)),
        _ => Err(TokenConfigError::KeyOrigin),
    }
}
