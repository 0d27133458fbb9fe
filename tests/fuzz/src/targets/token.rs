//! A token that nobody signed. Only the very tokens of the issuer are accepted.

use super::signer::{self, CLAIMS, HEADER};
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "token", form: Form::Lines, check, samples, words: &[WORDS], inputs: 2000 };

/// Headers and claims in base64: other algorithms, no algorithm, and another tenant.
const WORDS: &[&str] = &[
    ".",
    "..",
    "=",
    "eyJhbGciOiJub25lIn0",
    "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEifQ",
    "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEifQ",
    "eyJ0ZW5hbnQiOiJnbG9iZXgifQ",
    "A",
    "-",
    "_",
];

fn samples() -> Vec<String> {
    let other = CLAIMS.replace("acme", "globex");
    let hmac = HEADER.replace("EdDSA", "HS256");
    vec![
        signer::token(HEADER, CLAIMS),
        signer::token(HEADER, &other),
        signer::token(r#"{"alg":"EdDSA"}"#, CLAIMS),
        signer::token(&hmac, CLAIMS),
        signer::token(&HEADER.replace("typ", "crit"), CLAIMS),
    ]
}

fn check(token: &str) {
    let result = signer::verify(token);
    assert_eq!(signer::verify(token), result);
    if let Ok(claims) = result {
        assert!(
            samples()[..3].iter().any(|signed| signed == token),
            "a forged token is accepted: {claims:?}"
        );
        assert_eq!(claims.principal, "ada");
    }
}
