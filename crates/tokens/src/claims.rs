//! The rules for claims. They are stricter than RFC 7519: `iss` is a single string, `exp` is required, and a
//! claim that is present has the right type.
//!
//! # Layout
//! - `claim_set`: the claims of a token as a JSON object
//! - `numeric_date`: times in seconds, with or without a fraction

mod claim_set;
mod numeric_date;

use crate::audience::Audience;
use crate::refusal::{MAX_SUBJECT_CHARACTERS, Refusal};
use claim_set::ClaimSet;
use numeric_date::NumericDate;

/// The end of the year 9999. A larger number is not a time in seconds.
const LAST_SECOND: u64 = 253_402_300_799;

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Identifies the user. With one issuer the subject, a text of 1 to 255 characters; with several issuers
    /// `<iss> <subject>`, because two issuers can use the same subject for different users.
    pub principal: String,
    /// `exp` in seconds since 1970, without its fraction. The token is invalid from this second on.
    pub expires_at: u64,
    /// All claims as the JSON object that the issuer wrote.
    pub text: String,
}

/// The values that claims must match.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRules<'a> {
    pub issuer: &'a str,
    /// The token must be for one of them.
    pub audiences: &'a [String],
    /// The claim that identifies the subject.
    pub subject_claim: &'a str,
    /// Seconds by which `nbf` and `iat` may be in the future.
    pub leeway: u64,
    /// Seconds since 1970.
    pub now: u64,
}

/// The parts of verified claims that the rules return.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked {
    pub subject: String,
    pub expires_at: u64,
}

/// Returns the `iss` of claims that nobody has verified yet.
pub fn claimed_issuer(text: &str) -> Result<String, Refusal> {
    ClaimSet::parse(text)?.required("iss")
}

impl ClaimRules<'_> {
    /// Checks the claims of a token whose signature is correct.
    pub fn check(&self, text: &str) -> Result<Checked, Refusal> {
        let claims = ClaimSet::parse(text)?;
        if claims.required::<String>("iss")? != self.issuer {
            return Err(Refusal::Issuer);
        }
        self.check_audience(&claims)?;
        let expires_at = self.check_times(&claims)?;
        Ok(Checked { subject: self.subject(&claims)?, expires_at })
    }

    /// Like API Gateway's JWT authorizer: `aud` decides. Access tokens of Cognito have none, and name their
    /// client in `client_id`; those of Keycloak can lack it, and name their client in `azp`.
    fn check_audience(&self, claims: &ClaimSet) -> Result<(), Refusal> {
        let client = || ["client_id", "azp"].into_iter().find(|name| claims.contains(name));
        let audiences: Vec<String> = match (claims.optional::<Audience>("aud")?, client()) {
            (Some(audience), _) => audience.into(),
            (None, Some(client)) => vec![claims.required::<String>(client)?],
            (None, None) => return Err(Refusal::Missing("aud")),
        };
        let is_intended = audiences.iter().any(|audience| self.audiences.contains(audience));
        is_intended.then_some(()).ok_or(Refusal::Audience)
    }

    /// Checks `nbf`, `iat` and `exp`, and returns `exp`.
    fn check_times(&self, claims: &ClaimSet) -> Result<u64, Refusal> {
        for name in ["nbf", "iat"] {
            let time = claims.optional::<NumericDate>(name)?;
            if time.is_some_and(|time| time.seconds() > self.now + self.leeway) {
                return Err(Refusal::Future(name));
            }
        }
        match claims.required::<NumericDate>("exp")?.seconds() {
            expires_at if expires_at <= self.now => Err(Refusal::Expired),
            expires_at if expires_at > LAST_SECOND => Err(Refusal::Mistyped("exp")),
            expires_at => Ok(expires_at),
        }
    }

    /// `sub` has the right type even where another claim is chosen.
    fn subject(&self, claims: &ClaimSet) -> Result<String, Refusal> {
        let sub = claims.optional::<String>("sub")?;
        let subject = match self.subject_claim {
            "sub" => sub.ok_or(Refusal::Missing("sub"))?,
            name => claims.optional(name).ok().flatten().ok_or(Refusal::NoSubject)?,
        };
        match subject.chars().count() {
            1..=MAX_SUBJECT_CHARACTERS => Ok(subject),
            _ => Err(Refusal::Subject),
        }
    }
}

#[cfg(test)]
mod tests;
