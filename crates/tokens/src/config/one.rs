//! One issuer, from the variables `ISSUER`, `AUDIENCE`, `ALGORITHMS`, `SUBJECT_CLAIM`, and `JWKS` or `JWKS_URL`.

use super::error::TokenConfigError;
use super::issuer::{IssuerSettings, TrustedIssuer};
use super::{Lookup, Result};

pub fn read(variable: Lookup) -> Result<TrustedIssuer> {
    let required = |name, remedy| variable(name).ok_or(TokenConfigError::Missing(name, remedy));
    let issuer =
        required("ISSUER", "Set it to the exact iss of your tokens, or ISSUERS to a list of issuers")?;
    let audience = required(
        "AUDIENCE",
        "Set it to the aud of your tokens, so that tokens for other services are refused",
    )?;
    let algorithms =
        required("ALGORITHMS", "Set it to the algorithms that your issuer signs with, such as RS256")?;
    let settings = IssuerSettings {
        issuer,
        audiences: audiences(&audience)?,
        algorithms: algorithms.split(',').map(|name| name.trim().to_owned()).collect(),
        jwks: variable("JWKS"),
        jwks_url: variable("JWKS_URL"),
        subject_claim: variable("SUBJECT_CLAIM"),
    };
    settings.check(variable)
}

/// Splits at commas. Refuses what looks like a list of another form, because it would match no token.
fn audiences(list: &str) -> Result<Vec<String>> {
    list.split(',').map(|audience| one_audience(audience.trim())).collect()
}

fn one_audience(audience: &str) -> Result<String> {
    let separates = |letter: char| letter.is_whitespace() || ";\"'[]{}".contains(letter);
    match audience {
        "" => Err(TokenConfigError::EmptyAudience),
        _ if audience.contains(separates) => Err(TokenConfigError::Audience(audience.to_owned())),
        _ => Ok(audience.to_owned()),
    }
}
