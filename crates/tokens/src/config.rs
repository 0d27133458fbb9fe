//! The configuration of token verification. A function reads it once and does not start if it is wrong.

use std::env;

use jsonwebtoken::{Algorithm, AlgorithmFamily};

use crate::development;
use crate::key_source::{KeySource, Remote};
use crate::keys::{KeySet, KeySetError};

/// The tokens that a function accepts.
#[derive(Debug)]
pub struct TokenConfig {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) keys: KeySource,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenConfigError {
    #[error("the environment variable {0} is not set. {1}")]
    Missing(&'static str, &'static str),
    #[error(
        "ALGORITHMS: {0:?} is not supported. Use RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA"
    )]
    Algorithm(String),
    #[error(
        "ALGORITHMS: {0} is symmetric, so its verification key could also sign tokens. Use an algorithm with a public key, such as RS256"
    )]
    Symmetric(String),
    #[error("JWKS and JWKS_URL: both are set, or neither. Set JWKS to a key set, or JWKS_URL to its URL")]
    KeyOrigin,
    #[error("JWKS: {0}")]
    KeySet(KeySetError),
    #[error("JWKS_URL: {0:?} is not an https URL. Only localhost may use http")]
    Url(String),
    #[error("ISSUER: {0:?} is a development issuer, which only the local mode accepts. Use your own issuer")]
    Development(String),
}

type Result<T> = std::result::Result<T, TokenConfigError>;
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl TokenConfig {
    /// Reads `ISSUER`, `AUDIENCE`, `ALGORITHMS` (separated by commas), and `JWKS` or `JWKS_URL`.
    pub fn from_environment() -> Result<Self> {
        Self::read(&|name| env::var(name).ok())
    }

    /// Reads variables through a lookup by name. An empty value counts as not set.
    pub fn read(lookup: Lookup) -> Result<Self> {
        let variable =
            |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty());
        let issuer = issuer(&variable)?;
        let audience = variable("AUDIENCE").ok_or(TokenConfigError::Missing(
            "AUDIENCE",
            "Set it to the aud of your tokens, so that tokens for other services are refused",
        ))?;
        let algorithms = algorithms(&variable)?;
        let keys = keys(&variable, &algorithms)?;
        Ok(Self { issuer, audience, algorithms, keys })
    }
}

fn issuer(variable: Lookup) -> Result<String> {
    let remedy = "Set it to the exact iss of your tokens";
    let issuer = variable("ISSUER").ok_or(TokenConfigError::Missing("ISSUER", remedy))?;
    match development::is_development_issuer(&issuer) && !development::is_allowed(variable) {
        true => Err(TokenConfigError::Development(issuer)),
        false => Ok(issuer),
    }
}

fn algorithms(variable: Lookup) -> Result<Vec<Algorithm>> {
    let remedy = "Set it to the algorithms that your issuer signs with, such as RS256";
    let list = variable("ALGORITHMS").ok_or(TokenConfigError::Missing("ALGORITHMS", remedy))?;
    list.split(',').map(|name| algorithm(name.trim())).collect()
}

fn algorithm(name: &str) -> Result<Algorithm> {
    let algorithm: Algorithm = name.parse().map_err(|_| TokenConfigError::Algorithm(name.to_owned()))?;
    match algorithm.family() {
        AlgorithmFamily::Hmac => Err(TokenConfigError::Symmetric(name.to_owned())),
        _ => Ok(algorithm),
    }
}

fn keys(variable: Lookup, algorithms: &[Algorithm]) -> Result<KeySource> {
    match (variable("JWKS"), variable("JWKS_URL")) {
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

/// Checks for `https`, or `http` to this machine. An attacker who replaces the keys in transit can sign
/// tokens.
fn is_secure(url: &str) -> bool {
    let authority = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let is_plain = |authority: &str| !authority.is_empty() && !authority.contains(['@', ' ']);
    if let Some(rest) = url.strip_prefix("https://") {
        return is_plain(&authority(rest));
    }
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = authority(rest);
    let host = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']'))
        .map_or(&*authority, |(host, _)| host);
    is_plain(&authority) && ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

#[cfg(test)]
mod tests;
