use serde_json::json;

use super::*;

/// The public key of RFC 7515, appendix A.3: P-256.
fn p256(more: Value) -> Value {
    let mut key = json!({"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"});
    key.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    key
}

fn rsa(more: Value) -> Value {
    let mut key = json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"});
    key.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
    key
}

const ALL: [Algorithm; 3] = [Algorithm::ES256, Algorithm::RS256, Algorithm::PS256];

fn set(keys: &[Value]) -> Result<KeySet, KeySetError> {
    KeySet::parse(json!({"keys": keys}).to_string().as_bytes(), &ALL)
}

#[test]
fn a_key_is_found_by_its_id_and_only_for_its_type_of_algorithm() {
    let keys = set(&[p256(json!({"kid": "a"})), rsa(json!({"kid": "b"}))]).unwrap();
    assert!(keys.find(Some("a"), Algorithm::ES256).is_ok());
    assert!(keys.find(Some("b"), Algorithm::PS256).is_ok());
    assert_eq!(keys.find(Some("a"), Algorithm::RS256).unwrap_err(), Refusal::KeyAlgorithm);
    assert_eq!(keys.find(Some("c"), Algorithm::ES256).unwrap_err(), Refusal::UnknownKey);
    assert_eq!(keys.find(Some(""), Algorithm::ES256).unwrap_err(), Refusal::UnknownKey);
}

#[test]
fn a_key_that_names_an_algorithm_is_used_for_no_other() {
    let keys = set(&[rsa(json!({"kid": "a", "alg": "RS256"}))]).unwrap();
    assert!(keys.find(Some("a"), Algorithm::RS256).is_ok());
    assert_eq!(keys.find(Some("a"), Algorithm::PS256).unwrap_err(), Refusal::KeyAlgorithm);
}

#[test]
fn keys_of_different_types_may_share_an_id() {
    let keys = set(&[p256(json!({"kid": "a"})), rsa(json!({"kid": "a"}))]).unwrap();
    assert!(keys.find(Some("a"), Algorithm::ES256).is_ok() && keys.find(Some("a"), Algorithm::RS256).is_ok());
}

/// Issuers should give each key its own id (RFC 7517, section 4.5), and some do not.
#[test]
fn all_keys_with_the_same_id_are_found() {
    let keys =
        set(&[p256(json!({"kid": "a"})), p256(json!({"kid": "b"})), p256(json!({"kid": "a"}))]).unwrap();
    assert_eq!(keys.find(Some("a"), Algorithm::ES256).unwrap().len(), 2);
    assert_eq!(keys.find(Some("b"), Algorithm::ES256).unwrap().len(), 1);
}

#[test]
fn without_an_id_the_set_needs_exactly_one_key_for_the_algorithm() {
    let one = set(&[p256(json!({})), rsa(json!({"kid": "b"}))]).unwrap();
    assert!(one.find(None, Algorithm::ES256).is_ok() && one.find(None, Algorithm::RS256).is_ok());
    let two = set(&[p256(json!({"kid": "a"})), p256(json!({"kid": "b"}))]).unwrap();
    assert_eq!(two.find(None, Algorithm::ES256).unwrap_err(), Refusal::NoKeyId);
    assert_eq!(two.find(None, Algorithm::RS256).unwrap_err(), Refusal::NoKeyId);
}

#[test]
fn keys_that_cannot_verify_tokens_are_skipped() {
    let unusable = [
        json!({"kty": "oct", "k": "c2VjcmV0", "kid": "a"}),
        json!({"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}),
        json!({"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"}),
        json!({"kty": "OKP", "crv": "X25519", "x": "AA"}),
        json!({"kty": "AKP", "alg": "ML-DSA-44", "pub": "AA"}),
        p256(json!({"use": "enc"})),
        p256(json!({"key_ops": ["deriveKey"]})),
        p256(json!({"alg": "ES384"})),
        p256(json!({"x": "not base64!"})),
        json!("no key"),
    ];
    for key in unusable {
        assert_eq!(set(std::slice::from_ref(&key)).unwrap_err(), KeySetError::NoKey, "{key}");
        assert!(set(&[key, p256(json!({"use": "sig"}))]).is_ok());
    }
}

#[test]
fn text_that_is_not_a_key_set_is_refused() {
    for text in ["", "null", "[]", "[[]]", "{}", r#"{"keys":{}}"#, r#"{"keys":[],"keys":[]}"#, "<html>"] {
        assert_eq!(KeySet::parse(text.as_bytes(), &ALL).unwrap_err(), KeySetError::Malformed, "{text}");
    }
    assert_eq!(set(&[]).unwrap_err(), KeySetError::NoKey);
}

#[test]
fn a_key_of_an_unknown_curve_has_no_algorithm() {
    for (kind, curve, expected) in [
        ("EC", "P-256", vec![Algorithm::ES256]),
        ("EC", "P-384", vec![Algorithm::ES384]),
        ("EC", "P-521", vec![]),
        ("OKP", "Ed25519", vec![Algorithm::EdDSA]),
        ("OKP", "P-256", vec![]),
    ] {
        let jwk = json!({ "kty": kind, "crv": curve, "x": "AA", "y": "AA" });
        assert_eq!(algorithms(&serde_json::from_value(jwk).unwrap()), expected, "{curve}");
    }
}
