//! A12: an issuer whose keys are down, slow or huge. What time changes is in the tests of `key_source`.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tokens::{KeysUnavailable, Verifier, VerifyError};
use tokio::time::timeout;

use crate::crafted::{signed, verifier};
use crate::key_server::{Answer, KeyServer};
use crate::signers::Signer;

const UNAVAILABLE: VerifyError = VerifyError::Unavailable(KeysUnavailable);

/// Longer than a fetch may take, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn asking(server: &KeyServer) -> Verifier {
    verifier("ES256", ("JWKS_URL", &server.url()))
}

async fn refused(verifier: &Verifier, token: &str) -> VerifyError {
    verifier.verify(token).await.unwrap_err()
}

#[tokio::test]
async fn the_keys_are_fetched_once_for_many_tokens() {
    let signer = Signer::es256();
    let server = KeyServer::with_keys(&[signer.jwk("key")]).await;
    let verifier = asking(&server);
    for _ in 0..100 {
        verifier.verify(&signed(&signer, "key")).await.unwrap();
    }
    assert_eq!(server.asked(), 1);
}

/// Every way in which an issuer can fail, even with good keys in what it says.
fn failures(keys: &Value) -> Vec<(&'static str, Answer)> {
    let keys = json!({"keys": [keys]}).to_string();
    let huge = format!("{keys}{}", " ".repeat(64 * 1024));
    vec![
        ("an error", Answer::Says(500, keys.clone())),
        ("a success of another kind", Answer::Says(203, keys.clone())),
        ("a redirect to itself", Answer::Says(302, keys)),
        ("a page", Answer::Says(200, "<html>".into())),
        ("no keys", Answer::Says(200, r#"{"keys":[]}"#.into())),
        ("too many bytes", Answer::Says(200, huge)),
        ("bytes without an end", Answer::Floods),
        ("half an answer", Answer::BreaksOff),
        ("no answer", Answer::Silence),
        ("a byte now and then", Answer::Drips),
    ]
}

#[tokio::test]
async fn without_keys_no_token_is_accepted_and_the_issuer_is_not_asked_again_at_once() {
    let signer = Signer::es256();
    for (how, failure) in failures(&signer.jwk("key")) {
        let server = KeyServer::start(failure).await;
        let verifier = asking(&server);
        for _ in 0..3 {
            let token = signed(&signer, "key");
            let refusal = timeout(PATIENCE, refused(&verifier, &token)).await.expect("it is not waited for");
            assert_eq!(refusal, UNAVAILABLE, "{how}");
        }
        assert_eq!(server.asked(), 1, "{how}");
    }
}

#[tokio::test]
async fn an_issuer_that_is_not_there_is_unavailable() {
    let verifier = verifier("ES256", ("JWKS_URL", "http://127.0.0.1:1/keys"));
    assert_eq!(refused(&verifier, &signed(&Signer::es256(), "key")).await, UNAVAILABLE);
}

#[tokio::test]
async fn those_who_come_at_once_wait_for_one_fetch() {
    let signer = Signer::es256();
    let server = KeyServer::with_keys(&[signer.jwk("key")]).await;
    let (verifier, token) = (asking(&server), signed(&signer, "key"));
    let (one, two, three) =
        tokio::join!(verifier.verify(&token), verifier.verify(&token), verifier.verify(&token));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(server.asked(), 1);
}

/// A token that is refused for its algorithm or its form costs nobody a request.
#[tokio::test]
async fn a_token_that_cannot_be_good_is_not_worth_a_fetch() {
    let server = KeyServer::with_keys(&[Signer::es256().jwk("key")]).await;
    let verifier = asking(&server);
    for token in ["", "a.b.c", &signed(&Signer::rsa("RS256"), "key")] {
        assert!(matches!(refused(&verifier, token).await, VerifyError::Refused(_)));
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_key_set_has_64_kb_at_most() {
    let signer = Signer::es256();
    let keys = json!({"keys": [signer.jwk("key")]}).to_string();
    for (bytes, is_good) in [(64 * 1024, true), (64 * 1024 + 1, false)] {
        let padded = format!("{keys}{}", " ".repeat(bytes - keys.len()));
        let server = KeyServer::start(Answer::Says(200, padded)).await;
        assert_eq!(asking(&server).verify(&signed(&signer, "key")).await.is_ok(), is_good, "{bytes}");
    }
}
