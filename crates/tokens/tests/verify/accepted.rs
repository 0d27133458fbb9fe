//! Valid tokens.

use serde_json::json;
use tablecast_tokens::development;
use tablecast_tokens::{TokenConfig, Verifier};

use crate::crafted::{claims, now, signed, token, verifier_of};
use crate::signers::Signer;

const ALL: &str = "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,EdDSA";

#[tokio::test]
async fn a_valid_token_of_every_algorithm_is_accepted() {
    let rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(Signer::rsa);
    for signer in [Signer::es256(), Signer::es384(), Signer::eddsa()].into_iter().chain(rsa) {
        let claims = verifier_of(ALL, &signer).verify(&signed(&signer, "key")).await;
        assert_eq!(claims.unwrap().principal, "ada", "{}", signer.algorithm());
    }
}

#[tokio::test]
async fn the_verifier_returns_claims_as_the_issuer_wrote_them() {
    let (signer, expected) = (Signer::es256(), claims());
    let token = token(&json!({"alg": "ES256"}), &expected, |message| signer.sign(message));
    let claims = verifier_of("ES256", &signer).verify(&token).await.unwrap();
    assert_eq!(claims.text, expected.to_string());
    assert_eq!(claims.expires_at, expected["exp"]);
}

#[tokio::test]
async fn the_local_mode_accepts_a_token_of_its_development_issuer() {
    let issuer = development::Issuer::new(development::Issuer::new_key().unwrap()).unwrap();
    let variable = |name: &str| match name {
        "ISSUER" => Some(development::ISSUER.to_owned()),
        "AUDIENCE" => Some(development::AUDIENCE.to_owned()),
        "ALGORITHMS" => Some(development::ALGORITHM.to_owned()),
        "JWKS" => Some(issuer.key_set().to_string()),
        development::OPT_IN_VARIABLE => Some(development::OPT_IN_VALUE.to_owned()),
        _ => None,
    };
    let verifier = Verifier::new(TokenConfig::read(&variable).unwrap());
    let claims = json!({"sub": "ada", "tenant": "acme", "exp": now() + 60, "iss": "https://other.example"});
    let token = issuer.token(claims.as_object().unwrap().clone(), now()).unwrap();
    let accepted = verifier.verify(&token).await.unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&accepted.text).unwrap()["tenant"], "acme");
    assert_eq!(accepted.expires_at, claims["exp"]);
}
