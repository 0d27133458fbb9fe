//! The reasons why a token is refused, and the size limits behind two of them.

/// Longest token in bytes. API Gateway accepts 10,240 bytes of headers in total, and 4,096 bytes of URL.
pub const MAX_TOKEN_BYTES: usize = 8192;

/// Longest `sub` in characters (OpenID Connect Core, section 2).
pub const MAX_SUBJECT_CHARACTERS: usize = 255;

/// Why a token is refused. Functions log it, so it contains nothing of the token itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the token is longer than {MAX_TOKEN_BYTES} bytes")]
    TooLong,
    #[error("the token is not a signed JWT, or its algorithm is unknown")]
    Malformed,
    #[error("the token's header has crit: no critical extension is supported")]
    Critical,
    #[error("the token's algorithm is not in ALGORITHMS")]
    Algorithm,
    #[error("the key set has no key with the token's kid")]
    UnknownKey,
    #[error("the token's key is for a different algorithm")]
    KeyAlgorithm,
    #[error("the token has no kid, and the key set does not have exactly one key for its algorithm")]
    NoKeyId,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token's claims are not a JSON object, or a claim occurs twice")]
    Claims,
    #[error("the token has no {0}")]
    Missing(&'static str),
    #[error("the token's {0} has the wrong type")]
    Mistyped(&'static str),
    #[error("the token's iss is not ISSUER, and not in ISSUERS")]
    Issuer,
    #[error(
        "the token's aud has none of the audiences in AUDIENCE; without aud, its client_id or azp is none"
    )]
    Audience,
    #[error("the token has no text in the claim that SUBJECT_CLAIM names")]
    NoSubject,
    #[error("the token's subject is empty or longer than {MAX_SUBJECT_CHARACTERS} characters")]
    Subject,
    #[error("the token has expired")]
    Expired,
    #[error("the token's {0} is in the future")]
    Future(&'static str),
}

impl Refusal {
    /// Only a registered claim has its name in the log. The others are configured, so the name adds nothing.
    pub(crate) fn mistyped(name: &str) -> Self {
        let registered = ["iss", "aud", "client_id", "azp", "sub", "exp", "nbf", "iat"];
        registered.into_iter().find(|known| *known == name).map_or(Self::NoSubject, Self::Mistyped)
    }
}
