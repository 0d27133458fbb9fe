//! The configuration of token verification. A function reads it once and does not start if it is wrong.
//!
//! # Layout
//! - `issuer`: an issuer, its audiences, algorithms and keys; `key_url`: the addresses that keys may have
//! - `one`: one issuer, from variables of its own; `several`: a list of issuers, from `ISSUERS`
//! - `error`: what is wrong, and what to do

mod error;
mod issuer;
mod key_url;
mod one;
mod several;

use std::env;

pub use error::TokenConfigError;
pub use issuer::TrustedIssuer;

use crate::refusal::Refusal;

/// Seconds by which the issuer's clock may be ahead, unless `LEEWAY` is set. It does not extend the lifetime of
/// a token.
pub const DEFAULT_LEEWAY: u64 = 5;

/// The longest leeway in seconds.
pub const MAX_LEEWAY: u64 = 60;

/// The tokens that a function accepts.
#[derive(Debug)]
pub struct TokenConfig {
    /// Each has another `iss`.
    issuers: Vec<TrustedIssuer>,
    pub(crate) leeway: u64,
}

type Result<T> = std::result::Result<T, TokenConfigError>;
type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl TokenConfig {
    /// Reads `ISSUER`, `AUDIENCE`, `ALGORITHMS`, `SUBJECT_CLAIM`, and `JWKS` or `JWKS_URL`; or else `ISSUERS`.
    /// `LEEWAY` is for all issuers.
    pub fn from_environment() -> Result<Self> {
        Self::read(&|name| env::var(name).ok())
    }

    /// Reads variables through a lookup by name. An empty value counts as not set.
    pub fn read(lookup: Lookup) -> Result<Self> {
        let variable =
            |name: &str| lookup(name).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty());
        let issuers = match variable("ISSUERS") {
            Some(list) => several::read(&list, &variable)?,
            None => vec![one::read(&variable)?],
        };
        Ok(Self { issuers, leeway: leeway(&variable)? })
    }

    /// Reads the keys of each issuer once. Returns the issuers whose keys cannot be used, with the reason.
    pub async fn unusable_keys(&self) -> Vec<(String, String)> {
        let mut unusable = Vec::new();
        for issuer in &self.issuers {
            if let Err(reason) = issuer.keys.check().await {
                unusable.push((issuer.name.clone(), reason));
            }
        }
        unusable
    }

    /// Returns the issuer that a token claims, before its signature is verified. Only the keys of this issuer
    /// can verify the token.
    pub(crate) fn issuer(&self, claimed: &str) -> std::result::Result<&TrustedIssuer, Refusal> {
        self.issuers.iter().find(|issuer| issuer.name == claimed).ok_or(Refusal::Issuer)
    }

    /// Identifies the subject among those of all issuers. No `iss` contains a space, so two never collide.
    pub(crate) fn principal(&self, issuer: &TrustedIssuer, subject: String) -> String {
        match self.issuers.len() {
            1 => subject,
            _ => format!("{} {subject}", issuer.name),
        }
    }
}

fn leeway(variable: Lookup) -> Result<u64> {
    let Some(text) = variable("LEEWAY") else { return Ok(DEFAULT_LEEWAY) };
    let seconds = text.parse().ok().filter(|seconds| *seconds <= MAX_LEEWAY);
    seconds.ok_or(TokenConfigError::Leeway(text))
}

#[cfg(test)]
mod tests;
