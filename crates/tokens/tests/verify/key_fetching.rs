//! A key server that is down, slow or sends too much. The tests of `key_source` cover caching over time.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tokens::{KeysUnavailable, Verifier, VerifyError};
use tokio::time::timeout;

use crate::crafted::{signed, verifier};
use crate::key_server::{KeyServer, Response};
use crate::signers::Signer;

const UNAVAILABLE: VerifyError = VerifyError::Unavailable(KeysUnavailable);

/// Longer than a fetch takes, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(20);

fn verifier_with(server: &KeyServer) -> Verifier {
    verifier("ES256", ("JWKS_URL", &server.url()))
}

async fn refused(verifier: &Verifier, token: &str) -> VerifyError {
    verifier.verify(token).await.unwrap_err()
}

#[tokio::test]
async fn the_keys_are_fetched_once_for_many_tokens() {
    let signer = Signer::es256();
    let server = KeyServer::with_keys(&[signer.jwk("key")]).await;
    let verifier = verifier_with(&server);
    for _ in 0..100 {
        verifier.verify(&signed(&signer, "key")).await.unwrap();
    }
    assert_eq!(server.requests(), 1);
}

/// Every way in which a key server can fail. Most responses contain valid keys.
fn failures(keys: &Value) -> Vec<(&'static str, Response)> {
    let keys = json!({"keys": [keys]}).to_string();
    let huge = format!("{keys}{}", " ".repeat(64 * 1024));
    vec![
        ("an error", Response::Full(500, keys.clone())),
        ("a success other than 200", Response::Full(203, keys.clone())),
        ("a redirect to itself", Response::Full(302, keys)),
        ("an HTML page", Response::Full(200, "<html>".into())),
        ("no keys", Response::Full(200, r#"{"keys":[]}"#.into())),
        ("too many bytes", Response::Full(200, huge)),
        ("an endless body", Response::Endless),
        ("a truncated body", Response::Truncated),
        ("no response", Response::None),
        ("a slow body", Response::Slow),
    ]
}

#[tokio::test]
async fn without_keys_tokens_are_not_accepted_and_the_fetch_is_not_repeated() {
    let signer = Signer::es256();
    for (how, failure) in failures(&signer.jwk("key")) {
        let server = KeyServer::start(failure).await;
        let verifier = verifier_with(&server);
        for _ in 0..3 {
            let token = signed(&signer, "key");
            let refusal =
                timeout(TIMEOUT, refused(&verifier, &token)).await.expect("the fetch has a time limit");
            assert_eq!(refusal, UNAVAILABLE, "{how}");
        }
        assert_eq!(server.requests(), 1, "{how}");
    }
}

#[tokio::test]
async fn an_unreachable_key_server_is_reported_as_unavailable() {
    let verifier = verifier("ES256", ("JWKS_URL", "http://127.0.0.1:1/keys"));
    assert_eq!(refused(&verifier, &signed(&Signer::es256(), "key")).await, UNAVAILABLE);
}

#[tokio::test]
async fn concurrent_verifications_share_one_fetch() {
    let signer = Signer::es256();
    let server = KeyServer::with_keys(&[signer.jwk("key")]).await;
    let (verifier, token) = (verifier_with(&server), signed(&signer, "key"));
    let (one, two, three) =
        tokio::join!(verifier.verify(&token), verifier.verify(&token), verifier.verify(&token));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(server.requests(), 1);
}

/// Otherwise an attacker without a token could cause requests to the issuer.
#[tokio::test]
async fn a_malformed_token_causes_no_fetch() {
    let server = KeyServer::with_keys(&[Signer::es256().jwk("key")]).await;
    let verifier = verifier_with(&server);
    for token in ["", "a.b.c", &signed(&Signer::rsa("RS256"), "key")] {
        assert!(matches!(refused(&verifier, token).await, VerifyError::Refused(_)));
    }
    assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn a_key_set_over_64_kb_is_refused() {
    let signer = Signer::es256();
    let keys = json!({"keys": [signer.jwk("key")]}).to_string();
    for (bytes, is_good) in [(64 * 1024, true), (64 * 1024 + 1, false)] {
        let padded = format!("{keys}{}", " ".repeat(bytes - keys.len()));
        let server = KeyServer::start(Response::Full(200, padded)).await;
        assert_eq!(verifier_with(&server).verify(&signed(&signer, "key")).await.is_ok(), is_good, "{bytes}");
    }
}
