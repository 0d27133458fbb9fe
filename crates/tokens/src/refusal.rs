/// Longest token, in bytes: API Gateway takes 10,240 of headers in all, and 4,096 of a URL.
pub const MAX_TOKEN_BYTES: usize = 8192;

/// Longest `sub`, in characters (OpenID Connect Core, section 2).
pub const MAX_SUBJECT_CHARACTERS: usize = 255;

/// Why a token does not count. It is logged, so it holds nothing of the token itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("it is longer than {MAX_TOKEN_BYTES} bytes")]
    TooLong,
    #[error("it is no signed JWT, or its algorithm is unknown")]
    Malformed,
    #[error("its header has crit: there is nothing in it that is understood here")]
    Critical,
    #[error("its algorithm is not one of ALGORITHMS")]
    Algorithm,
    #[error("the key set has no key with its kid")]
    UnknownKey,
    #[error("its key is for another algorithm")]
    KeyForAnother,
    #[error("it names no kid, and the key set has not exactly one key for its algorithm")]
    NoKeyId,
    #[error("its signature is wrong")]
    Signature,
    #[error("its claims are no JSON object that has each registered name once")]
    Claims,
    #[error("it has no {0}")]
    Missing(&'static str),
    #[error("its {0} has the wrong type")]
    Mistyped(&'static str),
    #[error("its iss is not ISSUER")]
    Issuer,
    #[error("its aud does not name AUDIENCE")]
    Audience,
    #[error("its sub is empty or longer than {MAX_SUBJECT_CHARACTERS} characters")]
    Subject,
    #[error("it has expired")]
    Expired,
    #[error("its {0} is in the future")]
    Future(&'static str),
}
