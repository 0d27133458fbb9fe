//! Several issuers, from the variable `ISSUERS`: a JSON list of objects. Each issuer has its own audiences and
//! keys.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::TokenConfigError;
use super::issuer::{IssuerSettings, TrustedIssuer};
use super::{Lookup, Result};
use crate::audience::Audience;
use crate::object::object;

/// The variables of a single issuer.
const OF_ONE: [&str; 6] = ["ISSUER", "AUDIENCE", "ALGORITHMS", "JWKS", "JWKS_URL", "SUBJECT_CLAIM"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    issuer: String,
    audience: Audience,
    #[serde(default = "rs256")]
    algorithms: Vec<String>,
    jwks: Option<Value>,
    jwks_url: Option<String>,
    subject_claim: Option<String>,
}

fn rs256() -> Vec<String> {
    vec!["RS256".to_owned()]
}

pub fn read(list: &str, variable: Lookup) -> Result<Vec<TrustedIssuer>> {
    if let Some(name) = OF_ONE.into_iter().find(|name| variable(name).is_some()) {
        return Err(TokenConfigError::Both(name));
    }
    let entries = entries(list).map_err(|error| TokenConfigError::Issuers(error.to_string()))?;
    if entries.is_empty() {
        return Err(TokenConfigError::Issuers("the list is empty".to_owned()));
    }
    let issuers = entries.into_iter().map(|entry| entry.check(variable)).collect::<Result<Vec<_>>>()?;
    match repeated(&issuers) {
        Some(issuer) => Err(TokenConfigError::Repeated(issuer.name.clone())),
        None => Ok(issuers),
    }
}

fn entries(list: &str) -> serde_json::Result<Vec<Entry>> {
    let entries: Vec<&RawValue> = serde_json::from_str(list)?;
    entries.into_iter().map(|entry| object(entry.get().as_bytes())).collect()
}

fn repeated(issuers: &[TrustedIssuer]) -> Option<&TrustedIssuer> {
    let is_known = |at: usize, name: &str| issuers[..at].iter().any(|earlier| earlier.name == name);
    issuers.iter().enumerate().find(|(at, issuer)| is_known(*at, &issuer.name)).map(|(_, issuer)| issuer)
}

impl Entry {
    fn check(self, variable: Lookup) -> Result<TrustedIssuer> {
        let issuer = self.issuer.clone();
        let checked = self.settings().and_then(|settings| settings.check(variable));
        checked.map_err(|error| TokenConfigError::InIssuers { issuer, error: Box::new(error) })
    }

    fn settings(self) -> Result<IssuerSettings> {
        let audiences: Vec<String> = self.audience.into();
        let is_empty = |text: &String| text.trim().is_empty();
        if self.issuer.is_empty() || self.algorithms.is_empty() {
            return Err(TokenConfigError::Issuers("issuer or algorithms is empty".to_owned()));
        }
        if audiences.is_empty() || audiences.iter().any(is_empty) {
            return Err(TokenConfigError::EmptyAudience);
        }
        let Self { issuer, algorithms, jwks_url, subject_claim, .. } = self;
        let jwks = self.jwks.map(|keys| keys.to_string());
        let subject_claim = subject_claim.filter(|name| !is_empty(name));
        Ok(IssuerSettings { issuer, audiences, algorithms, jwks, jwks_url, subject_claim })
    }
}
