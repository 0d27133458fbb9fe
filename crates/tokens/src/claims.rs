//! The rules for claims. They are stricter than RFC 7519 where that leaves room: times are whole seconds,
//! `iss` is one text, and what is present has its type.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::refusal::{MAX_SUBJECT_CHARACTERS, Refusal};

/// How far the issuer's clock may be ahead of ours, in seconds. It does not lengthen a token's life.
pub const LEEWAY: u64 = 5;

/// The end of the year 9999: what is beyond was not meant in seconds.
const LAST_SECOND: u64 = 253_402_300_799;

/// What a verified token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// `sub`, of 1 to 255 characters.
    pub subject: String,
    /// `exp`: seconds since 1970, at which the token is no longer good.
    pub expires_at: u64,
    /// All claims: the JSON object as the issuer wrote it.
    pub text: String,
}

/// What claims must be.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    pub issuer: &'a str,
    pub audience: &'a str,
    /// Seconds since 1970.
    pub now: u64,
}

/// The registered claims that are looked at, in whatever type they came.
#[derive(Deserialize)]
struct Registered<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    iss: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    aud: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    sub: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    exp: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    nbf: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    iat: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience<'a> {
    #[serde(borrow)]
    One(Cow<'a, str>),
    Several(Vec<String>),
}

/// A claim that is null is there, with the wrong type.
fn present<'de: 'a, 'a, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

impl Rules<'_> {
    /// The text is that of a token whose signature is right.
    pub fn check(&self, text: String) -> Result<Claims, Refusal> {
        // Serde would take a list of them, too.
        let object = Some(text.as_str()).filter(|text| text.trim_start().starts_with('{'));
        let claims: Registered =
            object.and_then(|text| serde_json::from_str(text).ok()).ok_or(Refusal::Claims)?;
        self.check_names(&claims)?;
        let expires_at = self.check_times(&claims)?;
        let subject = required::<String>("sub", claims.sub)?;
        match subject.chars().count() {
            1..=MAX_SUBJECT_CHARACTERS => Ok(Claims { subject, expires_at, text }),
            _ => Err(Refusal::Subject),
        }
    }

    fn check_names(&self, claims: &Registered) -> Result<(), Refusal> {
        if required::<String>("iss", claims.iss)? != self.issuer {
            return Err(Refusal::Issuer);
        }
        let is_meant = match required("aud", claims.aud)? {
            Audience::One(audience) => audience == self.audience,
            Audience::Several(audiences) => audiences.iter().any(|audience| audience == self.audience),
        };
        is_meant.then_some(()).ok_or(Refusal::Audience)
    }

    /// When the token expires.
    fn check_times(&self, claims: &Registered) -> Result<u64, Refusal> {
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
