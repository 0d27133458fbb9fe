//! The issuer of the local mode. Its key stays on the developer's machine, and deployed functions refuse its
//! tokens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Map, Value, json};

use crate::crypto;

/// Names below `localhost` always resolve to this machine (RFC 6761), so no real issuer has one.
pub const ISSUER: &str = "https://tablecast.localhost/dev";
pub const AUDIENCE: &str = "tablecast";
pub const ALGORITHM: &str = "ES256";

/// The variable and the value with which the local mode allows the development issuer.
pub const OPT_IN_VARIABLE: &str = "DEVELOPMENT_ISSUER";
pub const OPT_IN_VALUE: &str = "accepted";

/// AWS Lambda sets this variable in every function. It is reserved: a deployment cannot set or remove it.
const LAMBDA_VARIABLE: &str = "AWS_LAMBDA_INITIALIZATION_TYPE";

/// Returns true if the issuer's host is `localhost` or ends in `.localhost`.
pub(crate) fn is_development_issuer(issuer: &str) -> bool {
    let issuer = issuer.to_ascii_lowercase();
    let rest = issuer.split_once("://").map_or(&*issuer, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default().trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost")
}

/// Requires two conditions: the opt-in variable is set, and the process does not run in AWS Lambda.
pub fn is_allowed(variable: &dyn Fn(&str) -> Option<String>) -> bool {
    variable(OPT_IN_VARIABLE).is_some_and(|value| value == OPT_IN_VALUE)
        && variable(LAMBDA_VARIABLE).is_none()
}

/// Signs tokens for the local mode of one machine.
pub struct Issuer {
    pkcs8: Vec<u8>,
    public_key: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
pub enum IssuerError {
    #[error("the operating system returned no random numbers")]
    Random,
    #[error("not a P-256 private key in PKCS#8")]
    Key,
    #[error("cannot sign the claims: {0}")]
    Sign(String),
}

impl Issuer {
    /// Generates a private key in PKCS#8.
    pub fn new_key() -> Result<Vec<u8>, IssuerError> {
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        key.map(|key| key.as_ref().to_vec()).map_err(|_| IssuerError::Random)
    }

    pub fn new(pkcs8: Vec<u8>) -> Result<Self, IssuerError> {
        crypto::install();
        let public_key = crypto::p256(&pkcs8).map_err(|_| IssuerError::Key)?.public_key().as_ref().to_vec();
        Ok(Self { pkcs8, public_key })
    }

    /// Signs a token with these claims. Sets `iss`, `aud` and `iat`.
    pub fn token(&self, mut claims: Map<String, Value>, issued_at: u64) -> Result<String, IssuerError> {
        claims.insert("iss".to_owned(), ISSUER.into());
        claims.insert("aud".to_owned(), AUDIENCE.into());
        claims.insert("iat".to_owned(), issued_at.into());
        let header = Header { kid: Some(self.key_id()), ..Header::new(Algorithm::ES256) };
        let token = encode(&header, &claims, &EncodingKey::from_ec_der(&self.pkcs8));
        token.map_err(|error| IssuerError::Sign(error.to_string()))
    }

    /// Returns the key set that verifies this issuer's tokens.
    pub fn key_set(&self) -> Value {
        let (x, y) = self.coordinates();
        json!({"keys": [{"kty": "EC", "crv": "P-256", "use": "sig", "alg": ALGORITHM, "kid": self.key_id(), "x": x, "y": y}]})
    }

    /// Derives the id from the public key, so each key has its own.
    pub fn key_id(&self) -> String {
        format!("dev-{}", &self.coordinates().0[..8])
    }

    /// Returns x and y in base64. The public key is the byte 4, then two numbers of 32 bytes.
    fn coordinates(&self) -> (String, String) {
        let (x, y) = self.public_key[1..].split_at(32);
        (BASE64_URL_SAFE_NO_PAD.encode(x), BASE64_URL_SAFE_NO_PAD.encode(y))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_an_id_of_its_own_that_its_tokens_name() {
        let [one, other] = [(); 2].map(|()| Issuer::new(Issuer::new_key().unwrap()).unwrap());
        assert_ne!(one.key_id(), other.key_id());
        assert_eq!(one.key_set()["keys"][0]["kid"], one.key_id());
        let token = one.token(Map::new(), 0).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        assert_eq!(header.kid, Some(one.key_id()));
    }
}
