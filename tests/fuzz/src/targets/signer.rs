//! An issuer with a fixed key. Its signatures are deterministic, so that every run has the same tokens.

use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use futures_util::FutureExt;
use ring::signature::{Ed25519KeyPair, KeyPair};
use tablecast_tokens::{Claims, TokenConfig, Verifier, VerifyError};

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "tablecast";
pub const HEADER: &str = r#"{"alg":"EdDSA","kid":"1","typ":"JWT"}"#;
pub const CLAIMS: &str = r#"{"iss":"https://issuer.example","aud":"tablecast","sub":"ada","exp":253402300799,"iat":1,"tenant":"acme"}"#;

static KEY: LazyLock<Ed25519KeyPair> =
    LazyLock::new(|| Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap());

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| Verifier::new(config(&key_set()).unwrap()));

/// Signs a token with this header and these claims.
pub fn token(header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", BASE64.encode(header), BASE64.encode(claims));
    format!("{signed}.{}", BASE64.encode(KEY.sign(signed.as_bytes())))
}

/// The public key, as key sets have it.
pub fn x() -> String {
    BASE64.encode(KEY.public_key())
}

pub fn key_set() -> String {
    format!(
        r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":"1","x":"{}"}}]}}"#,
        x()
    )
}

/// The configuration of a function with this key set.
pub fn config(key_set: &str) -> Result<TokenConfig, String> {
    let variable = |name: &str| match name {
        "ISSUER" => Some(ISSUER.to_owned()),
        "AUDIENCE" => Some(AUDIENCE.to_owned()),
        "ALGORITHMS" => Some("EdDSA, ES256, ES384, RS256".to_owned()),
        "JWKS" => Some(key_set.to_owned()),
        _ => None,
    };
    TokenConfig::read(&variable).map_err(|error| error.to_string())
}

/// Verifies a token with the key of this issuer.
pub fn verify(token: &str) -> Result<Claims, VerifyError> {
    verify_with(&VERIFIER, token)
}

/// The keys are in the configuration, so the result is there at once.
pub fn verify_with(verifier: &Verifier, token: &str) -> Result<Claims, VerifyError> {
    verifier.verify(token).now_or_never().unwrap()
}
