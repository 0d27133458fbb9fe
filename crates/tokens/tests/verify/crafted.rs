use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use tablecast_tokens::{Configuration, Verifier};

use crate::signers::Signer;

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "tablecast";

pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": now() + 3600, "tenant": "acme"})
}

/// A token with this header and these claims; `signature` makes of the first two parts what it likes.
pub fn token(header: &Value, claims: &Value, signature: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let parts = format!("{}.{}", encoded(header), encoded(claims));
    let signature = BASE64.encode(signature(parts.as_bytes()));
    format!("{parts}.{signature}")
}

pub fn encoded(part: &Value) -> String {
    BASE64.encode(part.to_string())
}

/// A good token.
pub fn signed(signer: &Signer, kid: &str) -> String {
    let header = json!({"alg": signer.algorithm(), "kid": kid, "typ": "JWT"});
    token(&header, &claims(), |message| signer.sign(message))
}

/// With its keys from `JWKS` or `JWKS_URL`.
pub fn verifier(algorithms: &str, keys: (&str, &str)) -> Verifier {
    let variable = |name: &str| match name {
        "ISSUER" => Some(ISSUER.to_owned()),
        "AUDIENCE" => Some(AUDIENCE.to_owned()),
        "ALGORITHMS" => Some(algorithms.to_owned()),
        name if name == keys.0 => Some(keys.1.to_owned()),
        _ => None,
    };
    Verifier::new(Configuration::read(&variable).unwrap())
}

/// That knows one key, named `key`.
pub fn verifier_of(algorithms: &str, signer: &Signer) -> Verifier {
    verifier(algorithms, ("JWKS", &json!({"keys": [signer.jwk("key")]}).to_string()))
}
