//! Key sets (JWKS) and lists of issuers. A symmetric key is never accepted, and a key set verifies only the tokens of
//! its own keys.

use serde_json::Value as Json;
use tablecast_tokens::{TokenConfig, Verifier};

use super::signer::{self, CLAIMS, HEADER};
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "keys", form: Form::Json, check, samples, words: &[WORDS], inputs: 1500 };

const WORDS: &[&str] = &[
    "keys",
    "kty",
    "OKP",
    "EC",
    "RSA",
    "oct",
    "crv",
    "Ed25519",
    "P-256",
    "P-384",
    "use",
    "sig",
    "enc",
    "key_ops",
    "verify",
    "alg",
    "EdDSA",
    "ES256",
    "RS256",
    "HS256",
    "kid",
    "x",
    "y",
    "n",
    "e",
    "k",
    "AQAB",
    "issuer",
    "audience",
    "algorithms",
    "jwks",
    "jwks_url",
    "subject_claim",
    "https://keys.example/jwks",
    "http://127.0.0.1/jwks",
];

const EC: &str = r#"{"kty":"EC","crv":"P-256","kid":"2","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

fn samples() -> Vec<String> {
    let own = signer::key_set();
    let several =
        own.replace("]}", &format!(r#",{EC},{{"kty":"oct","kid":"3","k":"AAAA","alg":"HS256"}}]}}"#));
    let issuers = format!(
        r#"[{{"issuer":"https://issuer.example","audience":"tablecast","algorithms":["EdDSA"],"jwks":{own}}},
            {{"issuer":"https://b.example","audience":["a","b"],"jwks_url":"https://b.example/keys","subject_claim":"oid"}}]"#
    );
    vec![own, several, issuers, format!(r#"{{"keys":[{EC}]}}"#)]
}

fn check(text: &str) {
    let result = signer::config(text);
    assert_eq!(signer::config(text).err(), result.as_ref().err().cloned());
    if let Ok(config) = result {
        let json: Json = serde_json::from_str(text).unwrap();
        let keys = json["keys"].as_array().unwrap();
        assert!(keys.iter().any(|key| key["kty"] != "oct"), "a symmetric key verifies tokens");
        check_tokens(config, keys);
    }
    let issuers = |name: &str| (name == "ISSUERS").then(|| text.to_owned());
    if TokenConfig::read(&issuers).is_ok() {
        assert!(serde_json::from_str::<Vec<Json>>(text).is_ok_and(|issuers| !issuers.is_empty()));
    }
}

fn check_tokens(config: TokenConfig, keys: &[Json]) {
    let (verifier, x) = (Verifier::new(config), signer::x());
    if signer::verify_with(&verifier, &signer::token(HEADER, CLAIMS)).is_ok() {
        assert!(keys.iter().any(|key| key["x"] == x.as_str()), "a token without its key");
    }
    let symmetric = signer::token(&HEADER.replace("EdDSA", "HS256"), CLAIMS);
    assert!(signer::verify_with(&verifier, &symmetric).is_err());
}
