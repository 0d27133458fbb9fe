//! Attacks with the tokens of each well-known issuer.

use serde_json::{Value, json};
use tablecast_tokens::{KeysUnavailable, Refusal, Verifier, VerifyError};

use crate::crafted::{now, token};
use crate::issuers::{Fixture, all};
use crate::key_server::{KeyServer, Response};
use crate::signers::{Signer, rsa};

async fn refusal(verifier: &Verifier, token: &str) -> Refusal {
    match verifier.verify(token).await {
        Err(VerifyError::Refused(refusal)) => refusal,
        other => panic!("{other:?} for {token}"),
    }
}

/// The documented claims with one change. `None` removes the claim.
fn changed(fixture: &Fixture, name: &str, value: Option<Value>) -> Value {
    let mut claims = fixture.claims();
    match value {
        Some(value) => claims[name] = value,
        None => drop(claims.as_object_mut().unwrap().remove(name)),
    }
    claims
}

/// The claim that names the audience of a fixture.
fn audience(fixture: &Fixture) -> &'static str {
    let claims = fixture.claims();
    ["aud", "client_id", "azp"].into_iter().find(|name| claims.get(name).is_some()).unwrap()
}

#[tokio::test]
async fn times_of_every_issuer_are_checked() {
    let signer = Signer::es256();
    for fixture in all() {
        let verifier = fixture.verifier_of(&signer);
        for (name, value, expected) in [
            ("exp", json!(now()), Refusal::Expired),
            ("exp", json!(now() as f64 - 0.5), Refusal::Expired),
            ("exp", json!((now() + 60).to_string()), Refusal::Mistyped("exp")),
            ("exp", json!(-1), Refusal::Mistyped("exp")),
            ("exp", json!(1e30), Refusal::Mistyped("exp")),
            ("exp", json!((now() + 60) * 1000), Refusal::Mistyped("exp")),
            ("exp", json!(null), Refusal::Mistyped("exp")),
            ("nbf", json!(now() + 60), Refusal::Future("nbf")),
            ("nbf", json!("soon"), Refusal::Mistyped("nbf")),
            ("iat", json!(now() + 60), Refusal::Future("iat")),
            ("iat", json!([now()]), Refusal::Mistyped("iat")),
        ] {
            let token = fixture.token(&changed(&fixture, name, Some(value)), &signer);
            assert_eq!(refusal(&verifier, &token).await, expected, "{} {name}", fixture.name);
        }
        let endless = fixture.token(&changed(&fixture, "exp", None), &signer);
        assert_eq!(refusal(&verifier, &endless).await, Refusal::Missing("exp"), "{}", fixture.name);
    }
}

#[tokio::test]
async fn issuer_audience_and_subject_of_every_issuer_are_checked() {
    let signer = Signer::es256();
    for fixture in all() {
        let (verifier, name) = (fixture.verifier_of(&signer), fixture.name.as_str());
        let refused = async |claim: &str, value: Option<Value>| {
            refusal(&verifier, &fixture.token(&changed(&fixture, claim, value), &signer)).await
        };
        let issuer = fixture.variable("ISSUER").unwrap();
        for foreign in [format!("{issuer}.evil.example"), format!("{issuer}/"), issuer.to_uppercase()] {
            assert_eq!(refused("iss", Some(json!(foreign))).await, Refusal::Issuer, "{name}");
        }
        assert_eq!(refused("iss", Some(json!([issuer]))).await, Refusal::Mistyped("iss"), "{name}");
        assert_eq!(refused("iss", None).await, Refusal::Missing("iss"), "{name}");

        let audience = audience(&fixture);
        let configured = fixture.variable("AUDIENCE").unwrap();
        for foreign in ["another-service", "", &format!("{configured},"), &configured.to_uppercase()] {
            assert_eq!(refused(audience, Some(json!(foreign))).await, Refusal::Audience, "{name} {foreign}");
        }
        assert_eq!(refused("aud", Some(json!("account"))).await, Refusal::Audience, "{name}");
        assert_eq!(refused("aud", Some(json!([]))).await, Refusal::Audience, "{name}");
        assert_eq!(refused("aud", Some(json!(null))).await, Refusal::Mistyped("aud"), "{name}");
        assert_eq!(refused(audience, Some(json!(7))).await, Refusal::Mistyped(audience), "{name}");

        let subject = fixture.variable("SUBJECT_CLAIM").unwrap_or("sub".to_owned());
        let expected = if subject == "sub" { Refusal::Missing("sub") } else { Refusal::NoSubject };
        assert_eq!(refused(&subject, None).await, expected, "{name}");
        assert_eq!(refused(&subject, Some(json!(""))).await, Refusal::Subject, "{name}");
    }
}

#[tokio::test]
async fn unsigned_and_resigned_tokens_of_every_issuer_are_refused() {
    let signer = Signer::rsa("RS256");
    let modulus = rsa()["n"].as_str().unwrap().to_owned();
    for fixture in all() {
        let (verifier, claims, name) = (fixture.verifier_of(&signer), fixture.claims(), &fixture.name);
        let kid = fixture.kid();
        for algorithm in ["none", "None", "NONE", ""] {
            let unsigned = token(&json!({"alg": algorithm, "kid": kid}), &claims, |_| Vec::new());
            assert_eq!(refusal(&verifier, &unsigned).await, Refusal::Malformed, "{name}");
        }
        for algorithm in ["HS256", "HS384"] {
            for secret in [modulus.as_bytes(), signer.jwk(kid).to_string().as_bytes()] {
                let secret = Signer::hmac(secret, algorithm);
                let forged = fixture.token(&claims, &secret);
                assert_eq!(refusal(&verifier, &forged).await, Refusal::Algorithm, "{name}");
            }
        }
        let good = fixture.token(&claims, &signer);
        let (parts, signature) = good.rsplit_once('.').unwrap();
        for forged in
            [format!("{parts}."), format!("{parts}.{}", &signature[4..]), format!("{parts}.{signature}AAAA")]
        {
            assert_eq!(refusal(&verifier, &forged).await, Refusal::Signature, "{name}");
        }
        let swapped = token(&json!({"alg": "PS256", "kid": kid}), &claims, |message| signer.sign(message));
        assert_eq!(refusal(&verifier, &swapped).await, Refusal::Algorithm, "{name}");
    }
}

#[tokio::test]
async fn keys_that_the_tokens_of_an_issuer_bring_or_name_are_not_used() {
    let (ours, attacker) = (Signer::es256(), Signer::es256());
    for fixture in all() {
        let (verifier, claims, name) = (fixture.verifier_of(&ours), fixture.claims(), &fixture.name);
        for (member, value) in [
            ("jwk", attacker.jwk(fixture.kid())),
            ("jku", json!("http://127.0.0.1:1/keys")),
            ("x5u", json!("http://127.0.0.1:1/certificate")),
            ("x5c", json!(["MIIB"])),
        ] {
            let mut header = fixture.header(&attacker);
            header[member] = value;
            let forged = token(&header, &claims, |message| attacker.sign(message));
            assert_eq!(refusal(&verifier, &forged).await, Refusal::Signature, "{name} {member}");
        }
        for kid in ["../../etc/passwd", "key' OR '1'='1", "https://evil.example/keys", ""] {
            let mut header = fixture.header(&ours);
            header["kid"] = json!(kid);
            let forged = token(&header, &claims, |message| ours.sign(message));
            assert_eq!(refusal(&verifier, &forged).await, Refusal::UnknownKey, "{name} {kid}");
        }
        let mut critical = fixture.header(&ours);
        critical["crit"] = json!(["b64"]);
        let token = token(&critical, &claims, |message| ours.sign(message));
        assert_eq!(refusal(&verifier, &token).await, Refusal::Critical, "{name}");
    }
}

#[tokio::test]
async fn no_token_of_an_issuer_is_accepted_while_its_keys_are_unavailable() {
    let signer = Signer::es256();
    for fixture in all() {
        let keys = json!({"keys": [signer.jwk(fixture.kid())]}).to_string();
        let huge = format!("{keys}{}", " ".repeat(64 * 1024));
        for failure in [Response::Full(500, keys), Response::Full(200, huge), Response::Truncated] {
            let server = KeyServer::start(failure).await;
            let verifier = fixture.verifier("ES256", ("JWKS_URL", &server.url()));
            for number in 0..100 {
                let mut header = fixture.header(&signer);
                header["kid"] = json!(format!("{}-{number}", fixture.kid()));
                let token = token(&header, &fixture.claims(), |message| signer.sign(message));
                let refused = verifier.verify(&token).await.unwrap_err();
                assert_eq!(refused, VerifyError::Unavailable(KeysUnavailable), "{}", fixture.name);
            }
            assert_eq!(server.requests(), 1, "{}", fixture.name);
        }
    }
}
