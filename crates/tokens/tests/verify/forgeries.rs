//! Forged and invalid tokens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use tablecast_tokens::{Refusal, Verifier, VerifyError};

use crate::crafted::{claims, encoded, now, signed, token, verifier, verifier_of};
use crate::signers::{Signer, rsa};

async fn refusal(verifier: &Verifier, token: &str) -> Refusal {
    match verifier.verify(token).await {
        Err(VerifyError::Refused(refusal)) => refusal,
        other => panic!("{other:?} for {token}"),
    }
}

/// The right issuer signed these tokens. They are expired, incomplete or for another audience.
#[tokio::test]
async fn a_token_with_invalid_claims_is_refused_despite_its_valid_signature() {
    let signer = Signer::es256();
    let verifier = verifier_of("ES256", &signer);
    for (name, value, expected) in [
        ("exp", json!(now()), Refusal::Expired),
        ("exp", json!(now().to_string()), Refusal::Mistyped("exp")),
        ("exp", json!(now() as f64 - 0.5), Refusal::Expired),
        ("nbf", json!(now() + 60), Refusal::Future("nbf")),
        ("nbf", json!("soon"), Refusal::Mistyped("nbf")),
        ("iat", json!(now() + 60), Refusal::Future("iat")),
        ("aud", json!("other"), Refusal::Audience),
        ("aud", json!([]), Refusal::Audience),
        ("iss", json!("https://issuer.example.evil.io"), Refusal::Issuer),
        ("iss", json!(["https://issuer.example"]), Refusal::Mistyped("iss")),
        ("sub", json!(""), Refusal::Subject),
    ] {
        let mut claims = claims();
        claims[name] = value;
        let token = token(&json!({"alg": "ES256"}), &claims, |message| signer.sign(message));
        assert_eq!(refusal(&verifier, &token).await, expected, "{claims}");
    }
    for name in ["exp", "aud", "iss", "sub"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        let token = token(&json!({"alg": "ES256"}), &claims, |message| signer.sign(message));
        assert_eq!(refusal(&verifier, &token).await, Refusal::Missing(name));
    }
    let token = token(&json!({"alg": "ES256"}), &json!("no object"), |message| signer.sign(message));
    assert_eq!(refusal(&verifier, &token).await, Refusal::Claims);
}

/// `alg: none` in every spelling, with and without a signature.
#[tokio::test]
async fn an_unsigned_token_is_refused() {
    let verifier = verifier_of("ES256", &Signer::es256());
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let unsigned = token(&json!({"alg": algorithm}), &claims(), |_| Vec::new());
        let signed = token(&json!({"alg": algorithm}), &claims(), |_| vec![1; 64]);
        for token in [&unsigned, unsigned.trim_end_matches('.'), &signed] {
            assert_eq!(refusal(&verifier, token).await, Refusal::Malformed, "{algorithm}");
        }
    }
}

/// The public key as the secret of a symmetric algorithm, in three encodings.
#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
    let verifier = verifier_of("RS256", &Signer::rsa("RS256"));
    let modulus = rsa()["n"].as_str().unwrap().to_owned();
    let secrets = [
        modulus.clone().into_bytes(),
        BASE64.decode(modulus).unwrap(),
        Signer::rsa("RS256").jwk("key").to_string().into_bytes(),
    ];
    for secret in &secrets {
        for algorithm in ["HS256", "HS384"] {
            let token = signed(&Signer::hmac(secret, algorithm), "key");
            assert_eq!(refusal(&verifier, &token).await, Refusal::Algorithm);
        }
    }
}

/// The algorithm in the header differs from that of the signature or of the key.
#[tokio::test]
async fn a_swapped_algorithm_is_refused() {
    let rsa = Signer::rsa("RS256");
    let verifier = verifier_of("RS256,PS256,ES256", &rsa);
    let named = |algorithm: &str| {
        token(&json!({"alg": algorithm, "kid": "key"}), &claims(), |message| rsa.sign(message))
    };
    assert!(verifier.verify(&named("RS256")).await.is_ok());
    assert_eq!(refusal(&verifier, &named("PS256")).await, Refusal::Signature);
    assert_eq!(refusal(&verifier, &named("ES256")).await, Refusal::KeyAlgorithm);
    assert_eq!(refusal(&verifier, &named("RS512")).await, Refusal::Algorithm);
}

/// Signatures that are truncated, changed, or from another key or other claims.
#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let signer = Signer::es256();
    let verifier = verifier_of("ES256", &signer);
    let good = signed(&signer, "key");
    let (parts, signature) = good.rsplit_once('.').unwrap();
    let header = parts.split('.').next().unwrap();
    let mut eve = claims();
    eve["sub"] = json!("eve");
    let zero = BASE64.encode([0; 64]);
    for forged in [
        format!("{parts}."),
        format!("{parts}.{}", &signature[..signature.len() - 4]),
        format!("{parts}.{zero}"),
        format!("{parts}.{signature}AAAA"),
        format!("{parts}.{signature}=="),
        format!("{header}.{}.{signature}", encoded(&eve)),
        signed(&Signer::es256(), "key"),
    ] {
        assert_eq!(refusal(&verifier, &forged).await, Refusal::Signature, "{forged}");
    }
}

/// Tokens that contain or link to their own key, signed with that key.
#[tokio::test]
async fn a_key_that_a_token_brings_is_not_used() {
    let (ours, attacker) = (Signer::es256(), Signer::es256());
    let verifier = verifier_of("ES256", &ours);
    for (name, value) in [
        ("jwk", attacker.jwk("key")),
        ("jku", json!("http://127.0.0.1:1/keys")),
        ("x5u", json!("http://127.0.0.1:1/certificate")),
        ("x5c", json!(["MIIB"])),
    ] {
        let mut header = json!({"alg": "ES256", "kid": "key"});
        header[name] = value;
        let forged = token(&header, &claims(), |message| attacker.sign(message));
        assert_eq!(refusal(&verifier, &forged).await, Refusal::Signature, "{name}");
        let harmless = token(&header, &claims(), |message| ours.sign(message));
        assert!(verifier.verify(&harmless).await.is_ok(), "{name} is ignored");
    }
}

/// The verifier compares a kid with the key set and does nothing else with it.
#[tokio::test]
async fn a_malicious_kid_is_an_unknown_key() {
    let signer = Signer::es256();
    let verifier = verifier_of("ES256", &signer);
    let long = "k".repeat(4000);
    for kid in ["../../etc/passwd", "key' OR '1'='1", "https://evil.example/keys", "KEY", "key\0", "", &long]
    {
        assert_eq!(refusal(&verifier, &signed(&signer, kid)).await, Refusal::UnknownKey, "{kid}");
    }
    for kid in [json!(1), json!(["key"]), json!({})] {
        let forged = token(&json!({"alg": "ES256", "kid": kid}), &claims(), |message| signer.sign(message));
        assert_eq!(refusal(&verifier, &forged).await, Refusal::Malformed);
    }
}

#[tokio::test]
async fn a_token_without_a_kid_is_refused_if_several_keys_fit() {
    let (one, two) = (Signer::es256(), Signer::es256());
    let keys = json!({"keys": [one.jwk("one"), two.jwk("two")]}).to_string();
    let verifier = verifier("ES256", ("JWKS", &keys));
    let unnamed = token(&json!({"alg": "ES256"}), &claims(), |message| one.sign(message));
    assert_eq!(refusal(&verifier, &unnamed).await, Refusal::NoKeyId);
}

/// RFC 7515, section 4.1.11: a verifier must refuse critical headers that it does not support.
#[tokio::test]
async fn a_token_with_critical_headers_is_refused() {
    let signer = Signer::es256();
    let header = json!({"alg": "ES256", "crit": ["b64"], "b64": false});
    let token = token(&header, &claims(), |message| signer.sign(message));
    assert_eq!(refusal(&verifier_of("ES256", &signer), &token).await, Refusal::Critical);
}

#[tokio::test]
async fn text_that_is_not_a_token_is_refused() {
    let signer = Signer::es256();
    let verifier = verifier_of("ES256", &signer);
    let good = signed(&signer, "key");
    let encrypted = format!("{good}.AAAA.AAAA");
    for text in ["", ".", "..", "...", "a.b", "a.b.c", "e30.e30.", "\u{0}", &encrypted, &format!(" {good}")] {
        assert_eq!(refusal(&verifier, text).await, Refusal::Malformed, "{text}");
    }
}

#[tokio::test]
async fn a_token_longer_than_8192_bytes_is_refused() {
    let signer = Signer::es256();
    let verifier = verifier_of("ES256", &signer);
    let padded = |bytes: usize| {
        let mut claims = claims();
        claims["padding"] = Value::from("x".repeat(bytes));
        token(&json!({"alg": "ES256"}), &claims, |message| signer.sign(message))
    };
    let most = (0..7000).rev().find(|bytes| padded(*bytes).len() <= 8192).unwrap();
    assert!((8190..=8192).contains(&padded(most).len()) && verifier.verify(&padded(most)).await.is_ok());
    assert_eq!(refusal(&verifier, &padded(most + 2)).await, Refusal::TooLong);
}
