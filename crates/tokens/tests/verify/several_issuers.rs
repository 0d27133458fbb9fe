//! A verifier of several issuers: the keys and the rules of one never apply to a token of another.

use serde_json::{Value, json};
use tablecast_tokens::{KeysUnavailable, Refusal, TokenConfig, Verifier, VerifyError};

use crate::crafted::{now, token};
use crate::issuers::{Fixture, all};
use crate::key_server::{KeyServer, Response};
use crate::signers::Signer;

fn verifier(entries: Vec<Value>) -> Verifier {
    let list = Value::from(entries).to_string();
    let variable = |name: &str| (name == "ISSUERS").then(|| list.clone());
    Verifier::new(TokenConfig::read(&variable).unwrap())
}

/// The fixtures with one key each. Only one of several with the same issuer.
fn issuers() -> Vec<(Fixture, Signer)> {
    let mut fixtures = all();
    fixtures.dedup_by_key(|fixture| fixture.variable("ISSUER"));
    assert_eq!(fixtures.len(), 8);
    fixtures.into_iter().map(|fixture| (fixture, Signer::es256())).collect()
}

async fn refusal(verifier: &Verifier, token: &str) -> Refusal {
    match verifier.verify(token).await {
        Err(VerifyError::Refused(refusal)) => refusal,
        other => panic!("{other:?} for {token}"),
    }
}

#[tokio::test]
async fn each_issuer_verifies_its_own_tokens_and_no_others() {
    let issuers = issuers();
    let verifier = verifier(issuers.iter().map(|(fixture, signer)| fixture.entry(signer)).collect());
    for (fixture, signer) in &issuers {
        let own = verifier.verify(&fixture.token(&fixture.claims(), signer)).await.unwrap();
        let issuer = fixture.variable("ISSUER").unwrap();
        assert_eq!(own.principal, format!("{issuer} {}", fixture.subject()));
        for (other, foreign) in issuers.iter().filter(|(other, _)| other.name != fixture.name) {
            let names = format!("{} signed by {}", fixture.name, other.name);
            let forged = fixture.token(&fixture.claims(), foreign);
            assert_eq!(refusal(&verifier, &forged).await, Refusal::Signature, "{names}");
            let mut header = fixture.header(foreign);
            header["kid"] = json!(other.kid());
            let forged = token(&header, &fixture.claims(), |message| foreign.sign(message));
            assert_eq!(refusal(&verifier, &forged).await, Refusal::UnknownKey, "{names}, by its kid");
            let mut claims = fixture.claims();
            claims["aud"] = other.claims()["aud"].clone();
            if claims["aud"].is_string() {
                let forged = fixture.token(&claims, signer);
                assert_eq!(refusal(&verifier, &forged).await, Refusal::Audience, "{names}, its audience");
            }
        }
    }
}

fn entry(issuer: &str, keys: &KeyServer) -> Value {
    json!({"issuer": issuer, "audience": "api", "algorithms": ["ES256"], "jwks_url": keys.url()})
}

fn signed(issuer: &str, signer: &Signer) -> String {
    let claims = json!({"iss": issuer, "aud": "api", "sub": "ada", "exp": now() + 60});
    token(&json!({"alg": "ES256", "kid": "key"}), &claims, |message| signer.sign(message))
}

const A: &str = "https://a.example";
const B: &str = "https://b.example";

/// Both issuers name their key `key`.
#[tokio::test]
async fn issuers_with_the_same_key_id_do_not_share_keys() {
    let (ours, theirs) = (Signer::es256(), Signer::es256());
    let (of_a, of_b) =
        (KeyServer::with_keys(&[ours.jwk("key")]).await, KeyServer::with_keys(&[theirs.jwk("key")]).await);
    let verifier = verifier(vec![entry(A, &of_a), entry(B, &of_b)]);
    assert_eq!(verifier.verify(&signed(A, &ours)).await.unwrap().principal, "https://a.example ada");
    assert_eq!(verifier.verify(&signed(B, &theirs)).await.unwrap().principal, "https://b.example ada");
    assert_eq!(refusal(&verifier, &signed(A, &theirs)).await, Refusal::Signature);
    assert_eq!(refusal(&verifier, &signed(B, &ours)).await, Refusal::Signature);
}

#[tokio::test]
async fn an_issuer_that_fails_does_not_affect_the_others() {
    let signer = Signer::es256();
    let (of_a, of_b) = (
        KeyServer::with_keys(&[signer.jwk("key")]).await,
        KeyServer::start(Response::Full(500, "".into())).await,
    );
    let verifier = verifier(vec![entry(A, &of_a), entry(B, &of_b)]);
    let unavailable = Err(VerifyError::Unavailable(KeysUnavailable));
    assert_eq!(verifier.verify(&signed(B, &signer)).await, unavailable);
    assert!(verifier.verify(&signed(A, &signer)).await.is_ok());
    assert_eq!(verifier.verify(&signed(B, &signer)).await, unavailable);
    assert_eq!([of_a.requests(), of_b.requests()], [1, 1]);
}

#[tokio::test]
async fn a_token_of_an_unknown_issuer_causes_no_fetch() {
    let signer = Signer::es256();
    let keys = KeyServer::with_keys(&[signer.jwk("key")]).await;
    let verifier = verifier(vec![entry(A, &keys), entry(B, &keys)]);
    for issuer in ["https://c.example", "https://a.example/", "", "https://a.example https://b.example"] {
        assert_eq!(refusal(&verifier, &signed(issuer, &signer)).await, Refusal::Issuer, "{issuer}");
    }
    assert_eq!(keys.requests(), 0);
}

/// Each issuer has its own algorithms.
#[tokio::test]
async fn an_algorithm_of_one_issuer_is_not_accepted_from_another() {
    let (ours, theirs) = (Signer::rsa("RS256"), Signer::es256());
    let keys = json!({"keys": [ours.jwk("key"), theirs.jwk("key")]});
    let entry = |issuer: &str, algorithm: &str| json!({"issuer": issuer, "audience": "api", "algorithms": [algorithm], "jwks": keys});
    let verifier = verifier(vec![entry(A, "RS256"), entry(B, "ES256")]);
    assert_eq!(refusal(&verifier, &signed(A, &theirs)).await, Refusal::Algorithm);
    assert!(verifier.verify(&signed(B, &theirs)).await.is_ok());
}

/// Issuers should give each key its own id, and some do not.
#[tokio::test]
async fn a_key_set_with_the_same_id_twice_verifies_tokens_of_both_keys() {
    let (old, new, other) = (Signer::es256(), Signer::es256(), Signer::es256());
    for keys in [[old.jwk("key"), new.jwk("key")], [new.jwk("key"), old.jwk("key")]] {
        let server = KeyServer::with_keys(&keys).await;
        let verifier = verifier(vec![entry(A, &server)]);
        assert!(verifier.verify(&signed(A, &old)).await.is_ok());
        assert!(verifier.verify(&signed(A, &new)).await.is_ok());
        assert_eq!(refusal(&verifier, &signed(A, &other)).await, Refusal::Signature);
    }
}
