use super::MAX_LEEWAY;
use crate::keys::KeySetError;

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
    #[error("ISSUER: {0:?} is not the iss of one issuer. Write one iss; for several issuers, use ISSUERS")]
    NotOneIssuer(String),
    #[error(
        "AUDIENCE: {0:?} is not an audience. Separate several audiences with commas: web,mobile. An audience with spaces, quotes, brackets, commas or semicolons is possible in ISSUERS only"
    )]
    Audience(String),
    #[error(
        "AUDIENCE: the list has an empty audience. Write audiences with one comma between them: web,mobile"
    )]
    EmptyAudience,
    #[error("LEEWAY: {0:?} is not a number of seconds from 0 to {MAX_LEEWAY}. Write 30, for example")]
    Leeway(String),
    #[error(
        "ISSUERS: {0}. Write a list: [{{\"issuer\":\"https://login.example.com/\",\"audience\":[\"web\",\"mobile\"],\"jwks_url\":\"https://login.example.com/keys\"}}]"
    )]
    Issuers(String),
    #[error("ISSUERS and {0} are both set. Move {0} into ISSUERS, or use {0} without ISSUERS")]
    Both(&'static str),
    #[error("ISSUERS: {0} occurs twice. List each issuer once, with all its audiences")]
    Repeated(String),
    #[error("ISSUERS, issuer {issuer:?}: {error}")]
    InIssuers { issuer: String, error: Box<TokenConfigError> },
}
