//! A11, A12: an issuer with new keys, withdrawn keys or no answer, and tokens that name keys by the thousand.

#[path = "../../tests/verify/key_server.rs"]
#[allow(dead_code)]
mod key_server;

use serde_json::{Value, json};

use super::*;
use key_server::{Answer, KeyServer};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The public key of RFC 7515, appendix A.3.
fn jwk(id: &str) -> Value {
    json!({"kty": "EC", "crv": "P-256", "kid": id, "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})
}

/// An issuer with a key called `old`, and when it was first asked for it.
async fn issuer() -> (KeyServer, Remote, Instant) {
    let server = KeyServer::start(Answer::Silence).await;
    server.has_keys(&[jwk("old")]);
    let remote = Remote::new(server.url(), vec![Algorithm::ES256]);
    let began = Instant::now();
    assert_eq!(find(&remote, "old", began).await, Ok(()));
    (server, remote, began)
}

/// What becomes of a token that names this key, at this time.
async fn find(remote: &Remote, id: &str, now: Instant) -> Result<(), String> {
    let header = Header { algorithm: Algorithm::ES256, key_id: Some(id.to_owned()) };
    match remote.key(&header, now).await {
        Ok(found) => found.map(drop).map_err(|refusal| refusal.to_string()),
        Err(unavailable) => Err(unavailable.to_string()),
    }
}

fn unknown() -> Result<(), String> {
    Err(Refusal::UnknownKey.to_string())
}

#[tokio::test]
async fn ten_thousand_unknown_keys_are_one_fetch_in_ten_seconds() {
    let (server, remote, began) = issuer().await;
    for number in 0..10_000 {
        assert_eq!(find(&remote, &format!("unknown-{number}"), began + PAUSE).await, unknown());
    }
    assert_eq!(server.asked(), 2);
    assert_eq!(find(&remote, "old", began + PAUSE).await, Ok(()));
}

#[tokio::test]
async fn a_new_key_is_known_ten_seconds_after_the_last_fetch() {
    let (server, remote, began) = issuer().await;
    server.has_keys(&[jwk("old"), jwk("new")]);
    assert_eq!(find(&remote, "new", began + 10 * SECOND - Duration::from_millis(1)).await, unknown());
    assert_eq!(server.asked(), 1);
    assert_eq!(find(&remote, "new", began + 10 * SECOND).await, Ok(()));
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_is_good_for_ten_minutes_at_most() {
    let (server, remote, began) = issuer().await;
    server.has_keys(&[jwk("new")]);
    assert_eq!(find(&remote, "old", began + 10 * MINUTE - Duration::from_millis(1)).await, Ok(()));
    assert_eq!(find(&remote, "old", began + 10 * MINUTE).await, unknown());
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn the_last_good_keys_outlive_an_outage_of_a_day_and_no_more() {
    let (server, remote, began) = issuer().await;
    for failure in
        [Answer::Says(500, "{}".into()), Answer::Says(200, r#"{"keys":[]}"#.into()), Answer::BreaksOff]
    {
        server.answers(failure);
        assert_eq!(find(&remote, "old", began + 24 * HOUR - Duration::from_millis(1)).await, Ok(()));
    }
    assert_eq!(server.asked(), 2, "not again within ten seconds");
    let unavailable = Err(KeysUnavailable.to_string());
    assert_eq!(find(&remote, "old", began + 24 * HOUR).await, unavailable);
    assert_eq!(find(&remote, "old", began + 25 * HOUR).await, unavailable);
    assert_eq!(server.asked(), 3);
    server.has_keys(&[jwk("old")]);
    assert_eq!(find(&remote, "old", began + 25 * HOUR + PAUSE).await, Ok(()));
}

#[tokio::test]
async fn while_the_issuer_fails_it_is_asked_every_ten_seconds_at_most() {
    let (server, remote, began) = issuer().await;
    server.answers(Answer::Says(503, String::new()));
    for second in 0..100 {
        assert_eq!(find(&remote, "old", began + 10 * MINUTE + second * SECOND).await, Ok(()));
    }
    assert_eq!(server.asked(), 1 + 10);
}
