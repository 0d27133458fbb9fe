//! Which tokens count. Read once, when a function starts, which refuses to start if it is wrong.

use std::env;

use jsonwebtoken::{Algorithm, AlgorithmFamily};

use crate::development;
use crate::key_source::{KeySource, Remote};
use crate::keys::{KeySet, KeySetError};

#[derive(Debug)]
pub struct Configuration {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) keys: KeySource,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigurationError {
    #[error("the environment variable {0} is not set: {1}")]
    Missing(&'static str, &'static str),
    #[error("ALGORITHMS: {0:?} is not one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA")]
    Algorithm(String),
    #[error("ALGORITHMS: {0} is symmetric: whoever could verify such a token could make one")]
    Symmetric(String),
    #[error("set JWKS (the key set itself) or JWKS_URL (where it is), one of them")]
    KeyOrigin,
    #[error("JWKS: {0}")]
    KeySet(KeySetError),
    #[error("JWKS_URL: {0:?} is not https (or http to this machine itself)")]
    Url(String),
    #[error("ISSUER: {0:?} is an issuer for development: only the local mode accepts it")]
    Development(String),
}

type Result<T> = std::result::Result<T, ConfigurationError>;
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Configuration {
    /// From `ISSUER`, `AUDIENCE`, `ALGORITHMS` (a comma list), and `JWKS` or `JWKS_URL`.
    pub fn from_environment() -> Result<Self> {
        Self::read(&|name| env::var(name).ok())
    }

    /// From a look-up of variables by name; an empty one is not set.
    pub fn read(variable: Lookup) -> Result<Self> {
        let variable =
            |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty());
        let issuer = issuer(&variable)?;
        let audience = variable("AUDIENCE").ok_or(ConfigurationError::Missing(
            "AUDIENCE",
            "a token's aud must name it, so that tokens for other services do not count here",
        ))?;
        let algorithms = algorithms(&variable)?;
        let keys = keys(&variable, &algorithms)?;
        Ok(Self { issuer, audience, algorithms, keys })
    }
}

fn issuer(variable: Lookup) -> Result<String> {
    let why = "a token's iss must be exactly it";
    let issuer = variable("ISSUER").ok_or(ConfigurationError::Missing("ISSUER", why))?;
    match development::is_for_development(&issuer) && !development::is_allowed(variable) {
        true => Err(ConfigurationError::Development(issuer)),
        false => Ok(issuer),
    }
}

fn algorithms(variable: Lookup) -> Result<Vec<Algorithm>> {
    let why = "the algorithms that the issuer signs with, such as RS256";
    let list = variable("ALGORITHMS").ok_or(ConfigurationError::Missing("ALGORITHMS", why))?;
    list.split(',').map(|name| algorithm(name.trim())).collect()
}

fn algorithm(name: &str) -> Result<Algorithm> {
    let algorithm: Algorithm = name.parse().map_err(|_| ConfigurationError::Algorithm(name.to_owned()))?;
    match algorithm.family() {
        AlgorithmFamily::Hmac => Err(ConfigurationError::Symmetric(name.to_owned())),
        _ => Ok(algorithm),
    }
}

fn keys(variable: Lookup, algorithms: &[Algorithm]) -> Result<KeySource> {
    match (variable("JWKS"), variable("JWKS_URL")) {
        (Some(text), None) => {
            let keys = KeySet::parse(text.as_bytes(), algorithms);
            keys.map(KeySource::Inline).map_err(ConfigurationError::KeySet)
        }
        (None, Some(url)) if is_trustworthy(&url) => {
            Ok(KeySource::Remote(Box::new(Remote::new(url, algorithms.to_vec()))))
        }
        (None, Some(url)) => Err(ConfigurationError::Url(url)),
        _ => Err(ConfigurationError::KeyOrigin),
    }
}

/// Whoever can change the keys on their way decides who comes in.
fn is_trustworthy(url: &str) -> bool {
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
