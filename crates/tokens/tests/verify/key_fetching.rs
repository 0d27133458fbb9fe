//! A12, A11: an issuer whose keys are down, slow, huge, rotated, withdrawn; and tokens that name keys by the thousand.

use std::time::Duration;

use tablecast_tokens::{KeysUnavailable, Refusal, Verifier, VerifyError};
use tokio::time;

use crate::crafted::{signed, verifier};
use crate::key_server::{Answer, KeyServer};
use crate::signers::Signer;

const UNAVAILABLE: VerifyError = VerifyError::Unavailable(KeysUnavailable);

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

fn asking(server: &KeyServer) -> Verifier {
    verifier("ES256", ("JWKS_URL", &server.url()))
}

/// Moves the clock of everything here, while nothing is on its way.
async fn later(span: Duration) {
    time::pause();
    time::advance(span).await;
    time::resume();
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

#[tokio::test]
async fn ten_thousand_unknown_kids_are_one_fetch_in_ten_seconds() {
    let signer = Signer::es256();
    let server = KeyServer::with_keys(&[signer.jwk("key")]).await;
    let verifier = asking(&server);
    verifier.verify(&signed(&signer, "key")).await.unwrap();
    later(10 * SECOND).await;
    for number in 0..10_000 {
        let refusal = refused(&verifier, &signed(&signer, &format!("unknown-{number}"))).await;
        assert_eq!(refusal, VerifyError::Refused(Refusal::UnknownKey));
    }
    assert_eq!(server.asked(), 2);
    verifier.verify(&signed(&signer, "key")).await.unwrap();
}

#[tokio::test]
async fn a_new_key_is_known_ten_seconds_after_the_last_fetch() {
    let (old, new) = (Signer::es256(), Signer::es256());
    let server = KeyServer::with_keys(&[old.jwk("old")]).await;
    let verifier = asking(&server);
    verifier.verify(&signed(&old, "old")).await.unwrap();
    server.has_keys(&[old.jwk("old"), new.jwk("new")]);
    later(9 * SECOND).await;
    assert_eq!(refused(&verifier, &signed(&new, "new")).await, VerifyError::Refused(Refusal::UnknownKey));
    later(SECOND).await;
    verifier.verify(&signed(&new, "new")).await.unwrap();
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_good_for_ten_minutes_at_most() {
    let (old, new) = (Signer::es256(), Signer::es256());
    let server = KeyServer::with_keys(&[old.jwk("old")]).await;
    let verifier = asking(&server);
    verifier.verify(&signed(&old, "old")).await.unwrap();
    server.has_keys(&[new.jwk("new")]);
    later(10 * MINUTE - SECOND).await;
    verifier.verify(&signed(&old, "old")).await.unwrap();
    later(SECOND).await;
    assert_eq!(refused(&verifier, &signed(&old, "old")).await, VerifyError::Refused(Refusal::UnknownKey));
    assert_eq!(server.asked(), 2);
}

/// Every way in which an issuer can fail.
fn failures() -> Vec<(&'static str, Answer)> {
    let huge = format!("{{\"keys\":[]{}}}", " ".repeat(64 * 1024));
    vec![
        ("an error", Answer::Says(500, "{}".into())),
        ("a redirect", Answer::Says(302, String::new())),
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
    for (how, failure) in failures() {
        let server = KeyServer::start(failure).await;
        let verifier = asking(&server);
        let began = std::time::Instant::now();
        for _ in 0..3 {
            assert_eq!(refused(&verifier, &signed(&signer, "key")).await, UNAVAILABLE, "{how}");
        }
        assert_eq!(server.asked(), 1, "{how}");
        assert!(began.elapsed() < Duration::from_secs(20), "{how}: it is waited for");
        server.has_keys(&[signer.jwk("key")]);
        later(10 * SECOND).await;
        verifier.verify(&signed(&signer, "key")).await.unwrap();
    }
}

#[tokio::test]
async fn the_last_good_keys_outlive_an_outage_of_a_day() {
    let signer = Signer::es256();
    for (how, failure) in failures().into_iter().take(5) {
        let server = KeyServer::with_keys(&[signer.jwk("key")]).await;
        let verifier = asking(&server);
        verifier.verify(&signed(&signer, "key")).await.unwrap();
        server.answers(failure);
        later(10 * MINUTE).await;
        verifier.verify(&signed(&signer, "key")).await.unwrap();
        later(24 * HOUR - 11 * MINUTE).await;
        verifier.verify(&signed(&signer, "key")).await.unwrap();
        later(MINUTE).await;
        assert_eq!(refused(&verifier, &signed(&signer, "key")).await, UNAVAILABLE, "{how}");
        assert_eq!(server.asked(), 4, "{how}");
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
    let keys = serde_json::json!({"keys": [signer.jwk("key")]}).to_string();
    for (bytes, is_good) in [(64 * 1024, true), (64 * 1024 + 1, false)] {
        let padded = format!("{keys}{}", " ".repeat(bytes - keys.len()));
        let server = KeyServer::start(Answer::Says(200, padded)).await;
        assert_eq!(asking(&server).verify(&signed(&signer, "key")).await.is_ok(), is_good, "{bytes}");
    }
}
