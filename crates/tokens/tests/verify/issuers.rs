//! Tokens as well-known issuers document them: one fixture for each kind. The test key signs them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablecast_tokens::{TokenConfig, Verifier};

use crate::crafted::{now, token};
use crate::signers::Signer;

/// A kind of token.
pub struct Fixture {
    pub name: String,
    file: Value,
}

pub fn all() -> Vec<Fixture> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/issuers"));
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert_eq!(files.len(), 10);
    files.iter().map(|path| Fixture::read(path)).collect()
}

impl Fixture {
    fn read(path: &Path) -> Self {
        let file = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        Self { name: path.file_stem().unwrap().to_str().unwrap().to_owned(), file }
    }

    pub fn variable(&self, name: &str) -> Option<String> {
        self.file["variables"][name].as_str().map(str::to_owned)
    }

    pub fn subject(&self) -> &str {
        self.file["subject"].as_str().unwrap()
    }

    /// The documented header, with another algorithm if the signer has one.
    pub fn header(&self, signer: &Signer) -> Value {
        let mut header = self.file["header"].clone();
        header["alg"] = signer.algorithm().into();
        header
    }

    pub fn kid(&self) -> &str {
        self.file["header"]["kid"].as_str().unwrap()
    }

    /// The documented claims, issued a moment ago.
    pub fn claims(&self) -> Value {
        let mut claims = self.file["claims"].clone();
        let age = now() - 1 - claims["iat"].as_u64().unwrap();
        for name in ["iat", "nbf", "exp", "auth_time"] {
            if let Some(time) = claims[name].as_u64() {
                claims[name] = json!(time + age);
            }
        }
        claims
    }

    pub fn token(&self, claims: &Value, signer: &Signer) -> String {
        token(&self.header(signer), claims, |message| signer.sign(message))
    }

    /// Creates a verifier with the documented configuration. Its keys are `keys`: `JWKS` or `JWKS_URL` with the
    /// value.
    pub fn verifier(&self, algorithms: &str, keys: (&str, &str)) -> Verifier {
        let variable = |name: &str| match name {
            "ALGORITHMS" => Some(algorithms.to_owned()),
            "JWKS" | "JWKS_URL" => (name == keys.0).then(|| keys.1.to_owned()),
            name => self.variable(name),
        };
        Verifier::new(TokenConfig::read(&variable).unwrap())
    }

    /// Creates a verifier with the key of one signer.
    pub fn verifier_of(&self, signer: &Signer) -> Verifier {
        let keys = json!({"keys": [signer.jwk(self.kid())]}).to_string();
        self.verifier(signer.algorithm(), ("JWKS", &keys))
    }

    /// The issuer as an entry of `ISSUERS`.
    pub fn entry(&self, signer: &Signer) -> Value {
        let audiences = self.variable("AUDIENCE").unwrap();
        json!({
            "issuer": self.variable("ISSUER"), "audience": audiences.split(',').collect::<Vec<_>>(),
            "algorithms": [signer.algorithm()], "jwks": {"keys": [signer.jwk(self.kid())]},
            "subject_claim": self.variable("SUBJECT_CLAIM"),
        })
    }
}

#[tokio::test]
async fn documented_tokens_of_every_issuer_are_accepted() {
    let signer = Signer::rsa("RS256");
    for fixture in all() {
        let claims = fixture.claims();
        let accepted = fixture.verifier_of(&signer).verify(&fixture.token(&claims, &signer)).await;
        let accepted = accepted.unwrap_or_else(|error| panic!("{}: {error}", fixture.name));
        assert_eq!(accepted.principal, fixture.subject(), "{}", fixture.name);
        assert_eq!(accepted.expires_at, claims["exp"], "{}", fixture.name);
        assert_eq!(serde_json::from_str::<Value>(&accepted.text).unwrap(), claims);
    }
}

#[test]
fn the_documented_key_addresses_are_accepted() {
    for fixture in all() {
        let variable = |name: &str| match name {
            "ALGORITHMS" => Some("RS256".to_owned()),
            name => fixture.variable(name),
        };
        assert!(TokenConfig::read(&variable).is_ok(), "{}", fixture.name);
    }
}
