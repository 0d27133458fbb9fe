//! The issuer of the local mode. Its key is made on the developer's machine, and no deployment accepts it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};

use crate::crypto;

/// The names below `localhost` lead to the machine itself (RFC 6761): no real issuer can have one.
pub const ISSUER: &str = "https://tablecast.localhost/dev";
pub const AUDIENCE: &str = "tablecast";
pub const ALGORITHM: &str = "ES256";

/// The local mode sets this variable, and to this value.
pub const VARIABLE: &str = "DEVELOPMENT_ISSUER";
pub const ACCEPTED: &str = "accepted";

/// AWS Lambda sets this one in every function, and lets nobody set or remove it.
const ON_LAMBDA: &str = "AWS_LAMBDA_INITIALIZATION_TYPE";

/// Whether the issuer's host is `localhost` or below it.
pub(crate) fn is_for_development(issuer: &str) -> bool {
    let issuer = issuer.to_ascii_lowercase();
    let rest = issuer.split_once("://").map_or(&*issuer, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default().trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost")
}

/// Two locks: it must be asked for, and even then not in Lambda itself.
pub(crate) fn is_allowed(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    variable(VARIABLE).is_some_and(|value| value == ACCEPTED) && variable(ON_LAMBDA).is_none()
}

/// Makes tokens for one machine.
pub struct Issuer {
    pkcs8: Vec<u8>,
    public_key: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("the system gives no random numbers")]
    Random,
    #[error("it holds no P-256 key")]
    Key,
    #[error("the claims cannot be signed: {0}")]
    Sign(String),
}

impl Issuer {
    /// A new private key, in PKCS#8.
    pub fn new_key() -> Result<Vec<u8>, IssuerError> {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        key.map(|key| key.as_ref().to_vec()).map_err(|_| IssuerError::Random)
    }

    pub fn new(pkcs8: Vec<u8>) -> Result<Self, IssuerError> {
        crypto::install();
        let public_key = crypto::p256(&pkcs8).map_err(|_| IssuerError::Key)?.public_key().as_ref().to_vec();
        Ok(Self { pkcs8, public_key })
    }

    /// A token with these claims, beside which `iss`, `aud` and `iat` are set.
    pub fn token(&self, mut claims: Map<String, Value>, issued_at: u64) -> Result<String, IssuerError> {
        claims.insert("iss".to_owned(), ISSUER.into());
        claims.insert("aud".to_owned(), AUDIENCE.into());
        claims.insert("iat".to_owned(), issued_at.into());
        let header = Header { kid: Some(self.key_id()), ..Header::new(Algorithm::ES256) };
        let token = encode(&header, &claims, &EncodingKey::from_ec_der(&self.pkcs8));
        token.map_err(|error| IssuerError::Sign(error.to_string()))
    }

    /// The key set by which its tokens are verified.
    pub fn key_set(&self) -> Value {
        let (x, y) = self.coordinates();
        json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": ALGORITHM, "kid": self.key_id(), "x": x, "y": y}]})
    }

    /// Another key has another.
    fn key_id(&self) -> String {
        format!("dev-{}", &self.coordinates().0[..8])
    }

    /// In base64: the public key is 4 and then two numbers of 32 bytes.
    fn coordinates(&self) -> (String, String) {
        let (x, y) = self.public_key[1..].split_at(32);
        (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y))
    }
}
