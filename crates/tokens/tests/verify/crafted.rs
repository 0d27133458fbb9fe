//! Tokens of any content, and verifiers for them.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use tablecast_tokens::{TokenConfig, Verifier};

use crate::signers::Signer;

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "tablecast";

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": now() + 3600, "tenant": "acme"})
}

/// Builds a token from a header and claims. `signature` returns the signature of the first two parts.
pub fn token(header: &Value, claims: &Value, signature: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let parts = format!("{}.{}", encoded(header), encoded(claims));
    let signature = BASE64.encode(signature(parts.as_bytes()));
    format!("{parts}.{signature}")
}

pub fn encoded(part: &Value) -> String {
    BASE64.encode(part.to_string())
}

/// Builds a valid token.
pub fn signed(signer: &Signer, kid: &str) -> String {
    let header = json!({"alg": signer.algorithm(), "kid": kid, "typ": "JWT"});
    token(&header, &claims(), |message| signer.sign(message))
}

/// Creates a verifier. `keys` is the variable `JWKS` or `JWKS_URL` with its value.
pub fn verifier(algorithms: &str, keys: (&str, &str)) -> Verifier {
    let variable = |name: &str| match name {
        "ISSUER" => Some(ISSUER.to_owned()),
        "AUDIENCE" => Some(AUDIENCE.to_owned()),
        "ALGORITHMS" => Some(algorithms.to_owned()),
        name if name == keys.0 => Some(keys.1.to_owned()),
        _ => None,
    };
    Verifier::new(TokenConfig::read(&variable).unwrap())
}

/// Creates a verifier with one key, whose id is `key`.
pub fn verifier_of(algorithms: &str, signer: &Signer) -> Verifier {
    verifier(algorithms, ("JWKS", &json!({"keys": [signer.jwk("key")]}).to_string()))
}
