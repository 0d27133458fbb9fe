//! Answers the cases of `tests/peers`: whether the signature of a token, or a bare signature, is accepted.
#![allow(clippy::unwrap_used)]

use std::{env, fs};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::{Value, json};

use super::signed_text;
use crate::crypto;
use crate::header::Header;
use crate::keys::KeySet;
use crate::refusal::Refusal;

const SUPPORTED: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

#[derive(Deserialize)]
#[serde(untagged)]
enum Case {
    Token {
        keys: Vec<Value>,
        token: String,
    },
    Signature {
        keys: Vec<Value>,
        algorithm: Algorithm,
        /// In base64url, like the signature.
        message: String,
        signature: String,
    },
}

#[test]
#[ignore = "tests/peers/run gives it the cases"]
fn answers_of_the_signatures_of_another_project() {
    crypto::install();
    let cases = fs::read_to_string(env::var("TABLECAST_PEERS_CASES").unwrap()).unwrap();
    let answers = cases.lines().map(|line| match answer(serde_json::from_str(line).unwrap()) {
        Ok(()) => json!({ "accepted": true }),
        Err(reason) => json!({ "refused": reason }),
    });
    let answers: Vec<String> = answers.map(|answer| answer.to_string()).collect();
    fs::write(env::var("TABLECAST_PEERS_ANSWERS").unwrap(), answers.join("\n")).unwrap();
}

fn answer(case: Case) -> Result<(), String> {
    match case {
        Case::Token { keys, token } => {
            verify_token(&parsed(keys)?, &token).map_err(|error| error.to_string())
        }
        Case::Signature { keys, algorithm, message, signature } => {
            let message = BASE64_URL_SAFE_NO_PAD.decode(message).unwrap();
            verify_signature(&parsed(keys)?, algorithm, &message, &signature)
                .map_err(|error| error.to_string())
        }
    }
}

fn parsed(keys: Vec<Value>) -> Result<KeySet, String> {
    let set = json!({ "keys": keys }).to_string();
    KeySet::parse(set.as_bytes(), &SUPPORTED).map_err(|error| error.to_string())
}

/// The payloads of the cases are no claims, which [`signed_text`] notices after it has verified the signature.
fn verify_token(keys: &KeySet, token: &str) -> Result<(), Refusal> {
    let header = Header::read(token)?;
    header.check(&SUPPORTED)?;
    let keys = keys.find(header.key_id.as_deref(), header.algorithm)?;
    let keys: Vec<_> = keys.into_iter().cloned().collect();
    match signed_text(token, &keys, header.algorithm) {
        Ok(_) | Err(Refusal::Claims) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

fn verify_signature(
    keys: &KeySet,
    algorithm: Algorithm,
    message: &[u8],
    signature: &str,
) -> Result<(), Refusal> {
    let keys = keys.find(None, algorithm)?;
    let verified = |key| jsonwebtoken::crypto::verify(signature, message, key, algorithm).unwrap_or(false);
    keys.into_iter().any(verified).then_some(()).ok_or(Refusal::Signature)
}
