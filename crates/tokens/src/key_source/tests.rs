//! New keys, withdrawn keys, an issuer that does not respond, and thousands of unknown key ids.

#[path = "../../tests/verify/key_server.rs"]
#[allow(dead_code)]
mod key_server;

use serde_json::{Value, json};

use super::*;
use key_server::{KeyServer, Response};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The public key of RFC 7515, appendix A.3.
fn jwk(id: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": id, "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
}

/// Starts an issuer with a key `old` and fetches its keys. Returns the time of the fetch too.
async fn issuer() -> (KeyServer, Remote, Instant) {
    let server = KeyServer::start(Response::None).await;
    server.set_keys(&[jwk("old")]);
    let remote = Remote::new(server.url(), vec![Algorithm::ES256]);
    let start = Instant::now();
    assert_eq!(find(&remote, "old", start).await, Ok(()));
    (server, remote, start)
}

/// Looks up the key of a token at a given time.
async fn find(remote: &Remote, id: &str, now: Instant) -> Result<(), String> {
    let header = Header { algorithm: Algorithm::ES256, key_id: Some(id.to_owned()) };
    match remote.keys(&header, now).await {
        Ok(found) => found.map(drop).map_err(|refusal| refusal.to_string()),
        Err(unavailable) => Err(unavailable.to_string()),
    }
}

fn unknown() -> Result<(), String> {
    Err(Refusal::UnknownKey.to_string())
}

#[tokio::test]
async fn ten_thousand_unknown_keys_cause_one_fetch_in_ten_seconds() {
    let (server, remote, start) = issuer().await;
    for number in 0..10_000 {
        assert_eq!(find(&remote, &format!("unknown-{number}"), start + MIN_FETCH_INTERVAL).await, unknown());
    }
    assert_eq!(server.requests(), 2);
    assert_eq!(find(&remote, "old", start + MIN_FETCH_INTERVAL).await, Ok(()));
}

#[tokio::test]
async fn a_new_key_is_fetched_ten_seconds_after_the_last_fetch() {
    let (server, remote, start) = issuer().await;
    server.set_keys(&[jwk("old"), jwk("new")]);
    assert_eq!(find(&remote, "new", start + 10 * SECOND - Duration::from_millis(1)).await, unknown());
    assert_eq!(server.requests(), 1);
    assert_eq!(find(&remote, "new", start + 10 * SECOND).await, Ok(()));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_accepted_for_ten_minutes_at_most() {
    let (server, remote, start) = issuer().await;
    server.set_keys(&[jwk("new")]);
    assert_eq!(find(&remote, "old", start + 10 * MINUTE - Duration::from_millis(1)).await, Ok(()));
    assert_eq!(find(&remote, "old", start + 10 * MINUTE).await, unknown());
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn the_last_key_set_is_used_for_a_day_while_the_issuer_fails() {
    let (server, remote, start) = issuer().await;
    for failure in
        [Response::Full(500, "{}".into()), Response::Full(200, r#"{"keys":[]}"#.into()), Response::Truncated]
    {
        server.set_response(failure);
        assert_eq!(find(&remote, "old", start + 24 * HOUR - Duration::from_millis(1)).await, Ok(()));
    }
    assert_eq!(server.requests(), 2, "no second fetch within ten seconds");
    let unavailable = Err(KeysUnavailable.to_string());
    assert_eq!(find(&remote, "old", start + 24 * HOUR).await, unavailable);
    assert_eq!(find(&remote, "old", start + 25 * HOUR).await, unavailable);
    assert_eq!(server.requests(), 3);
    server.set_keys(&[jwk("old")]);
    assert_eq!(find(&remote, "old", start + 25 * HOUR + MIN_FETCH_INTERVAL).await, Ok(()));
}

#[tokio::test]
async fn a_failing_issuer_gets_one_request_in_ten_seconds_at_most() {
    let (server, remote, start) = issuer().await;
    server.set_response(Response::Full(503, String::new()));
    for second in 0..100 {
        assert_eq!(find(&remote, "old", start + 10 * MINUTE + second * SECOND).await, Ok(()));
    }
    assert_eq!(server.requests(), 1 + 10);
}

/// The issuer can have added the key. Its client retries with the same token.
#[tokio::test]
async fn an_unknown_key_is_not_refused_while_the_issuer_fails() {
    let (server, remote, start) = issuer().await;
    server.set_response(Response::Full(503, String::new()));
    let unavailable = Err(KeysUnavailable.to_string());
    for second in [10, 15, 20, 25] {
        assert_eq!(find(&remote, "new", start + second * SECOND).await, unavailable, "{second}");
        assert_eq!(find(&remote, "old", start + second * SECOND).await, Ok(()), "{second}");
    }
    assert_eq!(server.requests(), 3);
    server.set_keys(&[jwk("old"), jwk("new")]);
    assert_eq!(find(&remote, "new", start + 30 * SECOND).await, Ok(()));
    assert_eq!(find(&remote, "other", start + 31 * SECOND).await, unknown());
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn a_check_fetches_the_keys_and_returns_why_they_cannot_be_used() {
    let server = KeyServer::start(Response::None).await;
    server.set_keys(&[jwk("key")]);
    let source = KeySource::Remote(Box::new(Remote::new(server.url(), vec![Algorithm::ES256])));
    assert_eq!(source.check().await, Ok(()));
    server.set_keys(&[]);
    let reason = source.check().await.unwrap_err();
    assert!(reason.starts_with(&server.url()) && reason.contains("has no key that can verify"), "{reason}");
    assert_eq!(server.requests(), 2, "there is no cache");
}
