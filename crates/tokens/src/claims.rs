//! The rules for claims. They are stricter than RFC 7519: times are whole seconds, `iss` is a single string,
//! and a claim that is present has the right type.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::refusal::{MAX_SUBJECT_CHARACTERS, Refusal};

/// Seconds by which the issuer's clock may be ahead. It does not extend the lifetime of a token.
pub const LEEWAY: u64 = 5;

/// The end of the year 9999. A larger number is not a time in seconds.
const LAST_SECOND: u64 = 253_402_300_799;

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`: 1 to 255 characters.
    pub subject: String,
    /// `exp` in seconds since 1970. The token is invalid from this second on.
    pub expires_at: u64,
    /// All claims as the JSON object that the issuer wrote.
    pub text: String,
}

/// The values that claims must match.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRules<'a> {
    pub issuer: &'a str,
    pub audience: &'a str,
    /// Seconds since 1970.
    pub now: u64,
}

/// The registered claims that the rules use, as raw JSON of any type.
#[derive(Deserialize)]
struct RegisteredClaims<'a> {
    #[serde(borrow, default, deserialize_with = "keep_null")]
    iss: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "keep_null")]
    aud: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "keep_null")]
    sub: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "keep_null")]
    exp: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "keep_null")]
    nbf: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "keep_null")]
    iat: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience<'a> {
    #[serde(borrow)]
    One(Cow<'a, str>),
    Several(Vec<String>),
}

/// Keeps a claim that is null: it is present and has the wrong type.
fn keep_null<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl ClaimRules<'_> {
    /// Checks the claims of a token whose signature is correct.
    pub fn check(&self, text: String) -> Result<Claims, Refusal> {
        // Serde would also read the claims from a JSON array.
        let object = Some(text.as_str()).filter(|text| text.trim_start().starts_with('{'));
        let claims: RegisteredClaims =
            object.and_then(|text| serde_json::from_str(text).ok()).ok_or(Refusal::Claims)?;
        self.check_names(&claims)?;
        let expires_at = self.check_times(&claims)?;
        let subject = required::<String>("sub", claims.sub)?;
        match subject.chars().count() {
            1..=MAX_SUBJECT_CHARACTERS => Ok(Claims { subject, expires_at, text }),
            _ => Err(Refusal::Subject),
        }
    }

    fn check_names(&self, claims: &RegisteredClaims) -> Result<(), Refusal> {
        if required::<String>("iss", claims.iss)? != self.issuer {
            return Err(Refusal::Issuer);
        }
        let is_intended = match required("aud", claims.aud)? {
            Audience::One(audience) => audience == self.audience,
            Audience::Several(audiences) => audiences.iter().any(|audience| audience == self.audience),
        };
        is_intended.then_some(()).ok_or(Refusal::Audience)
    }

    /// Checks `nbf`, `iat` and `exp`, and returns `exp`.
    fn check_times(&self, claims: &RegisteredClaims) -> Result<u64, Refusal> {
        for (name, claim) in [("nbf", claims.nbf), ("iat", claims.iat)] {
            if optional(name, claim)?.is_some_and(|time: u64| time > self.now + LEEWAY) {
                return Err(Refusal::Future(name));
            }
        }
        let expires_at = required("exp", claims.exp)?;
        match expires_at {
            _ if expires_at <= self.now => Err(Refusal::Expired),
            _ if expires_at > LAST_SECOND => Err(Refusal::Mistyped("exp")),
            _ => Ok(expires_at),
        }
    }
}

fn required<'a, T: Deserialize<'a>>(name: &'static str, claim: Option<&'a RawValue>) -> Result<T, Refusal> {
    optional(name, claim)?.ok_or(Refusal::Missing(name))
}

fn optional<'a, T: Deserialize<'a>>(
    name: &'static str,
    claim: Option<&'a RawValue>,
) -> Result<Option<T>, Refusal> {
    let claim = claim.map(|claim| serde_json::from_str(claim.get()));
    claim.transpose().map_err(|_| Refusal::Mistyped(name))
}

#[cfg(test)]
mod tests;
